"""Every limit of a tier is a field that staff edit in the admin, and the next request meets it."""

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from accounts.models import ColocationProfile, Tier
from accounts.tests.cast import tier_of
from venue.tests.cast import Answer, MatcherProcess, Trader

_numbers = itertools.count(1)
BATCH = "/api/sdk/quotes/batch/update"
DISCONNECT = "/api/v1/mm/sessions/cancel-on-disconnect"


class Staff:
    """A member of staff at the admin's forms."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def edit(self, tier: Tier, **limits: Any) -> None:
        """What is not named stays as it is."""
        names = [field.name for field in Tier._meta.fields if field.name != "id"]
        form = {name: getattr(tier, name) for name in names} | limits
        answer = self.client.post(reverse("admin:accounts_tier_change", args=[tier.pk]), form)
        assert answer.status_code == 302, answer.content

    def edit_networks(self, profile: ColocationProfile, networks: str) -> None:
        form = {"name": profile.name, "networks": networks}
        answer = self.client.post(reverse("admin:accounts_colocationprofile_change", args=[profile.pk]), form)
        assert answer.status_code == 302, answer.content


@pytest.fixture
def staff(running_matcher: MatcherProcess) -> Staff:
    client = Client()
    client.force_login(User.objects.filter(username="desk").first() or User.objects.create_superuser("desk"))
    return Staff(client)


def read_often(trader: Trader) -> Answer:
    return [trader.get("/api/v1/orders") for _ in range(3)][-1]


def refresh(trader: Trader, entries: int) -> Answer:
    return trader.patch(BATCH, [{"quoteId": "quote_0", "bidPrice": 1}] * entries)


def beat_twice(trader: Trader) -> Answer:
    """Two more sessions of the key."""
    names = [f"desk-{next(_numbers)}" for _ in range(2)]
    return [trader.call("POST", "/api/v1/mm/sessions/heartbeat", **{"X-MM-Session": name}) for name in names][-1]


def quote_often(trader: Trader) -> Answer:
    for price in (47_000, 47_001):
        trader.post("/api/sdk/quotes", trader.quote_body(bidPrice=price))
    return trader.post("/api/sdk/quotes", trader.quote_body(bidPrice=47_002))


class Limit(NamedTuple):
    """What staff set, a way to exceed it, and the refusal: its status, code and some of what it says."""

    fields: dict[str, Any]
    exceed: Callable[[Trader], Answer]
    refusal: tuple[int, str]
    says: dict[str, Any]


LIMITS = {
    "requests": Limit(
        {"requests_per_second": 1, "request_burst": 2},
        read_often,
        (429, "RATE_LIMITED"),
        {"budget": "requests"},
    ),
    "order operations": Limit(
        {"order_operations_per_second": 1, "order_operations_burst": 10, "max_batch_size": 10},
        lambda trader: [refresh(trader, 6), refresh(trader, 6)][-1],
        (429, "RATE_LIMITED"),
        {"budget": "operations"},
    ),
    "batch size": Limit(
        {"max_batch_size": 4}, lambda trader: refresh(trader, 5), (400, "BATCH_TOO_LARGE"), {"limit": 4, "observed": 5}
    ),
    "sessions": Limit({"max_sessions": 1}, beat_twice, (409, "SESSION_LIMIT_REACHED"), {"limit": 1}),
    "disconnect timeout": Limit(
        {"min_cancel_on_disconnect_ms": 900},
        lambda trader: trader.post(DISCONNECT, {"timeoutMs": 899, "scope": "account"}),
        (400, "INVALID_PARAMETERS"),
        {},
    ),
    "open orders": Limit(
        {"max_open_orders": 2}, quote_often, (422, "OPEN_ORDERS_ABOVE_LIMIT"), {"limit": 2, "observed": 3}
    ),
}


@pytest.mark.parametrize("name", LIMITS)
def test_an_edited_limit_is_met_by_the_next_request(staff: Staff, alpha: Trader, name: str) -> None:
    limit = LIMITS[name]
    tier = tier_of(f"edited-{name}")
    trader = alpha.another(tier=tier)
    assert limit.exceed(trader).status in (200, 201)
    trader.delete("/api/sdk/quotes")
    staff.edit(tier, **limit.fields)
    refused = limit.exceed(trader)
    assert (refused.status, refused.code) == limit.refusal
    assert {name: refused.body[name] for name in limit.says} == limit.says


def test_the_edited_tier_is_what_the_maker_is_told(staff: Staff, alpha: Trader) -> None:
    tier = tier_of("edited-all")
    trader = alpha.another(tier=tier)
    staff.edit(
        tier,
        requests_per_second=7,
        request_burst=8,
        order_operations_per_second=9,
        order_operations_burst=100,
        max_batch_size=50,
        max_open_orders=11,
        max_sessions=12,
        min_cancel_on_disconnect_ms=1_300,
        lane="colocated",
    )
    body = trader.get("/api/v1/mm/limits").body
    told = {name: (budget["refillPerSecond"], budget["capacity"]) for name, budget in body["budgets"].items()}
    assert told == {"requests": (7, 8), "orderOperations": (9, 100)}
    assert (body["maxBatchSize"], body["openOrders"]["limit"], body["sessions"]["limit"]) == (50, 11, 12)
    assert (body["minCancelOnDisconnectMs"], body["lane"]) == (1_300, "colocated")


def test_a_colocation_profile_admits_its_edited_networks_only(staff: Staff, alpha: Trader) -> None:
    profile = ColocationProfile.objects.create(name=f"rack of {alpha.market.symbol}", networks=["172.16.7.0/24"])
    trader = alpha.another(colocation=profile)
    here, there = {"peer": "172.16.7.9"}, {"peer": "172.16.8.9"}
    assert trader.call("GET", "/api/v1/mm/limits", **here).body["colocationProfile"] == profile.name
    refused = trader.call("GET", "/api/v1/mm/limits", **there)
    assert (refused.status, refused.code, refused.body["observed"]) == (403, "NETWORK_NOT_ALLOWED", there["peer"])
    staff.edit_networks(profile, "172.16.8.0/24")
    assert trader.call("GET", "/api/v1/mm/limits", **there).status == 200
    assert trader.call("POST", "/api/sdk/quotes", trader.quote_body(), **here).code == "NETWORK_NOT_ALLOWED"
    assert trader.call("POST", "/api/sdk/quotes", trader.quote_body(), **there).status == 201
