"""No firm trades with itself: an aggressor's mode says who gives way, and a quote that would is refused whole."""

from venue.engine import events
from venue.engine.rejects import RejectCode
from venue.engine.terms import CancelReason, OrdStatus
from venue.tests.engine.cast import ALPHA, ALPHA_2, BETA
from venue.tests.engine.drawing import tidy
from venue.tests.engine.floor import BOTH, DECREMENT, NEWEST, OLDEST, Floor, names, placed, rejected, trades


def test_cancel_newest_ends_the_aggressor_with_what_it_got(floor: Floor) -> None:
    floor.lay_out("| 100 | Gamma 2, Alpha 5, Gamma 9")
    told = floor.buy(ALPHA_2, 10, 100, self_trade_prevention=NEWEST)
    assert trades(told) == ["Alpha2 buys 2 @ 100 from Gamma"]
    end = told[-1]
    assert isinstance(end, events.OrderCancelled)
    assert (end.reason, end.filled) == (CancelReason.SELF_TRADE_PREVENTION, 2)
    assert floor.book() == tidy("| 100 | Alpha 5, Gamma 9")


def test_cancel_oldest_clears_the_way(floor: Floor) -> None:
    floor.lay_out("| 100 | Gamma 2, Alpha 5, Gamma 9")
    told = floor.buy(ALPHA_2, 10, 100, self_trade_prevention=OLDEST)
    assert trades(told) == ["Alpha2 buys 2 @ 100 from Gamma", "Alpha2 buys 8 @ 100 from Gamma"]
    assert floor.book() == tidy("| 100 | Gamma 1")


def test_cancel_oldest_cancels_a_quote_whole(floor: Floor) -> None:
    floor.quote(ALPHA, (5, 98), (5, 100))
    told = floor.buy(ALPHA_2, 3, 100, self_trade_prevention=OLDEST)
    assert names(told) == ["OrderPlaced", "QuoteCancelled"]
    assert floor.book() == tidy("Alpha2 3 | 100 |")


def test_cancel_both(floor: Floor) -> None:
    floor.lay_out("| 100 | Alpha 5, Gamma 9")
    told = floor.buy(ALPHA_2, 10, 100, self_trade_prevention=BOTH)
    assert names(told) == ["OrderPlaced", "OrderCancelled", "OrderCancelled"]
    assert floor.book() == tidy("| 100 | Gamma 9")


def test_decrement_of_a_larger_aggressor_is_told_of_both(floor: Floor) -> None:
    floor.lay_out("| 100 | Alpha 4")
    told = floor.buy(ALPHA_2, 10, 100, self_trade_prevention=DECREMENT)
    assert names(told) == ["OrderPlaced", "OrderCancelled", "OrderReplaced"]
    aggressor = told[-1]
    assert isinstance(aggressor, events.OrderReplaced)
    assert (aggressor.account, aggressor.size, aggressor.leaves) == (ALPHA_2.account, 6, 6)
    assert floor.book() == tidy("Alpha2 6 | 100 |")


def test_decrement_of_a_smaller_aggressor_ends_it(floor: Floor) -> None:
    floor.lay_out("| 100 | Alpha 10, Gamma 1")
    told = floor.buy(ALPHA_2, 4, 100, self_trade_prevention=DECREMENT)
    assert names(told) == ["OrderPlaced", "OrderReplaced", "OrderCancelled"]
    assert floor.book() == tidy("| 100 | Alpha 6, Gamma 1")


def test_decrement_of_equals_ends_both(floor: Floor) -> None:
    floor.lay_out("| 100 | Alpha 4")
    told = floor.buy(ALPHA_2, 4, 100, self_trade_prevention=DECREMENT)
    assert names(told) == ["OrderPlaced", "OrderCancelled", "OrderCancelled"]
    assert floor.book() == ""
    assert floor.exposure(ALPHA) == floor.exposure(ALPHA_2) == 0


def test_decrement_of_one_leg_leaves_the_quote_one_sided(floor: Floor) -> None:
    quote = placed(floor.quote(ALPHA, (5, 98), (3, 100)))
    told = floor.buy(ALPHA_2, 10, 100, self_trade_prevention=DECREMENT)
    replaced = told[1]
    assert isinstance(replaced, events.QuoteReplaced)
    assert (replaced.ask_size, replaced.ask_leaves, replaced.bid_leaves) == (0, 0, 5)
    assert replaced.status is OrdStatus.NEW
    assert floor.book() == tidy("""
        Alpha2 7 | 100 |
         Alpha 5 |  98 |
    """)
    assert rejected(floor.update(ALPHA, quote, bid_price=97)) is None
    assert rejected(floor.update(ALPHA, quote, ask_price=103, ask_size=2)) is None
    assert floor.book() == tidy("""
                 | 103 | Alpha 2
        Alpha2 7 | 100 |
         Alpha 5 |  97 |
    """)


def test_decrement_after_fills_counts_what_is_left(floor: Floor) -> None:
    floor.lay_out("| 100 | Alpha 10")
    floor.buy(BETA, 4, 100)
    told = floor.buy(ALPHA_2, 2, 100, self_trade_prevention=DECREMENT)
    replaced = told[1]
    assert isinstance(replaced, events.OrderReplaced)
    assert (replaced.size, replaced.filled, replaced.leaves) == (8, 4, 4)


def test_a_quote_that_would_meet_its_own_firm_is_refused_whole(floor: Floor) -> None:
    floor.lay_out("| 100 | Gamma 3, Alpha 5")
    assert rejected(floor.quote(ALPHA_2, (4, 100), (4, 105))) is RejectCode.QUOTE_WOULD_SELF_TRADE
    assert floor.book() == tidy("| 100 | Gamma 3, Alpha 5")


def test_a_quote_may_take_what_stands_before_its_own_firm(floor: Floor) -> None:
    floor.lay_out("| 100 | Gamma 3, Alpha 5")
    assert trades(floor.quote(ALPHA_2, (3, 100), (4, 105))) == ["Alpha2 buys 3 @ 100 from Gamma"]


def test_an_update_that_would_meet_another_quote_of_the_firm_changes_nothing(floor: Floor) -> None:
    floor.quote(ALPHA, (5, 98), (5, 102))
    other = placed(floor.quote(ALPHA_2, (1, 97), (1, 103)))
    assert rejected(floor.update(ALPHA_2, other, bid_price=102)) is RejectCode.QUOTE_WOULD_SELF_TRADE
    assert floor.book() == tidy("""
                 | 103 | Alpha2 1
                 | 102 | Alpha 5
         Alpha 5 |  98 |
        Alpha2 1 |  97 |
    """)
