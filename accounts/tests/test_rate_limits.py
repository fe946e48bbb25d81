"""Two budgets, requests and order operations; cancels are never refused for either."""

import time
from typing import Any

import pytest

from accounts import credentials
from accounts.models import Tier
from accounts.tests.cast import Party, tier_of

ORDER = {"side": "buy", "price": 1}


def levels(count: int) -> list[dict[str, Any]]:
    return [{"price": 1}] * count


@pytest.fixture
def slow(db: None) -> Tier:
    """Refills too slowly to be seen within a test."""
    return tier_of(
        "slow",
        requests_per_second=1,
        request_burst=4,
        order_operations_per_second=1,
        order_operations_burst=10,
        max_batch_size=8,
    )


def test_requests_are_limited(alpha: Party, slow: Tier) -> None:
    caller = alpha.caller(tier=slow)
    answers = [caller.get("/orders") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    problem = answers[-1].json()
    assert (problem["code"], problem["budget"]) == ("RATE_LIMITED", "requests")
    assert 0 < problem["retryAfterMs"] <= 1_000
    assert answers[-1].headers["Retry-After"] == "1"


def test_a_batch_costs_its_entries(alpha: Party, slow: Tier) -> None:
    caller = alpha.caller(tier=slow)
    assert caller.post("/batch", levels(8)).json()["operationsLeft"] == 2
    answer = caller.post("/batch", levels(8))
    assert (answer.status_code, answer.json()["budget"]) == (429, "operations")
    assert 5_000 < answer.json()["retryAfterMs"] <= 6_000
    assert answer.headers["Retry-After"] == "6"
    assert caller.post("/batch", levels(2)).status_code == 200


def test_reads_cost_no_operations(alpha: Party, slow: Tier) -> None:
    caller = alpha.caller(tier=slow)
    caller.get("/orders")
    assert caller.post("/orders", ORDER).headers["RateLimit"].endswith('"operations";r=9;t=1')


def test_cancels_are_never_refused_and_their_cost_is_recorded(alpha: Party, slow: Tier) -> None:
    caller = alpha.caller(tier=slow)
    caller.post("/batch", levels(8))
    left = [caller.delete("/orders").json()["operationsLeft"] for _ in range(8)]
    assert left == [1, 0, 0, 0, 0, 0, 0, 0]
    assert caller.get("/orders").status_code == 429


def test_each_key_has_its_own_budgets(alpha: Party, slow: Tier) -> None:
    first, second = alpha.caller(tier=slow), alpha.caller(tier=slow)
    for _ in range(5):
        first.get("/orders")
    assert second.get("/orders").status_code == 200


def test_a_bad_body_is_charged_a_request_and_no_operation(alpha: Party, slow: Tier) -> None:
    caller = alpha.caller(tier=slow)
    answers = [caller.post("/orders", {}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [400] * 4 + [429]
    assert '"operations";r=10;' in answers[3].headers["RateLimit"]


def test_a_batch_over_the_tiers_size(alpha: Party, slow: Tier) -> None:
    answer = alpha.caller(tier=slow).post("/batch", levels(9))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "BATCH_TOO_LARGE")
    assert (problem["limit"], problem["observed"]) == (8, 9)


def test_budgets_refill_with_time(alpha: Party) -> None:
    caller = alpha.caller(tier=tier_of("quick", requests_per_second=20, request_burst=1))
    assert caller.get("/orders").status_code == 200
    refused = caller.get("/orders")
    assert refused.status_code == 429
    time.sleep(refused.json()["retryAfterMs"] / 1_000 + 0.01)
    assert caller.get("/orders").status_code == 200


def test_a_changed_tier_counts_from_the_request_after_the_next(alpha: Party, slow: Tier) -> None:
    caller = alpha.caller(tier=slow)
    caller.get("/orders")
    Tier.objects.filter(pk=slow.pk).update(request_burst=2)
    credentials.invalidate()
    statuses = [caller.get("/orders").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_the_headers_name_both_budgets(alpha: Party, slow: Tier) -> None:
    answer = alpha.caller(tier=slow).post("/batch", levels(3))
    assert answer.headers["RateLimit-Policy"] == '"requests";q=4;w=4, "operations";q=10;w=10'
    assert answer.headers["RateLimit"] == '"requests";r=3;t=1, "operations";r=7;t=3'


def test_a_refusal_carries_the_headers_too(alpha: Party, slow: Tier) -> None:
    caller = alpha.caller(tier=slow)
    answers = [caller.get("/orders") for _ in range(5)]
    assert '"requests";r=0;t=4' in answers[-1].headers["RateLimit"]
    assert "RateLimit" in caller.post("/orders", {}).headers


def test_unlimited_budgets_are_left_out(alpha: Party) -> None:
    caller = alpha.caller(tier=tier_of("half", requests_per_second=5, request_burst=5))
    assert caller.get("/orders").headers["RateLimit-Policy"] == '"requests";q=5;w=1'
    answer = alpha.caller().post("/batch", levels(900))
    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers


def test_an_answer_to_nobody_has_no_budget(alpha: Party) -> None:
    answer = alpha.caller().client.get("/public", HTTP_HOST="localhost")
    assert "RateLimit" not in answer.headers
    assert len(answer.headers["X-Request-Id"]) == 24
