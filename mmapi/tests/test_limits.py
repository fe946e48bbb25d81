"""GET /mm/limits: the tier and its budgets as they are now. What it says is what the door then does."""

import time
from typing import Any

import pytest

from accounts.models import ColocationProfile
from accounts.scopes import Scope
from accounts.tests.cast import tier_of
from venue.tests.cast import Answer, Trader

PATH = "/api/v1/mm/limits"
NO_LIMIT = {"capacity": None, "refillPerSecond": None, "remaining": None, "waitMs": 0}


@pytest.fixture
def maker(alpha: Trader) -> Trader:
    """A key whose budgets refill too slowly to be seen, and that has a bound for everything."""
    tier = tier_of(
        "limits-slow",
        requests_per_second=1,
        request_burst=40,
        order_operations_per_second=2,
        order_operations_burst=60,
        max_batch_size=50,
        max_open_orders=7,
        max_sessions=3,
        min_cancel_on_disconnect_ms=750,
        lane="colocated",
    )
    profile = ColocationProfile.objects.get_or_create(name="rack-7", networks=["127.0.0.0/8"])[0]
    return alpha.another(tier=tier, colocation=profile)


def limits(trader: Trader, **query: Any) -> Any:
    answer = trader.get(PATH + ("?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""))
    assert answer.status == 200, answer.text
    return answer.body


def refresh(trader: Trader, entries: int) -> Answer:
    """A batch, charged by its entries whatever becomes of them."""
    return trader.patch("/api/sdk/quotes/batch/update", [{"quoteId": "quote_0", "bidPrice": 1}] * entries)


def test_the_tier(maker: Trader) -> None:
    body = limits(maker)
    assert (body["account"], body["tier"], body["lane"]) == (maker.party.account.name, "limits-slow", "colocated")
    assert body["colocationProfile"] == "rack-7"
    assert (body["maxBatchSize"], body["minCancelOnDisconnectMs"]) == (50, 750)
    assert body["sessions"] == {"limit": 3, "observed": 0, "headroom": 3}
    assert body["openOrders"] == {"limit": 7, "observed": 0, "headroom": 7}
    assert body["asOf"].endswith("Z")


def test_open_sessions_of_the_key(maker: Trader) -> None:
    for name in ("desk-1", "desk-2"):
        maker.call("POST", "/api/v1/mm/sessions/heartbeat", **{"X-MM-Session": name})
    assert maker.call("GET", PATH, **{"X-MM-Session": "desk-1"}).body["sessions"] == {
        "limit": 3,
        "observed": 2,
        "headroom": 1,
    }


def test_looking_costs_the_request_alone(maker: Trader) -> None:
    first, second = limits(maker, entries=50), limits(maker, entries=50)
    assert first["budgets"] == {
        "requests": {"capacity": 40, "refillPerSecond": 1, "remaining": 39, "waitMs": 0},
        "orderOperations": {"capacity": 60, "refillPerSecond": 2, "remaining": 60, "waitMs": 0},
    }
    assert second["budgets"]["requests"]["remaining"] == 38
    assert second["budgets"]["orderOperations"]["remaining"] == 60


def test_it_agrees_with_the_headers_of_its_own_answer(maker: Trader) -> None:
    refresh(maker, 35)
    answer = maker.get(PATH)
    left = answer.body["budgets"]
    shown = f'"requests";r={left["requests"]["remaining"]};'
    assert shown in answer.headers["RateLimit"]
    assert f'"operations";r={left["orderOperations"]["remaining"]};' in answer.headers["RateLimit"]


def test_the_wait_for_a_batch(maker: Trader) -> None:
    """60 less 50 leaves 10: at 2 a second, 20 are there 5 seconds later."""
    refresh(maker, 50)
    body = limits(maker, entries=20)
    assert body["batch"]["entries"] == 20
    assert 4_500 < body["batch"]["waitMs"] <= 5_000
    refused = refresh(maker, 20)
    assert (refused.status, refused.body["budget"]) == (429, "operations")
    assert body["batch"]["waitMs"] - 500 < refused.body["retryAfterMs"] <= body["batch"]["waitMs"]
    assert limits(maker, entries=10)["batch"]["waitMs"] == 0
    assert refresh(maker, 10).status == 200


def test_after_the_wait_the_batch_is_admitted(alpha: Trader) -> None:
    tier = tier_of("limits-quick", order_operations_per_second=50, order_operations_burst=30, max_batch_size=30)
    quick = alpha.another(tier=tier)
    assert refresh(quick, 30).status == 200
    wait = limits(quick, entries=15)["batch"]["waitMs"]
    assert 200 < wait <= 300
    assert refresh(quick, 15).status == 429
    time.sleep(wait / 1_000)
    assert refresh(quick, 15).status == 200


def test_the_wait_is_for_the_request_where_that_is_scarcer(alpha: Trader) -> None:
    scarce = alpha.another(tier=tier_of("limits-scarce", requests_per_second=2, request_burst=1))
    body = limits(scarce)
    assert 400 < body["budgets"]["requests"]["waitMs"] <= 500
    assert body["batch"]["waitMs"] == body["budgets"]["requests"]["waitMs"]
    assert body["budgets"]["orderOperations"] == NO_LIMIT


def test_without_limits(alpha: Trader) -> None:
    body = limits(alpha, entries=1_000)
    assert body["budgets"] == {"requests": NO_LIMIT, "orderOperations": NO_LIMIT}
    assert body["batch"] == {"entries": 1_000, "waitMs": 0}
    assert body["openOrders"] == {"limit": None, "observed": 0, "headroom": None}
    assert body["sessions"]["limit"] is None
    assert body["colocationProfile"] is None


def test_a_batch_that_is_never_admitted(maker: Trader) -> None:
    answer = maker.get(f"{PATH}?entries=51")
    assert (answer.status, answer.code, answer.body["limit"], answer.body["observed"]) == (
        400,
        "BATCH_TOO_LARGE",
        50,
        51,
    )


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("entries=0", ("entries", "OUT_OF_RANGE")),
        ("entries=many", ("entries", "WRONG_TYPE")),
        ("market=NONE-USD", ("market", "UNKNOWN_MARKET")),
        ("entry=1", ("entry", "UNKNOWN_FIELD")),
    ],
)
def test_bad_parameters(alpha: Trader, query: str, fault: tuple[str, str]) -> None:
    answer = alpha.get(f"{PATH}?{query}")
    assert (answer.status, answer.code, answer.faults) == (400, "INVALID_PARAMETERS", [fault])


def test_it_is_a_read(alpha: Trader) -> None:
    answer = alpha.another(scopes=(Scope.MARKET_MAKING,)).get(PATH)
    assert (answer.status, answer.code, answer.body["required"]) == (403, "INSUFFICIENT_SCOPE", "READ")
    assert alpha.another(scopes=(Scope.READ,)).get(PATH).status == 200
    assert alpha.call("POST", PATH, {}).status == 405
