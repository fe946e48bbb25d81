"""POST /mm/sessions/cancel-on-disconnect: the body, its bounds, and what is cancelled when the session falls silent."""

import time
from typing import Any

import pytest

from accounts.scopes import Scope
from accounts.tests.cast import tier_of
from mmapi.tests.desk import COD, UNLOCK, arm, await_firing, millis, order, post, sessions, status_of
from venue.tests.cast import MatcherProcess, Trader, open_market

CANCELLED = ("cancelled", "cancel_on_disconnect")
OPEN = ("open", None)
DETECTED_WITHIN_MS = 250
SLACK_MS = 1_500  # of a machine that others use, too


def test_the_specifications_body(alpha: Trader) -> None:
    answer = post(alpha, COD, {"timeoutMs": 5000, "scope": "account"})
    assert answer.status == 200, answer.text
    told = answer.body
    assert (told["session"], told["scope"], told["timeoutMs"], told["onFire"]) == (None, "account", 5000, "cancel")
    assert millis(told["triggerAt"]) - millis(told["armedAt"]) == 5_000
    assert abs(millis(told["serverTime"]) - time.time() * 1_000) < 2_000


def test_silence_cancels_within_the_promised_time(alpha: Trader, beta: Trader) -> None:
    mine, theirs = order(alpha), order(beta)
    quote = alpha.quote()
    told = arm(alpha, 500)
    firing = await_firing(alpha)
    assert status_of(alpha, mine) == CANCELLED
    assert alpha.read_quote(quote)["status"] == "cancelled"
    assert status_of(beta, theirs) == OPEN
    assert firing["cancelled"] == 2
    assert millis(firing["deadline"]) == millis(told["triggerAt"])
    assert 0 < millis(firing["detectedAt"]) - millis(firing["deadline"]) <= DETECTED_WITHIN_MS + SLACK_MS
    assert firing["firstCancelAt"] == firing["lastCancelAt"]
    assert millis(firing["lastCancelAt"]) >= millis(firing["detectedAt"])


def test_any_call_of_the_session_counts(alpha: Trader) -> None:
    mine = order(alpha)
    arm(alpha, 600)
    for _ in range(5):
        time.sleep(0.25)
        alpha.get("/api/v1/orders")
    assert status_of(alpha, mine) == OPEN
    await_firing(alpha)
    assert status_of(alpha, mine) == CANCELLED


def test_calls_of_another_session_do_not_count(alpha: Trader) -> None:
    mine = order(alpha, session="a")
    arm(alpha, 500, session="a")
    for _ in range(4):
        time.sleep(0.2)
        alpha.call("GET", "/api/v1/orders", **{"X-MM-Session": "b"})
    await_firing(alpha, "a")
    assert status_of(alpha, mine) == CANCELLED


@pytest.mark.parametrize(
    ("scope", "cancelled"),
    [
        ("account", {"here", "there", "other session"}),
        ("market", {"here", "other session"}),
        ("session", {"here", "there"}),
    ],
)
def test_exactly_the_scope(alpha: Trader, scope: str, cancelled: set[str]) -> None:
    elsewhere = open_market()
    orders = {
        "here": order(alpha, session="a"),
        "there": order(alpha, session="a", market=elsewhere.symbol),
        "other session": order(alpha, session="b"),
    }
    arm(alpha, 300, scope, "a", **({"market": alpha.market.symbol} if scope == "market" else {}))
    firing = await_firing(alpha, "a")
    assert (firing["scope"], firing["cancelled"]) == (scope, len(cancelled))
    assert {name for name, one in orders.items() if status_of(alpha, one) == CANCELLED} == cancelled


def test_zero_disables(alpha: Trader) -> None:
    mine = order(alpha)
    arm(alpha, 400)
    told = arm(alpha, 0)
    assert (told["armedAt"], told["triggerAt"]) == (None, None)
    time.sleep(0.8)
    assert status_of(alpha, mine) == OPEN
    assert sessions(alpha)[None]["cancelOnDisconnect"] == []


def test_it_fires_again_after_the_session_has_come_back(alpha: Trader) -> None:
    arm(alpha, 300)
    first = await_firing(alpha)
    again = order(alpha)
    time.sleep(0.9)
    assert status_of(alpha, again) == CANCELLED
    second = sessions(alpha)[None]["lastFiring"]
    assert millis(second["deadline"]) > millis(first["deadline"])


def test_a_lock_refuses_until_it_is_unlocked(alpha: Trader, gamma: Trader) -> None:
    arm(alpha, 300, onFire="cancel_and_lock")
    await_firing(alpha)
    refused = post(alpha, "/api/v1/orders", alpha.order_body("buy", 1, 49000))
    assert (refused.status, refused.code) == (409, "SESSION_LOCKED")
    refused = post(alpha, "/api/sdk/quotes", alpha.quote_body(), "another")
    assert (refused.status, refused.code) == (409, "SESSION_LOCKED")
    assert sessions(alpha)[None]["state"] == "locked"
    assert post(gamma, UNLOCK, {"scope": "account"}).status == 200
    assert sessions(alpha)[None]["state"] == "locked"
    answer = post(alpha, UNLOCK)
    assert (answer.status, answer.body["state"]) == (200, "active")
    order(alpha)
    await_firing(alpha)


def test_another_session_of_the_account_may_unlock_it(alpha: Trader) -> None:
    arm(alpha, 300, session="gone", onFire="cancel_and_lock")
    await_firing(alpha, "gone")
    assert post(alpha, UNLOCK, {"scope": "session"}, "ops").status == 200
    assert sessions(alpha)["gone"]["state"] == "locked"
    assert post(alpha, UNLOCK, {"scope": "account"}, "ops").status == 200
    assert sessions(alpha)["gone"]["state"] != "locked"
    order(alpha, session="ops")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"scope": "account"}, ("timeoutMs", "REQUIRED")),
        ({"timeoutMs": 5000}, ("scope", "REQUIRED")),
        ({"timeoutMs": 300001, "scope": "account"}, ("timeoutMs", "OUT_OF_RANGE")),
        ({"timeoutMs": -1, "scope": "account"}, ("timeoutMs", "OUT_OF_RANGE")),
        ({"timeoutMs": 99, "scope": "account"}, ("timeoutMs", "OUT_OF_RANGE")),
        ({"timeoutMs": "5000", "scope": "account"}, ("timeoutMs", "WRONG_TYPE")),
        ({"timeoutMs": 1.5, "scope": "account"}, ("timeoutMs", "WRONG_TYPE")),
        ({"timeoutMs": 5000, "scope": "everything"}, ("scope", "INVALID_VALUE")),
        ({"timeoutMs": 5000, "scope": "market"}, ("market", "REQUIRED")),
        ({"timeoutMs": 5000, "scope": "market", "market": "NO-SUCH"}, ("market", "UNKNOWN_MARKET")),
        ({"timeoutMs": 5000, "scope": "account", "market": "BTC-USD"}, ("market", "NOT_ALLOWED")),
        ({"timeoutMs": 5000, "scope": "account", "onFire": "explode"}, ("onFire", "INVALID_VALUE")),
        ({"timeoutMs": 5000, "scope": "account", "colour": 1}, ("colour", "UNKNOWN_FIELD")),
    ],
)
def test_a_body_at_fault(alpha: Trader, body: dict[str, Any], fault: tuple[str, str]) -> None:
    answer = post(alpha, COD, body)
    assert (answer.status, answer.code, answer.faults) == (400, "INVALID_PARAMETERS", [fault])


def test_the_tiers_least_timeout(alpha: Trader) -> None:
    slow = alpha.another(tier=tier_of("slow", min_cancel_on_disconnect_ms=2_000))
    assert post(slow, COD, {"timeoutMs": 1999, "scope": "account"}).faults == [("timeoutMs", "OUT_OF_RANGE")]
    assert post(slow, COD, {"timeoutMs": 2000, "scope": "account"}).status == 200
    assert post(slow, COD, {"timeoutMs": 0, "scope": "account"}).status == 200


@pytest.mark.parametrize("scopes", [(Scope.READ,), (Scope.READ, Scope.TRADE), (Scope.DROP_COPY,)])
def test_it_needs_the_scope(alpha: Trader, scopes: tuple[str, ...]) -> None:
    answer = post(alpha.another(scopes=scopes), COD, {"timeoutMs": 5000, "scope": "account"})
    assert (answer.status, answer.code) == (403, "INSUFFICIENT_SCOPE")


def test_without_a_matcher_the_outcome_is_told(alpha: Trader, running_matcher: MatcherProcess, settings: Any) -> None:
    settings.SUBMIT_TIMEOUT_MS = 300
    running_matcher.pause()
    try:
        answer = post(alpha, COD, {"timeoutMs": 5000, "scope": "account"})
    finally:
        running_matcher.resume()
    assert (answer.status, answer.code) == (503, "OUTCOME_UNKNOWN")
