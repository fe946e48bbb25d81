"""A triggered protection cancels at once what it covers and refuses more, until its time is over or it is reset."""

import pytest

from venue.engine import commands, events
from venue.engine.rejects import Reject, RejectCode
from venue.engine.terms import CancelReason
from venue.tests.engine.cast import ALPHA, BETA, GAMMA
from venue.tests.engine.floor import FOK, IOC, MARKET, OTHER_MARKET, Floor, names, placed, rejected, rejection, trades
from venue.tests.engine.test_protection_limits import cause, protect, triggered

FROZEN = RejectCode.PROTECTION_FROZEN


def freeze(floor: Floor) -> None:
    """By one trade."""
    floor.quote(ALPHA, (10, 99), (10, 101))
    assert triggered(floor.buy(BETA, 1, 101)) is not None


def reset(floor: Floor, group: str = "", market: int = MARKET) -> None:
    floor.apply(commands.ResetProtection(ALPHA.account, ALPHA.firm, group, market))


def test_the_aggressor_finds_nothing_more(floor: Floor) -> None:
    """Three quotes at the same and at worse prices; the order could take them all."""
    protect(floor, trade_count=1)
    for price in (101, 101, 103):
        floor.quote(ALPHA, (10, 90), (2, price))
    floor.sell(GAMMA, 5, 104)
    told = floor.buy(BETA, 10, 105)
    assert trades(told) == ["Beta buys 2 @ 101 from Alpha", "Beta buys 5 @ 104 from Gamma"]
    assert names(told) == ["OrderPlaced", "Traded", "ProtectionTriggered", "QuoteCancelled", "QuoteCancelled",
                           "QuoteCancelled", "Traded"]  # fmt: skip
    reasons = {event.reason for event in told if isinstance(event, events.QuoteCancelled)}
    assert reasons == {CancelReason.PROTECTION}


def test_a_group_is_cancelled_in_all_its_markets(floor: Floor) -> None:
    protect(floor, ALPHA, "majors", MARKET, OTHER_MARKET, trade_count=1)
    floor.quote(ALPHA, (10, 99), (10, 101), market=OTHER_MARKET)
    freeze(floor)
    assert not floor.engine.state.quotes


def test_other_markets_and_accounts_stay(floor: Floor) -> None:
    protect(floor, trade_count=1)
    other = placed(floor.quote(ALPHA, (10, 99), (10, 101), market=OTHER_MARKET))
    theirs = placed(floor.quote(GAMMA, (10, 98), (10, 102)))
    freeze(floor)
    assert set(floor.engine.state.quotes) == {other, theirs}


def test_what_is_refused_and_for_how_long(floor: Floor) -> None:
    protect(floor, trade_count=1, frozen_ms=5_000)
    quote = placed(floor.quote(ALPHA, (10, 98), (10, 102)))
    freeze(floor)
    floor.wait(1_200)
    assert rejection(floor.quote(ALPHA, (10, 99), (10, 101))) == Reject(FROZEN, 5_000, 1_200, -3_800)
    assert rejection(floor.update(ALPHA, quote, bid_price=97)) == Reject(FROZEN, 5_000, 1_200, -3_800)
    assert rejected(floor.cancel_quote(ALPHA, quote)) is RejectCode.UNKNOWN_QUOTE
    floor.wait(3_799)
    assert rejected(floor.quote(ALPHA, (10, 99), (10, 101))) is FROZEN
    floor.wait(1)
    assert rejected(floor.quote(ALPHA, (10, 99), (10, 101))) is None


def test_until_it_is_reset(floor: Floor) -> None:
    protect(floor, trade_count=1, frozen_ms=0)
    freeze(floor)
    floor.wait(10**9)
    assert rejection(floor.quote(ALPHA, (10, 99), (10, 101))) == Reject(FROZEN)
    reset(floor)
    assert rejected(floor.quote(ALPHA, (10, 99), (10, 101))) is None


def test_after_a_freeze_it_counts_from_nothing(floor: Floor) -> None:
    protect(floor, trade_count=2, window_ms=60_000, frozen_ms=100)
    floor.quote(ALPHA, (10, 99), (10, 101))
    floor.buy(BETA, 1, 101)
    assert triggered(floor.buy(BETA, 1, 101)) is not None
    floor.wait(100)
    floor.quote(ALPHA, (10, 99), (10, 101))
    assert triggered(floor.buy(BETA, 1, 101)) is None
    assert triggered(floor.buy(BETA, 1, 101)) is not None


def test_orders_stay_unless_they_are_included(floor: Floor) -> None:
    protect(floor, trade_count=1)
    order = placed(floor.buy(ALPHA, 1, 95))
    freeze(floor)
    assert order in floor.engine.state.orders
    assert rejected(floor.buy(ALPHA, 1, 95)) is None


def test_included_orders_are_cancelled_and_refused(floor: Floor) -> None:
    protect(floor, trade_count=1, include_orders=True)
    floor.buy(ALPHA, 1, 95)
    freeze(floor)
    assert not floor.engine.state.accounts[ALPHA.account].open
    assert rejected(floor.buy(ALPHA, 1, 95)) is FROZEN


def test_what_only_takes_is_never_refused(floor: Floor) -> None:
    """A frozen maker may close its position."""
    protect(floor, trade_count=1, include_orders=True)
    freeze(floor)
    floor.sell(BETA, 3, 101)
    for kept in (IOC, FOK):
        assert rejected(floor.buy(ALPHA, 1, 101, time_in_force=kept)) is None
    assert rejected(floor.buy(ALPHA, 1)) is None


def test_fills_of_orders_while_frozen_do_not_count(floor: Floor) -> None:
    protect(floor, trade_count=1, frozen_ms=100)
    floor.sell(ALPHA, 5, 102)
    freeze(floor)
    assert triggered(floor.buy(BETA, 1, 102)) is None
    floor.wait(100)
    assert triggered(floor.buy(BETA, 1, 102)) is not None


def test_fill_or_kill_reckons_with_it(floor: Floor) -> None:
    """After the first quote the second is gone, so 4 cannot be filled; 2 can, and so can 3 with Gamma's."""
    protect(floor, trade_count=1, frozen_ms=1)
    for _ in range(2):
        floor.quote(ALPHA, (10, 90), (2, 101))
    floor.sell(GAMMA, 1, 102)
    assert trades(floor.buy(BETA, 4, 105, time_in_force=FOK)) == []
    told = floor.buy(BETA, 3, 105, time_in_force=FOK)
    assert trades(told) == ["Beta buys 2 @ 101 from Alpha", "Beta buys 1 @ 102 from Gamma"]


def test_a_quote_that_would_come_to_its_own_firm_reckons_with_it(floor: Floor) -> None:
    """Alpha's second quote would be gone on the way, and then nothing stands before Beta's own order."""
    protect(floor, trade_count=1)
    for _ in range(2):
        floor.quote(ALPHA, (10, 90), (2, 101))
    floor.sell(BETA, 1, 102)
    assert rejected(floor.quote(BETA, (4, 103), (1, 110))) is RejectCode.QUOTE_WOULD_SELF_TRADE
    assert rejected(floor.quote(BETA, (2, 103), (1, 110))) is None


def test_new_terms_do_not_end_it(floor: Floor) -> None:
    """And what joins the group is cancelled, too."""
    protect(floor, ALPHA, "majors", MARKET, trade_count=1)
    floor.quote(ALPHA, (10, 99), (10, 101), market=OTHER_MARKET)
    freeze(floor)
    told = protect(floor, ALPHA, "majors", MARKET, OTHER_MARKET, trade_count=5)
    assert names(told) == ["ProtectionChanged", "QuoteCancelled"]
    assert rejected(floor.quote(ALPHA, (10, 99), (10, 101))) is FROZEN


def test_removed_it_is_over(floor: Floor) -> None:
    protect(floor, trade_count=1)
    freeze(floor)
    floor.apply(commands.RemoveProtection(ALPHA.account, ALPHA.firm, "", MARKET))
    assert rejected(floor.quote(ALPHA, (10, 99), (10, 101))) is None


def test_a_market_has_one_protection(floor: Floor) -> None:
    protect(floor, trade_count=1)
    assert rejected(protect(floor, ALPHA, "majors", MARKET, OTHER_MARKET, trade_count=9)) is RejectCode.MARKET_PROTECTED
    freeze(floor)


@pytest.mark.parametrize("command", [commands.ResetProtection, commands.RemoveProtection])
def test_what_is_not_there(
    floor: Floor, command: type[commands.ResetProtection] | type[commands.RemoveProtection]
) -> None:
    protect(floor, trade_count=1)
    for group, market in (("majors", 0), ("", OTHER_MARKET)):
        told = floor.apply(command(ALPHA.account, ALPHA.firm, group, market))
        assert rejected(told) is RejectCode.UNKNOWN_PROTECTION
    told = floor.apply(command(BETA.account, BETA.firm, "", MARKET))
    assert rejected(told) is RejectCode.UNKNOWN_PROTECTION


def test_a_market_that_is_not_there(floor: Floor) -> None:
    assert rejected(protect(floor, ALPHA, "majors", MARKET, 9, trade_count=1)) is RejectCode.UNKNOWN_MARKET
    assert cause(floor.quote(ALPHA, (1, 99), (1, 101))) is None
