"""Market orders take at any price of the band; what finds nothing is cancelled, never rejected."""

from venue.engine import commands
from venue.engine.events import OrderCancelled
from venue.engine.rejects import RejectCode
from venue.engine.terms import CancelReason
from venue.tests.engine.cast import BETA
from venue.tests.engine.drawing import tidy
from venue.tests.engine.floor import FOK, MARKET, Floor, names, rejected, rules, trades


def test_takes_at_any_price(floor: Floor) -> None:
    floor.lay_out("""
            | 500 | Gamma 2
            | 100 | Alpha 2
    """)
    assert trades(floor.buy(BETA, 3)) == ["Beta buys 2 @ 100 from Alpha", "Beta buys 1 @ 500 from Gamma"]


def test_the_rest_is_cancelled(floor: Floor) -> None:
    floor.lay_out("Alpha 2 | 100 |")
    told = floor.sell(BETA, 3)
    assert names(told) == ["OrderPlaced", "Traded", "OrderCancelled"]
    assert isinstance(told[-1], OrderCancelled)
    assert told[-1].reason is CancelReason.MARKET_ORDER_REMAINDER


def test_an_empty_book_is_no_reason_to_reject(floor: Floor) -> None:
    assert names(floor.buy(BETA, 3)) == ["OrderPlaced", "OrderCancelled"]


def test_it_goes_no_further_than_the_band(floor: Floor) -> None:
    floor.lay_out("""
            | 111 | Gamma 2
            | 110 | Alpha 2
    """)
    floor.apply(rules(band_bps=1000))
    floor.apply(commands.SetReferencePrice(MARKET, 100))
    assert trades(floor.buy(BETA, 4)) == ["Beta buys 2 @ 110 from Alpha"]
    assert floor.book() == tidy("| 111 | Gamma 2")


def test_fill_or_kill_looks_at_the_band_too(floor: Floor) -> None:
    floor.lay_out("""
            | 111 | Gamma 2
            | 110 | Alpha 2
    """)
    floor.apply(rules(band_bps=1000))
    floor.apply(commands.SetReferencePrice(MARKET, 100))
    assert trades(floor.buy(BETA, 3, time_in_force=FOK)) == []


def test_it_is_valued_at_the_reference_price(floor: Floor) -> None:
    floor.apply(rules(max_notional=500 * 1000))
    floor.apply(commands.SetReferencePrice(MARKET, 100))
    assert rejected(floor.buy(BETA, 6)) is RejectCode.NOTIONAL_ABOVE_LIMIT
    assert rejected(floor.buy(BETA, 5)) is None


def test_without_a_reference_it_is_valued_at_the_best_price_opposite(floor: Floor) -> None:
    floor.apply(rules(max_notional=500 * 1000))
    floor.lay_out("| 50 | Alpha 2")
    assert rejected(floor.buy(BETA, 11)) is RejectCode.NOTIONAL_ABOVE_LIMIT
    assert rejected(floor.buy(BETA, 10)) is None
