"""Each fill carries its fee and the position after it; the sum of all positions is nothing."""

from venue.engine import commands
from venue.engine.events import Event, Traded
from venue.engine.rejects import RejectCode
from venue.engine.terms import Liquidity
from venue.tests.engine.cast import ALPHA, BETA, Member
from venue.tests.engine.floor import MARKET, OTHER_MARKET, Floor, rejected, rejection, rules


def set_rates(floor: Floor, member: Member, maker_ppm: int, taker_ppm: int, market: int = MARKET) -> list[Event]:
    return floor.apply(commands.SetFeeRates(member.account, member.firm, market, maker_ppm, taker_ppm))


def fees(told: list[Event]) -> list[tuple[int, int]]:
    """Of each trade, what maker and taker paid."""
    return [(event.maker.fee, event.taker.fee) for event in told if isinstance(event, Traded)]


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


def test_an_account_pays_its_own_rates(floor: Floor) -> None:
    """From the next fill on, whatever rested before; in its market alone, and until they are removed."""
    floor.apply(rules(maker_fee_ppm=10, taker_fee_ppm=50))
    floor.lay_out("| 100 | Alpha 4")
    set_rates(floor, ALPHA, -125, 7)
    assert fees(floor.buy(BETA, 1, 100)) == [(-12_500, 5_000)]
    set_rates(floor, BETA, 0, -3)
    assert fees(floor.buy(BETA, 1, 100)) == [(-12_500, -300)]
    floor.apply(rules(maker_fee_ppm=20, taker_fee_ppm=60))
    assert fees(floor.buy(BETA, 1, 100)) == [(-12_500, -300)]
    for member in (ALPHA, BETA):
        floor.apply(commands.RemoveFeeRates(member.account, member.firm, MARKET))
    assert fees(floor.buy(BETA, 1, 100)) == [(2_000, 6_000)]


def test_rates_of_one_market_do_not_hold_in_another(floor: Floor) -> None:
    set_rates(floor, ALPHA, -125, 7)
    floor.sell(ALPHA, 1, 100, market=OTHER_MARKET)
    assert fees(floor.buy(BETA, 1, 100, market=OTHER_MARKET)) == [(0, 0)]


def test_rates_of_an_unknown_market_are_refused(floor: Floor) -> None:
    assert rejected(set_rates(floor, ALPHA, 1, 1, market=9)) is RejectCode.UNKNOWN_MARKET
    assert rejected(floor.apply(commands.RemoveFeeRates(ALPHA.account, ALPHA.firm, 9))) is RejectCode.UNKNOWN_MARKET
    assert floor.apply(commands.RemoveFeeRates(ALPHA.account, ALPHA.firm, MARKET)) == []


def test_rates_may_not_be_steeper_than_what_rests_can_be_charged(floor: Floor) -> None:
    floor.sell(ALPHA, 10**9, 10**6)
    assert rejection(set_rates(floor, BETA, 0, -10_000)).code is RejectCode.NOTIONAL_ABOVE_LIMIT
    set_rates(floor, BETA, 0, -1_000)
    assert rejection(floor.sell(ALPHA, 10**9, 2 * 10**6)).code is RejectCode.NOTIONAL_ABOVE_LIMIT
