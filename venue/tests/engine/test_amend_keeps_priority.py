"""Less size at the same price keeps the place in the queue; another price or more size goes to its end.
A size is the total, what was filled included."""

import pytest

from venue.engine.events import QuoteReplaced
from venue.engine.terms import OrdStatus
from venue.tests.engine.cast import ALPHA, BETA
from venue.tests.engine.drawing import tidy
from venue.tests.engine.floor import Floor, names, placed, trades


@pytest.fixture
def quote(floor: Floor) -> int:
    """Alpha's quote in front of Gamma's order on both sides."""
    quote = placed(floor.quote(ALPHA, (10, 99), (10, 101)))
    floor.lay_out("""
                | 101 | Gamma 1
        Gamma 1 |  99 |
    """)
    return quote


def test_size_down_keeps_the_place(floor: Floor, quote: int) -> None:
    floor.update(ALPHA, quote, bid_size=4)
    assert floor.book() == tidy("""
                          | 101 | Alpha 10, Gamma 1
        Alpha 4, Gamma 1  |  99 |
    """)


def test_size_up_goes_to_the_end(floor: Floor, quote: int) -> None:
    floor.update(ALPHA, quote, bid_size=11)
    assert floor.book() == tidy("""
                          | 101 | Alpha 10, Gamma 1
        Gamma 1, Alpha 11 |  99 |
    """)


def test_another_price_and_back_goes_to_the_end(floor: Floor, quote: int) -> None:
    floor.update(ALPHA, quote, ask_price=102)
    floor.update(ALPHA, quote, ask_price=101)
    assert floor.book() == tidy("""
                          | 101 | Gamma 1, Alpha 10
        Alpha 10, Gamma 1 |  99 |
    """)


def test_the_same_terms_again_keep_the_place(floor: Floor, quote: int) -> None:
    before = floor.book()
    told = floor.update(ALPHA, quote, bid_price=99, bid_size=10, ask_price=101, ask_size=10)
    assert names(told) == ["QuoteReplaced"]
    assert floor.book() == before


def test_ten_replaced_by_five_after_two_were_filled_leaves_three(floor: Floor, quote: int) -> None:
    floor.sell(BETA, 2, 99)
    (replaced,) = floor.update(ALPHA, quote, bid_size=5)
    assert isinstance(replaced, QuoteReplaced)
    assert (replaced.bid_size, replaced.bid_filled, replaced.bid_leaves) == (5, 2, 3)
    assert trades(floor.sell(BETA, 4, 99)) == ["Beta sells 3 @ 99 to Alpha", "Beta sells 1 @ 99 to Gamma"]


def test_a_total_below_what_was_filled_ends_the_side_and_never_goes_below(floor: Floor, quote: int) -> None:
    floor.sell(BETA, 4, 99)
    (replaced,) = floor.update(ALPHA, quote, bid_size=3)
    assert isinstance(replaced, QuoteReplaced)
    assert (replaced.bid_size, replaced.bid_filled, replaced.bid_leaves) == (4, 4, 0)
    assert floor.book() == tidy("""
                | 101 | Alpha 10, Gamma 1
        Gamma 1 |  99 |
    """)


def test_both_totals_below_what_was_filled_fill_the_quote(floor: Floor, quote: int) -> None:
    floor.sell(BETA, 4, 99)
    floor.buy(BETA, 4, 101)
    (replaced,) = floor.update(ALPHA, quote, bid_size=1, ask_size=1)
    assert isinstance(replaced, QuoteReplaced)
    assert replaced.status is OrdStatus.FILLED
    assert quote not in floor.engine.state.quotes


def test_size_down_and_another_price_moves(floor: Floor, quote: int) -> None:
    floor.update(ALPHA, quote, bid_size=4, bid_price=98)
    assert floor.book() == tidy("""
                | 101 | Alpha 10, Gamma 1
        Gamma 1 |  99 |
        Alpha 4 |  98 |
    """)
