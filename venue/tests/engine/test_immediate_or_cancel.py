"""Immediate-or-cancel takes what is there; what would rest is cancelled, never rejected."""

from venue.engine.events import OrderCancelled
from venue.engine.terms import CancelReason, OrdStatus
from venue.tests.engine.cast import ALPHA, BETA
from venue.tests.engine.drawing import tidy
from venue.tests.engine.floor import IOC, Floor, names, trades


def test_takes_what_is_there_and_cancels_the_rest(floor: Floor) -> None:
    floor.lay_out("| 100 | Alpha 4")
    told = floor.buy(BETA, 10, 100, time_in_force=IOC)
    assert trades(told) == ["Beta buys 4 @ 100 from Alpha"]
    end = told[-1]
    assert isinstance(end, OrderCancelled)
    assert (end.reason, end.status, end.filled) == (CancelReason.IMMEDIATE_OR_CANCEL, OrdStatus.CANCELED, 4)
    assert floor.book() == ""


def test_filled_whole_is_simply_filled(floor: Floor) -> None:
    floor.lay_out("| 100 | Alpha 10")
    assert names(floor.buy(BETA, 10, 101, time_in_force=IOC)) == ["OrderPlaced", "Traded"]


def test_with_nothing_to_take_it_is_placed_and_cancelled(floor: Floor) -> None:
    floor.lay_out("| 102 | Alpha 4")
    assert names(floor.buy(BETA, 1, 101, time_in_force=IOC)) == ["OrderPlaced", "OrderCancelled"]
    assert floor.book() == tidy("| 102 | Alpha 4")


def test_it_stops_at_its_own_price(floor: Floor) -> None:
    floor.lay_out("""
            | 102 | Alpha 4
            | 100 | Alpha 1
    """)
    assert trades(floor.buy(BETA, 5, 101, time_in_force=IOC)) == ["Beta buys 1 @ 100 from Alpha"]
    assert floor.exposure(BETA) == 1 * 100 * 1000
    assert floor.position(ALPHA) == -1
