"""Both sides of a quote, or nothing: a bad side refuses the whole, and an update refused leaves all as it was."""

from venue.engine import commands, events
from venue.engine.rejects import RejectCode
from venue.engine.terms import OrdStatus
from venue.tests.engine.cast import ALPHA, BETA, GAMMA
from venue.tests.engine.drawing import tidy
from venue.tests.engine.floor import MARKET, Floor, names, placed, rejected, rules, trades


def test_both_legs_rest_under_one_id(floor: Floor) -> None:
    told = floor.quote(ALPHA, (5, 99), (4, 101))
    assert names(told) == ["QuotePlaced"]
    assert floor.book() == tidy("""
                | 101 | Alpha 4
        Alpha 5 |  99 |
    """)


def test_one_bad_side_refuses_the_whole(floor: Floor) -> None:
    floor.apply(rules(max_order_size=5))
    assert rejected(floor.quote(ALPHA, (5, 99), (6, 101))) is RejectCode.ORDER_SIZE_ABOVE_LIMIT
    assert rejected(floor.quote(ALPHA, (5, 101), (5, 101))) is RejectCode.BID_NOT_BELOW_ASK
    assert floor.book() == ""


def test_a_refused_update_leaves_the_queue_as_it_was(floor: Floor) -> None:
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101)))
    floor.lay_out("""
                | 101 | Gamma 1
        Gamma 1 |  99 |
    """)
    before = floor.book()
    assert rejected(floor.update(ALPHA, quote, bid_price=102)) is RejectCode.BID_NOT_BELOW_ASK
    floor.apply(rules(max_order_size=5))
    assert rejected(floor.update(ALPHA, quote, bid_price=98, ask_size=6)) is RejectCode.ORDER_SIZE_ABOVE_LIMIT
    assert floor.book() == before


def test_it_is_filled_when_both_legs_are(floor: Floor) -> None:
    floor.quote(ALPHA, (5, 99), (5, 101))
    (first,) = [one for one in floor.buy(BETA, 5, 101) if isinstance(one, events.Traded)]
    assert first.maker.status is OrdStatus.PARTIALLY_FILLED
    (second,) = [one for one in floor.sell(BETA, 5, 99) if isinstance(one, events.Traded)]
    assert second.maker.status is OrdStatus.FILLED
    assert floor.book() == ""
    assert floor.exposure(ALPHA) == 0


def test_cancelling_takes_both_legs(floor: Floor) -> None:
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101)))
    floor.buy(BETA, 2, 101)
    assert names(floor.cancel_quote(ALPHA, quote)) == ["QuoteCancelled"]
    assert floor.book() == ""
    assert rejected(floor.cancel_quote(ALPHA, quote)) is RejectCode.UNKNOWN_QUOTE


def test_nobody_else_may_touch_it(floor: Floor) -> None:
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101)))
    told = floor.update(GAMMA, quote, bid_price=98)
    assert rejected(told) is RejectCode.UNKNOWN_QUOTE
    (refusal,) = told
    assert isinstance(refusal, events.CommandRejected)
    assert (refusal.account, refusal.firm, refusal.id) == (GAMMA.account, GAMMA.firm, quote)
    assert rejected(floor.cancel_quote(GAMMA, quote)) is RejectCode.UNKNOWN_QUOTE


def test_a_quote_may_take_and_rests_with_what_is_left(floor: Floor) -> None:
    floor.lay_out("| 100 | Gamma 3")
    assert trades(floor.quote(ALPHA, (5, 100), (5, 102))) == ["Alpha buys 3 @ 100 from Gamma"]
    assert floor.book() == tidy("""
                | 102 | Alpha 5
        Alpha 2 | 100 |
    """)


def test_both_sides_may_take_one_after_the_other(floor: Floor) -> None:
    floor.lay_out("| 100 | Gamma 5")
    quote = placed(floor.quote(ALPHA, (2, 97), (2, 103)))
    floor.update(ALPHA, quote, bid_price=100)
    floor.lay_out("Gamma 4 | 99 |")
    told = floor.update(ALPHA, quote, bid_price=97, ask_price=99)
    assert trades(told) == ["Alpha sells 2 @ 99 to Gamma"]
    assert floor.engine.state.quotes == {}


def test_moving_past_its_own_other_leg_is_no_self_trade(floor: Floor) -> None:
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101)))
    for bid, ask in ((102, 104), (96, 98), (101, 103)):
        assert names(floor.update(ALPHA, quote, bid_price=bid, ask_price=ask)) == ["QuoteReplaced"]
        assert floor.book() == tidy(f"| {ask} | Alpha 5\n Alpha 5 | {bid} |")


def test_moving_past_its_own_leg_may_take_from_others(floor: Floor) -> None:
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101)))
    floor.lay_out("| 102 | Gamma 2")
    assert trades(floor.update(ALPHA, quote, bid_price=103, ask_price=105)) == ["Alpha buys 2 @ 102 from Gamma"]
    assert floor.book() == tidy("""
                | 105 | Alpha 5
        Alpha 3 | 103 |
    """)


def test_a_done_side_is_not_checked_again(floor: Floor) -> None:
    """The band moved away from the price at which one side was filled: the other side may still follow."""
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101)))
    floor.sell(BETA, 5, 99)
    floor.apply(rules(band_bps=500, min_notional=1))
    floor.apply(commands.SetReferencePrice(MARKET, 120))
    assert rejected(floor.update(ALPHA, quote, ask_price=121)) is None
    assert floor.book() == tidy("| 121 | Alpha 5")


def test_a_done_side_comes_back_when_its_total_grows(floor: Floor) -> None:
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101)))
    floor.sell(BETA, 5, 99)
    floor.update(ALPHA, quote, bid_price=98, bid_size=8)
    assert floor.book() == tidy("""
                | 101 | Alpha 5
        Alpha 3 |  98 |
    """)


def test_updates_of_one_command_stand_each_for_itself(floor: Floor) -> None:
    first = placed(floor.quote(ALPHA, (5, 99), (5, 103)))
    second = placed(floor.quote(ALPHA, (5, 98), (5, 104)))
    told = floor.apply(
        commands.UpdateQuotes(
            ALPHA.account,
            ALPHA.firm,
            (
                commands.QuoteUpdate(first, bid_price=100),
                commands.QuoteUpdate(second, bid_price=110),
                commands.QuoteUpdate(77, bid_price=97),
                commands.QuoteUpdate(second, ask_price=105),
            ),
        )
    )
    assert names(told) == ["QuoteReplaced", "CommandRejected", "CommandRejected", "QuoteReplaced"]
