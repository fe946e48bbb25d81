"""A protection triggers when what the account traded as the maker within the window reaches a limit."""

from typing import Any

import pytest

from venue.engine import commands, events
from venue.engine.events import Event, ProtectionTriggered
from venue.engine.terms import ProtectionLimit
from venue.tests.engine.cast import ALPHA, ALPHA_2, BETA, Member
from venue.tests.engine.floor import IOC, MARKET, OTHER_MARKET, Floor

WINDOW = 1_000


def protect(floor: Floor, member: Member = ALPHA, group: str = "", *markets: int, **terms: Any) -> list[Event]:
    """The market's protection, or that of a group of markets."""
    times = {"window_ms": WINDOW, "frozen_ms": 5_000}
    where = (member.account, member.firm, group, markets or (MARKET,))
    return floor.apply(commands.ConfigureProtection(*where, **(times | terms)))


def triggered(told: list[Event]) -> ProtectionTriggered | None:
    found = [event for event in told if isinstance(event, ProtectionTriggered)]
    return found[0] if found else None


def cause(told: list[Event]) -> tuple[ProtectionLimit, int, int] | None:
    event = triggered(told)
    return (event.cause, event.limit, event.observed) if event else None


@pytest.mark.parametrize(
    ("terms", "cause_of_third"),
    [
        ({"gross_quantity": 6}, (ProtectionLimit.GROSS_QUANTITY, 6, 6)),
        ({"gross_quantity": 5}, (ProtectionLimit.GROSS_QUANTITY, 5, 6)),
        ({"net_quantity": 2, "gross_quantity": 100}, (ProtectionLimit.NET_QUANTITY, 2, 2)),
        ({"notional": 600_000}, (ProtectionLimit.NOTIONAL, 600_000, 602_000)),
        ({"trade_count": 3}, (ProtectionLimit.TRADE_COUNT, 3, 3)),
        ({"trade_count": 3, "gross_quantity": 6}, (ProtectionLimit.GROSS_QUANTITY, 6, 6)),
    ],
)
def test_each_limit(floor: Floor, terms: dict[str, Any], cause_of_third: tuple[ProtectionLimit, int, int]) -> None:
    """Sold 1 at 101, bought 2 at 99, sold 3 at 101: 6 gross, net short by 2, 602 ticks x lots at 1,000."""
    protect(floor, **terms)
    floor.quote(ALPHA, (10, 99), (10, 101))
    assert cause(floor.buy(BETA, 1, 101)) is None
    assert cause(floor.sell(BETA, 2, 99)) is None
    assert cause(floor.buy(BETA, 3, 101)) == cause_of_third


def test_the_event_tells_why(floor: Floor) -> None:
    protect(floor, trade_count=1)
    floor.quote(ALPHA, (10, 99), (10, 101))
    told = floor.buy(BETA, 1, 101)
    (trade,) = [event for event in told if isinstance(event, events.Traded)]
    where = (ALPHA.account, ALPHA.firm, "", MARKET, trade.id)
    why = (ProtectionLimit.TRADE_COUNT, 1, 1)
    assert triggered(told) == ProtectionTriggered(*where, *why, WINDOW, floor.now, floor.now + 5_000)


def test_fills_as_the_taker_do_not_count(floor: Floor) -> None:
    protect(floor, trade_count=1)
    floor.sell(BETA, 5, 101)
    assert cause(floor.buy(ALPHA, 5, 101, time_in_force=IOC)) is None
    floor.sell(BETA, 5, 101)
    assert cause(floor.quote(ALPHA, (5, 101), (5, 103))) is None


def test_fills_of_resting_orders_count(floor: Floor) -> None:
    protect(floor, trade_count=1)
    floor.sell(ALPHA, 5, 101)
    assert cause(floor.buy(BETA, 1, 101)) is not None


def test_a_fill_counts_for_as_long_as_the_window(floor: Floor) -> None:
    protect(floor, trade_count=2)
    floor.quote(ALPHA, (10, 99), (10, 101))
    floor.buy(BETA, 1, 101)
    floor.wait(WINDOW)
    assert cause(floor.buy(BETA, 1, 101)) is None
    floor.wait(WINDOW - 1)
    assert cause(floor.buy(BETA, 1, 101)) is not None


def test_each_account_counts_alone(floor: Floor) -> None:
    protect(floor, trade_count=2)
    protect(floor, ALPHA_2, trade_count=2)
    floor.quote(ALPHA, (10, 98), (10, 101))
    floor.quote(ALPHA_2, (10, 99), (10, 102))
    assert cause(floor.buy(BETA, 1, 101)) is None
    assert cause(floor.sell(BETA, 1, 99)) is None


def test_a_group_counts_over_its_markets(floor: Floor) -> None:
    protect(floor, ALPHA, "majors", MARKET, OTHER_MARKET, trade_count=2)
    floor.quote(ALPHA, (10, 99), (10, 101))
    floor.quote(ALPHA, (10, 99), (10, 101), market=OTHER_MARKET)
    assert cause(floor.buy(BETA, 1, 101)) is None
    event = triggered(floor.buy(BETA, 1, 101, market=OTHER_MARKET))
    assert event is not None
    assert (event.group, event.market) == ("majors", OTHER_MARKET)


def test_new_terms_count_anew(floor: Floor) -> None:
    protect(floor, trade_count=2)
    floor.quote(ALPHA, (10, 99), (10, 101))
    floor.buy(BETA, 1, 101)
    protect(floor, trade_count=2)
    assert cause(floor.buy(BETA, 1, 101)) is None
    assert cause(floor.buy(BETA, 1, 101)) is not None


def test_removed_it_counts_nothing(floor: Floor) -> None:
    protect(floor, trade_count=1)
    floor.apply(commands.RemoveProtection(ALPHA.account, ALPHA.firm, "", MARKET))
    floor.quote(ALPHA, (10, 99), (10, 101))
    assert cause(floor.buy(BETA, 1, 101)) is None
