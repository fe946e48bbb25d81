"""Fill-or-kill trades whole or not at all; what its own firm has in the way counts as its mode would treat it."""

import pytest

from venue.engine.events import OrderCancelled
from venue.engine.terms import CancelReason, SelfTradePrevention
from venue.tests.engine.cast import BETA
from venue.tests.engine.drawing import tidy
from venue.tests.engine.floor import BOTH, DECREMENT, FOK, NEWEST, OLDEST, Floor, names, trades


def test_trades_whole_over_several_levels(floor: Floor) -> None:
    floor.lay_out("""
            | 101 | Alpha 3
            | 100 | Gamma 2
    """)
    told = floor.buy(BETA, 5, 101, time_in_force=FOK)
    assert trades(told) == ["Beta buys 2 @ 100 from Gamma", "Beta buys 3 @ 101 from Alpha"]
    assert names(told) == ["OrderPlaced", "Traded", "Traded"]


def test_one_lot_short_leaves_everything_as_it_was(floor: Floor) -> None:
    book = """
            | 102 | Alpha 9
            | 101 | Alpha 3
            | 100 | Gamma 2
    """
    floor.lay_out(book)
    told = floor.buy(BETA, 6, 101, time_in_force=FOK)
    assert names(told) == ["OrderPlaced", "OrderCancelled"]
    assert isinstance(told[-1], OrderCancelled)
    assert told[-1].reason is CancelReason.FILL_OR_KILL
    assert floor.book() == tidy(book)


@pytest.mark.parametrize("mode", [NEWEST, BOTH, DECREMENT])
def test_own_interest_in_the_way_kills_it(floor: Floor, mode: SelfTradePrevention) -> None:
    floor.lay_out("| 100 | Gamma 2, Beta 1, Gamma 9")
    told = floor.buy(BETA, 5, 100, time_in_force=FOK, self_trade_prevention=mode)
    assert names(told) == ["OrderPlaced", "OrderCancelled"]
    assert floor.book() == tidy("| 100 | Gamma 2, Beta 1, Gamma 9")


def test_own_interest_behind_what_it_needs_is_no_hindrance(floor: Floor) -> None:
    floor.lay_out("| 100 | Gamma 5, Beta 1")
    assert trades(floor.buy(BETA, 5, 100, time_in_force=FOK)) == ["Beta buys 5 @ 100 from Gamma"]


def test_cancel_oldest_clears_its_way_if_the_rest_is_enough(floor: Floor) -> None:
    floor.lay_out("| 100 | Gamma 2, Beta 1, Gamma 9")
    told = floor.buy(BETA, 5, 100, time_in_force=FOK, self_trade_prevention=OLDEST)
    assert names(told) == ["OrderPlaced", "Traded", "OrderCancelled", "Traded"]
    assert floor.book() == tidy("| 100 | Gamma 6")


def test_cancel_oldest_cancels_nothing_if_the_rest_is_not_enough(floor: Floor) -> None:
    floor.lay_out("| 100 | Gamma 2, Beta 9")
    told = floor.buy(BETA, 5, 100, time_in_force=FOK, self_trade_prevention=OLDEST)
    assert names(told) == ["OrderPlaced", "OrderCancelled"]
    assert floor.book() == tidy("| 100 | Gamma 2, Beta 9")
