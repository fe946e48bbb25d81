"""PATCH /api/sdk/quotes/batch/update: many updates, each on its own, results in their order."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.cast import tier_of
from venue.tests.cast import Answer, MatcherProcess, Trader, open_market

PATH = "/api/sdk/quotes/batch/update"


def outcomes(answer: Answer) -> list[str]:
    """Per entry: ok, or the error's code."""
    assert answer.status == 200, answer.text
    return ["ok" if result["success"] else result["error"]["code"] for result in answer.body["results"]]


def test_the_specifications_example(alpha: Trader) -> None:
    first, second = alpha.quote(), alpha.quote()
    answer = alpha.patch(
        PATH,
        [
            {"quoteId": first["quoteId"], "bidPrice": 49950, "askPrice": 50050},
            {"quoteId": second["quoteId"], "bidSize": 10, "askSize": 10},
        ],
    )
    assert (answer.status, answer.body) == (
        200,
        {
            "results": [
                {"success": True, "quoteId": first["quoteId"]},
                {"success": True, "quoteId": second["quoteId"]},
            ],
            "summary": {"total": 2, "successful": 2, "failed": 0},
        },
    )
    assert alpha.read_quote(first)["bidPrice"] == 49950
    assert alpha.read_quote(second)["askSize"] == 10


def test_a_batch_of_one(alpha: Trader) -> None:
    quote = alpha.quote()
    assert outcomes(alpha.patch(PATH, [{"quoteId": quote["quoteId"], "bidPrice": 49950}])) == ["ok"]
    assert outcomes(alpha.patch(PATH, [{"quoteId": quote["quoteId"], "bidPrice": 1}])) == ["PRICE_OUTSIDE_BAND"]


def test_each_entry_stands_or_falls_alone(alpha: Trader, gamma: Trader) -> None:
    good, refused, closed = (alpha.quote() for _ in range(3))
    theirs = gamma.quote(bidPrice=48000)
    alpha.delete(f"/api/sdk/quotes/{closed['quoteId']}")
    answer = alpha.patch(
        PATH,
        [
            {"quoteId": "quote_001", "bidPrice": 49950},
            {"quoteId": refused["quoteId"], "askPrice": 99999},
            {"quoteId": good["quoteId"], "bidPrice": 49950.001},
            {"quoteId": good["quoteId"], "bidPrice": -5},
            {"quoteId": good["quoteId"]},
            {"quoteId": good["quoteId"], "bidPrice": 50000, "askPrice": 49000},
            {"quoteId": closed["quoteId"], "bidPrice": 49950},
            {"quoteId": theirs["quoteId"], "bidPrice": 49950},
            {"quoteId": good["quoteId"], "bidPrice": 49950},
        ],
    )
    assert outcomes(answer) == [
        "UNKNOWN_QUOTE",
        "PRICE_OUTSIDE_BAND",
        "INVALID_PARAMETERS",
        "INVALID_PARAMETERS",
        "INVALID_PARAMETERS",
        "BID_NOT_BELOW_ASK",
        "QUOTE_NOT_OPEN",
        "UNKNOWN_QUOTE",
        "ok",
    ]
    assert answer.body["summary"] == {"total": 9, "successful": 1, "failed": 8}
    assert answer.body["results"][0]["quoteId"] == "quote_001"
    errors = [result.get("error") for result in answer.body["results"]]
    assert (errors[1]["limit"], errors[1]["observed"]) == (62500, 99999)
    assert errors[2]["errors"][0]["nearest"] == [49950, Decimal("49950.01")]
    assert errors[6]["quoteStatus"] == "cancelled"
    assert all(error["message"] for error in errors if error)


def test_the_same_quote_twice_is_updated_in_order(alpha: Trader) -> None:
    quote = alpha.quote()
    answer = alpha.patch(PATH, [{"quoteId": quote["quoteId"], "bidPrice": price} for price in (49000, 49001)])
    assert outcomes(answer) == ["ok", "ok"]
    assert alpha.read_quote(quote)["bidPrice"] == 49001


def test_validity_may_be_extended(alpha: Trader) -> None:
    quote = alpha.quote(validForSeconds=5)
    assert outcomes(alpha.patch(PATH, [{"quoteId": quote["quoteId"], "validForSeconds": 60}])) == ["ok"]
    after = alpha.read_quote(quote)
    assert after["validForSeconds"] == 60
    assert datetime.fromisoformat(after["expiresAt"]) > datetime.fromisoformat(quote["expiresAt"])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, ""),
        ({"quoteId": "quote_001"}, ""),
        ([], ""),
        ([{"bidPrice": 1}], "[0].quoteId"),
        ([{"quoteId": "a"}, {"quoteId": 5}], "[1].quoteId"),
        ([{"quoteId": "a", "bidPrice": "x"}], "[0].bidPrice"),
        ([{"quoteId": "a", "bidPrice": True}], "[0].bidPrice"),
        ([{"quoteId": "a", "bidPrice": "NaN"}], "[0].bidPrice"),
        ([{"quoteId": "a", "asset": "BTC"}], "[0].asset"),
        ([1], "[0]"),
    ],
)
def test_faults_of_structure_refuse_the_request(alpha: Trader, body: Any, field: str) -> None:
    answer = alpha.patch(PATH, body)
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETERS"), answer.text
    assert [name for name, _ in answer.faults] == [field]


def test_at_most_the_tiers_batch_size(alpha: Trader) -> None:
    small = alpha.another(tier=tier_of("small-batches", max_batch_size=3))
    quote = alpha.quote()
    entry = {"quoteId": quote["quoteId"], "bidPrice": 49950}
    answer = small.patch(PATH, [entry] * 4)
    assert (answer.status, answer.code) == (400, "BATCH_TOO_LARGE")
    assert (answer.body["limit"], answer.body["observed"]) == (3, 4)
    assert alpha.read_quote(quote) == quote
    assert outcomes(small.patch(PATH, [entry] * 3)) == ["ok"] * 3


def test_a_batch_costs_its_entries(alpha: Trader) -> None:
    tier = tier_of("ten-a-minute", max_batch_size=10, order_operations_per_second=1, order_operations_burst=10)
    slow = alpha.another(tier=tier)
    entry = {"quoteId": alpha.quote()["quoteId"], "bidPrice": 49950}
    assert slow.patch(PATH, [entry] * 8).status == 200
    answer = slow.patch(PATH, [entry] * 8)
    assert (answer.status, answer.code, answer.body["budget"]) == (429, "RATE_LIMITED", "operations")
    assert int(answer.headers["Retry-After"]) >= 1
    assert slow.delete(f"/api/sdk/quotes/{entry['quoteId']}").status == 200


def test_needs_the_scope_market_making(alpha: Trader) -> None:
    assert alpha.another(scopes=("READ", "TRADE")).patch(PATH, [{"quoteId": "a"}]).code == "INSUFFICIENT_SCOPE"


def test_no_sql_when_warm(alpha: Trader) -> None:
    quotes = [alpha.quote() for _ in range(5)]
    with CaptureQueriesContext(connection) as queries:
        answer = alpha.patch(PATH, [{"quoteId": quote["quoteId"], "bidPrice": 49950} for quote in quotes])
    assert outcomes(answer) == ["ok"] * 5
    assert [query["sql"] for query in queries] == []


def test_entries_of_several_shards(alpha: Trader, second_shard: MatcherProcess) -> None:
    there = open_market(shard=2)
    quotes = [alpha.quote(asset=asset) for asset in (there.base_asset, alpha.market.base_asset) * 3]
    entries: list[dict[str, Any]] = [{"quoteId": quote["quoteId"], "bidPrice": 49950} for quote in quotes]
    entries[2]["bidPrice"] = 1
    entries[3]["bidPrice"] = 2
    answer = alpha.patch(PATH, entries)
    assert outcomes(answer) == ["ok", "ok", "PRICE_OUTSIDE_BAND", "PRICE_OUTSIDE_BAND", "ok", "ok"]
    assert [result["quoteId"] for result in answer.body["results"]] == [quote["quoteId"] for quote in quotes]
    assert alpha.delete("/api/sdk/quotes").body["cancelledCount"] == 6


def test_a_shard_that_is_away_fails_its_own_entries(alpha: Trader, second_shard: MatcherProcess, settings: Any) -> None:
    there = open_market(shard=2)
    quotes = [alpha.quote(asset=asset) for asset in (there.base_asset, alpha.market.base_asset)]
    second_shard.pause()
    settings.SUBMIT_TIMEOUT_MS = 300
    answer = alpha.patch(PATH, [{"quoteId": quote["quoteId"], "bidPrice": 49950} for quote in quotes])
    assert outcomes(answer) == ["OUTCOME_UNKNOWN", "ok"]
    alone = alpha.patch(PATH, [{"quoteId": quotes[0]["quoteId"], "bidPrice": 49950}])
    assert (alone.status, alone.code, alone.body["outcome"]) == (503, "OUTCOME_UNKNOWN", "unknown")
    second_shard.resume()
