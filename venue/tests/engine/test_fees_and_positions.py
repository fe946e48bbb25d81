"""Each fill carries its fee and the position after it; the sum of all positions is nothing."""

from venue.engine.events import Traded
from venue.engine.terms import Liquidity
from venue.tests.engine.cast import BETA
from venue.tests.engine.floor import Floor, rules


def test_maker_and_taker_pay_by_the_markets_rates(floor: Floor) -> None:
    floor.apply(rules(maker_fee_ppm=-20, taker_fee_ppm=50))
    floor.lay_out("| 100 | Alpha 4")
    (trade,) = [event for event in floor.buy(BETA, 3, 100) if isinstance(event, Traded)]
    assert (trade.maker.liquidity, trade.maker.fee) == (Liquidity.MAKER, -20 * 300)
    assert (trade.taker.liquidity, trade.taker.fee) == (Liquidity.TAKER, 50 * 300)


def test_positions_and_what_they_cost(floor: Floor) -> None:
    floor.lay_out("| 100 | Alpha 4")
    floor.buy(BETA, 4, 100)
    floor.lay_out("Alpha 4 | 110 |")
    (trade,) = [event for event in floor.sell(BETA, 4, 110) if isinstance(event, Traded)]
    assert (trade.taker.position, trade.taker.position_cost) == (0, -40)
    assert (trade.maker.position, trade.maker.position_cost) == (0, 40)


def test_the_average_price_of_an_order_comes_from_its_filled_value(floor: Floor) -> None:
    floor.lay_out("""
            | 102 | Alpha 1
            | 100 | Alpha 3
    """)
    trades = [event for event in floor.buy(BETA, 4, 102) if isinstance(event, Traded)]
    assert [trade.taker.filled_value for trade in trades] == [300, 402]
