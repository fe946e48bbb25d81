"""Cancel-on-disconnect cancels exactly its scope, once, and with a lock refuses the scope until it is unlocked."""

from typing import Any

import pytest

from venue.engine import commands, events
from venue.engine.rejects import RejectCode
from venue.engine.terms import CancelReason, DisconnectScope
from venue.tests.engine.cast import ALPHA, ALPHA_2, BETA, Member
from venue.tests.engine.drawing import tidy
from venue.tests.engine.floor import MARKET, NOON, OTHER_MARKET, Floor, names, rejected

ACCOUNT, ONE_MARKET, SESSION = DisconnectScope.ACCOUNT, DisconnectScope.MARKET, DisconnectScope.SESSION
FIRST, SECOND = 1, 2
TIMEOUT = 1_000
DEADLINE = NOON + TIMEOUT


def configure(floor: Floor, scope: DisconnectScope, market: int = 0, **more: Any) -> list[events.Event]:
    terms = {"timeout_ms": TIMEOUT, "lock": False, "armed_at": NOON, **more}
    who = (ALPHA.account, ALPHA.firm, FIRST)
    return floor.apply(commands.ConfigureDisconnect(*who, scope, market, **terms, key_id="key", session_name="one"))


def fire(floor: Floor, scope: DisconnectScope, market: int = 0, deadline: int = DEADLINE) -> list[events.Event]:
    return floor.apply(commands.FireDisconnect(FIRST, scope, market, deadline, deadline + 3))


def lay_out(floor: Floor) -> None:
    floor.buy(ALPHA, 1, 99, session=FIRST)
    floor.buy(ALPHA, 2, 98, session=SECOND)
    floor.buy(ALPHA, 3, 97)
    floor.buy(ALPHA, 4, 96, market=OTHER_MARKET, session=FIRST)
    floor.buy(ALPHA_2, 5, 95, session=SECOND)
    floor.buy(BETA, 6, 94)


@pytest.mark.parametrize(
    ("scope", "market", "here", "there"),
    [
        (ACCOUNT, 0, "Alpha2 5 | 95 |\nBeta 6 | 94 |", ""),
        (ONE_MARKET, MARKET, "Alpha2 5 | 95 |\nBeta 6 | 94 |", "Alpha 4 | 96 |"),
        (SESSION, 0, "Alpha 2 | 98 |\nAlpha 3 | 97 |\nAlpha2 5 | 95 |\nBeta 6 | 94 |", ""),
    ],
)
def test_exactly_the_scope(floor: Floor, scope: DisconnectScope, market: int, here: str, there: str) -> None:
    lay_out(floor)
    configure(floor, scope, market)
    fire(floor, scope, market)
    assert floor.book() == tidy(here)
    assert floor.book(OTHER_MARKET) == tidy(there)


def test_orders_and_quotes_and_a_receipt(floor: Floor) -> None:
    floor.quote(ALPHA, (1, 98), (1, 102))
    floor.buy(ALPHA, 1, 99)
    configure(floor, ACCOUNT)
    told = fire(floor, ACCOUNT)
    assert names(told) == ["QuoteCancelled", "OrderCancelled", "DisconnectChanged", "DisconnectFired"]
    assert {event.reason for event in told[:2]} == {CancelReason.CANCEL_ON_DISCONNECT}  # type: ignore[union-attr]
    receipt = told[-1]
    assert isinstance(receipt, events.DisconnectFired)
    assert (receipt.deadline, receipt.detected_at, receipt.count) == (DEADLINE, DEADLINE + 3, 2)


def test_it_fires_once_until_the_session_is_heard_of(floor: Floor) -> None:
    configure(floor, ACCOUNT)
    assert names(fire(floor, ACCOUNT)) == ["DisconnectChanged", "DisconnectFired"]
    assert fire(floor, ACCOUNT) == []
    assert fire(floor, ACCOUNT, deadline=DEADLINE + 5) == []
    assert floor.apply(commands.RearmDisconnect(FIRST, DEADLINE)) == []
    assert names(floor.apply(commands.RearmDisconnect(FIRST, DEADLINE + 1))) == ["DisconnectChanged"]
    floor.buy(ALPHA, 1, 99)
    assert names(fire(floor, ACCOUNT, deadline=DEADLINE + 1 + TIMEOUT))[0] == "OrderCancelled"


def test_a_deadline_before_the_arming_is_none(floor: Floor) -> None:
    configure(floor, ACCOUNT)
    assert fire(floor, ACCOUNT, deadline=NOON) == []


def test_disabled_it_does_nothing(floor: Floor) -> None:
    floor.buy(ALPHA, 1, 99)
    configure(floor, ACCOUNT)
    configure(floor, ACCOUNT, timeout_ms=0)
    assert fire(floor, ACCOUNT) == []


def test_without_a_lock_new_orders_are_taken(floor: Floor) -> None:
    configure(floor, ACCOUNT)
    fire(floor, ACCOUNT)
    assert rejected(floor.buy(ALPHA, 1, 99, session=FIRST)) is None


@pytest.mark.parametrize(
    ("scope", "market", "refused"),
    [
        (ACCOUNT, 0, [True, True, True, False]),
        (ONE_MARKET, MARKET, [True, True, False, False]),
        (SESSION, 0, [True, False, True, False]),
    ],
)
def test_a_lock_refuses_exactly_the_scope(
    floor: Floor, scope: DisconnectScope, market: int, refused: list[bool]
) -> None:
    configure(floor, scope, market, lock=True)
    fire(floor, scope, market)
    tried: list[tuple[Member, int, int]] = [
        (ALPHA, MARKET, FIRST),
        (ALPHA, MARKET, SECOND),
        (ALPHA, OTHER_MARKET, FIRST),
        (BETA, MARKET, SECOND),
    ]
    for (member, where, session), locked in zip(tried, refused, strict=True):
        code = RejectCode.SESSION_LOCKED if locked else None
        assert rejected(floor.buy(member, 1, 90, market=where, session=session)) is code
        assert rejected(floor.quote(member, (1, 90), (1, 110), market=where, session=session)) is code


def unlock(floor: Floor, session: int = FIRST) -> None:
    floor.apply(commands.UnlockSession(ALPHA.account, ALPHA.firm, session, DEADLINE + 50))


def unlock_all(floor: Floor) -> None:
    unlock(floor, 0)


def close(floor: Floor) -> None:
    floor.apply(commands.CloseSession(ALPHA.account, ALPHA.firm, FIRST))


def arm_anew(floor: Floor) -> None:
    configure(floor, ACCOUNT, lock=True, armed_at=DEADLINE + 50)


def disable(floor: Floor) -> None:
    configure(floor, ACCOUNT, timeout_ms=0)


@pytest.mark.parametrize("step", [unlock, unlock_all, close, arm_anew, disable])
def test_what_ends_a_lock(floor: Floor, step: Any) -> None:
    configure(floor, ACCOUNT, lock=True)
    fire(floor, ACCOUNT)
    floor.apply(commands.RearmDisconnect(FIRST, DEADLINE + 20))
    assert rejected(floor.buy(ALPHA, 1, 99)) is RejectCode.SESSION_LOCKED
    step(floor)
    assert rejected(floor.buy(ALPHA, 1, 99)) is None


def test_nobody_unlocks_what_is_anothers(floor: Floor) -> None:
    configure(floor, ACCOUNT, lock=True)
    fire(floor, ACCOUNT)
    floor.apply(commands.UnlockSession(BETA.account, BETA.firm, FIRST, DEADLINE + 50))
    floor.apply(commands.CloseSession(BETA.account, BETA.firm, FIRST))
    assert rejected(floor.buy(ALPHA, 1, 99)) is RejectCode.SESSION_LOCKED


def test_unlocked_it_is_armed(floor: Floor) -> None:
    configure(floor, ACCOUNT, lock=True)
    fire(floor, ACCOUNT)
    unlock(floor)
    floor.buy(ALPHA, 1, 99)
    assert names(fire(floor, ACCOUNT, deadline=DEADLINE + 50 + TIMEOUT))[0] == "OrderCancelled"
    assert rejected(floor.buy(ALPHA, 1, 99)) is RejectCode.SESSION_LOCKED


def test_a_setting_that_another_account_takes_over_locks_its_former_owner_no_longer(floor: Floor) -> None:
    configure(floor, ACCOUNT, lock=True)
    fire(floor, ACCOUNT)
    taken_over = (BETA.account, BETA.firm, FIRST, ACCOUNT, 0, TIMEOUT, False, DEADLINE, "key", "one")
    floor.apply(commands.ConfigureDisconnect(*taken_over))
    assert not rejected(floor.buy(ALPHA, 1, 99))
