"""What is due expires before anything else happens, in the order of its time, and never fills."""

from venue.engine import commands, events
from venue.engine.rejects import RejectCode
from venue.tests.engine.cast import ALPHA, BETA, GAMMA
from venue.tests.engine.floor import GTD, MARKET, Floor, names, placed, rejected, trades


def test_a_quote_expires_when_it_is_due_and_not_before(floor: Floor) -> None:
    floor.quote(ALPHA, (5, 99), (5, 101), valid_for_ms=1000)
    assert floor.wait(999) == []
    assert names(floor.wait(1)) == ["QuoteExpired"]
    assert floor.book() == ""
    assert floor.exposure(ALPHA) == 0


def test_a_due_quote_never_fills_whoever_comes_first(floor: Floor) -> None:
    floor.quote(ALPHA, (5, 99), (5, 101), valid_for_ms=1000)
    floor.now += 1000
    told = floor.buy(BETA, 5, 101)
    assert names(told) == ["QuoteExpired", "OrderPlaced"]
    assert trades(told) == []


def test_an_update_extends_from_now(floor: Floor) -> None:
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101), valid_for_ms=1000))
    floor.wait(900)
    (replaced,) = floor.update(ALPHA, quote, valid_for_ms=500)
    assert isinstance(replaced, events.QuoteReplaced)
    assert replaced.expires_at == floor.now + 500
    assert floor.wait(499) == []
    assert names(floor.wait(1)) == ["QuoteExpired"]


def test_an_update_may_shorten(floor: Floor) -> None:
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101), valid_for_ms=1000))
    floor.update(ALPHA, quote, valid_for_ms=10)
    assert names(floor.wait(10)) == ["QuoteExpired"]


def test_an_update_without_validity_leaves_the_end_alone(floor: Floor) -> None:
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101), valid_for_ms=1000))
    floor.wait(900)
    floor.update(ALPHA, quote, bid_price=98)
    assert names(floor.wait(100)) == ["QuoteExpired"]


def test_too_late_to_update_or_cancel(floor: Floor) -> None:
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101), valid_for_ms=1000))
    floor.now += 1000
    told = floor.update(ALPHA, quote, valid_for_ms=5000)
    assert names(told) == ["QuoteExpired", "CommandRejected"]
    assert rejected(told) is RejectCode.UNKNOWN_QUOTE


def test_good_till_date(floor: Floor) -> None:
    floor.buy(ALPHA, 5, 99, time_in_force=GTD, expires_at=floor.now + 50)
    assert floor.wait(49) == []
    assert names(floor.wait(1)) == ["OrderExpired"]


def test_a_date_in_the_past_is_rejected(floor: Floor) -> None:
    told = floor.buy(ALPHA, 5, 99, time_in_force=GTD, expires_at=floor.now)
    assert rejected(told) is RejectCode.EXPIRY_IN_PAST


def test_in_the_order_of_their_ends_whatever_was_put_off_meanwhile(floor: Floor) -> None:
    late = placed(floor.quote(ALPHA, (1, 90), (1, 110), valid_for_ms=50))
    floor.update(ALPHA, late, valid_for_ms=100)
    soon = placed(floor.quote(GAMMA, (1, 90), (1, 110), valid_for_ms=80))
    told = floor.wait(200)
    assert [event.id for event in told if isinstance(event, events.QuoteExpired)] == [soon, late]


def test_cancelled_quotes_of_long_validity_do_not_pile_up(floor: Floor) -> None:
    engine, first = floor.engine, floor.sequence + 1
    place = commands.PlaceQuote(ALPHA.account, ALPHA.firm, MARKET, 99, 1, 101, 1, 10**9)
    for sequence in range(first, first + 20_000, 2):
        told = engine.apply(sequence, floor.now, place)
        engine.apply(sequence + 1, floor.now, commands.CancelQuote(ALPHA.account, ALPHA.firm, placed(told)))
    assert len(engine.state.expiries) < 2_000


def test_ends_that_are_moved_back_and_forth_do_not_pile_up(floor: Floor) -> None:
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101), valid_for_ms=10**9))
    for step in range(10_000):
        update = commands.QuoteUpdate(quote, valid_for_ms=10**8 if step % 2 else 10**9)
        floor.sequence += 1
        floor.engine.apply(floor.sequence, floor.now, commands.UpdateQuotes(ALPHA.account, ALPHA.firm, (update,)))
    assert len(floor.engine.state.expiries) < 2_000
