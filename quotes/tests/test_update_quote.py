"""PATCH /api/sdk/quotes/{id}: new prices, sizes or validity, the whole quote or nothing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from venue.tests.cast import Answer, Trader


def update(alpha: Trader, quote: dict[str, Any], body: Any) -> Answer:
    return alpha.patch(f"/api/sdk/quotes/{quote['quoteId']}", body)


def test_the_specifications_example(alpha: Trader) -> None:
    quote = alpha.quote(clientQuoteId="q", metadata={"a": 1})
    answer = update(alpha, quote, {"bidPrice": 49950.00, "askPrice": 50050.00, "validForSeconds": 30})
    assert answer.status == 200, answer.text
    changed = {"bidPrice", "askPrice", "expiresAt", "updatedAt"}
    assert {name for name in quote if quote[name] != answer.body[name]} <= changed
    assert (answer.body["bidPrice"], answer.body["askPrice"]) == (49950, 50050)
    assert answer.body == alpha.read_quote(quote)


@pytest.mark.parametrize(
    ("field", "value"), [("bidPrice", 49999), ("askPrice", 50001), ("bidSize", 6), ("askSize", Decimal("0.5"))]
)
def test_one_parameter_leaves_the_rest(alpha: Trader, field: str, value: Any) -> None:
    quote = alpha.quote()
    answer = update(alpha, quote, {field: str(value)})
    assert {**quote, field: value, "updatedAt": answer.body["updatedAt"]} == answer.body


def test_validity_counts_from_now(alpha: Trader) -> None:
    quote = alpha.quote(validForSeconds=300)
    before = datetime.now(UTC)
    answer = update(alpha, quote, {"validForSeconds": 10})
    expires = datetime.fromisoformat(answer.body["expiresAt"])
    assert answer.body["validForSeconds"] == 10
    assert timedelta(seconds=9.9) <= expires - before <= timedelta(seconds=15)
    assert expires - datetime.fromisoformat(answer.body["updatedAt"]) == timedelta(seconds=10)


def test_without_validity_the_expiry_stays(alpha: Trader) -> None:
    quote = alpha.quote()
    assert update(alpha, quote, {"bidPrice": 49000}).body["expiresAt"] == quote["expiresAt"]


@pytest.mark.parametrize("body", [{}, {"bidPrice": None}])
def test_at_least_one_parameter(alpha: Trader, body: dict[str, Any]) -> None:
    answer = update(alpha, alpha.quote(), body)
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETERS")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"bidPrice": 0}, ("bidPrice", "NOT_POSITIVE")),
        ({"askSize": -1}, ("askSize", "NOT_POSITIVE")),
        ({"askPrice": "NaN"}, ("askPrice", "OUT_OF_RANGE")),
        ({"bidPrice": 49900.001}, ("bidPrice", "OFF_TICK")),
        ({"bidSize": 0.00001}, ("bidSize", "OFF_LOT")),
        ({"validForSeconds": 301}, ("validForSeconds", "OUT_OF_RANGE")),
        ({"asset": "BTC"}, ("asset", "UNKNOWN_FIELD")),
        ({"metadata": {}}, ("metadata", "UNKNOWN_FIELD")),
        ({"clientQuoteId": "x"}, ("clientQuoteId", "UNKNOWN_FIELD")),
    ],
)
def test_bad_parameters_change_nothing(alpha: Trader, body: Any, expected: tuple[str, str]) -> None:
    quote = alpha.quote()
    answer = update(alpha, quote, body)
    assert (answer.status, answer.faults) == (400, [expected])
    assert alpha.read_quote(quote) == quote


@pytest.mark.parametrize("body", [{"bidPrice": 50200}, {"askPrice": 49900}, {"bidPrice": 50000, "askPrice": 50000}])
def test_the_bid_stays_below_the_ask(alpha: Trader, body: Any) -> None:
    quote = alpha.quote()
    answer = update(alpha, quote, body)
    assert (answer.status, answer.code) == (400, "BID_NOT_BELOW_ASK")
    assert alpha.read_quote(quote) == quote


def test_a_bad_side_refuses_the_whole_update(alpha: Trader) -> None:
    quote = alpha.quote()
    answer = update(alpha, quote, {"bidPrice": 49950, "askPrice": 99999})
    assert (answer.status, answer.code, answer.body["rule"]) == (422, "PRICE_OUTSIDE_BAND", "PRICE_OUTSIDE_BAND")
    assert (answer.body["limit"], answer.body["observed"], answer.body["headroom"]) == (62500, 99999, -37499)
    assert alpha.read_quote(quote) == quote


def test_size_is_the_total_with_what_was_filled(alpha: Trader, beta: Trader) -> None:
    quote = alpha.quote(bidSize=10)
    beta.order("sell", 2, 49900)
    answer = update(alpha, quote, {"bidSize": 5})
    assert (answer.body["bidSize"], answer.body["bidFilled"]) == (5, 2)
    assert beta.order("sell", 9, 49900)["filledSize"] == 3


def test_an_update_that_crosses_takes(alpha: Trader, beta: Trader) -> None:
    beta.order("sell", 2, 50050)
    quote = alpha.quote(askPrice=50200)
    answer = update(alpha, quote, {"bidPrice": 50060})
    assert (answer.body["status"], answer.body["bidFilled"]) == ("partially_filled", 2)
    assert answer.body == alpha.read_quote(quote)


def test_sizes_down_to_what_was_filled_complete_the_quote(alpha: Trader, beta: Trader) -> None:
    quote = alpha.quote(bidSize=2, askSize=5)
    beta.order("sell", 2, 49900)
    beta.order("buy", 3, 50100)
    answer = update(alpha, quote, {"askSize": 3})
    assert answer.body["status"] == "filled"
    assert alpha.read_quote(quote) == answer.body


@pytest.mark.parametrize("end", ["cancelled", "filled"])
def test_one_that_is_no_longer_open(alpha: Trader, beta: Trader, end: str) -> None:
    quote = alpha.quote(bidSize=1, askSize=1)
    if end == "cancelled":
        alpha.delete(f"/api/sdk/quotes/{quote['quoteId']}")
    else:
        beta.order("sell", 1, 49900)
        beta.order("buy", 1, 50100)
    answer = update(alpha, quote, {"bidPrice": 49000})
    assert (answer.status, answer.code, answer.body["quoteStatus"]) == (409, "QUOTE_NOT_OPEN", end)


def test_one_that_is_not_yours_or_does_not_exist(alpha: Trader, gamma: Trader) -> None:
    quote = alpha.quote()
    for quote_id in (quote["quoteId"], "quote_000000000000", "nonsense"):
        answer = gamma.patch(f"/api/sdk/quotes/{quote_id}", {"bidPrice": 49000})
        assert (answer.status, answer.code) == (404, "UNKNOWN_QUOTE")
    assert alpha.read_quote(quote) == quote


def test_needs_the_scope_market_making(alpha: Trader) -> None:
    quote = alpha.quote()
    assert update(alpha.another(scopes=("READ", "TRADE")), quote, {"bidPrice": 1}).code == "INSUFFICIENT_SCOPE"


def test_put_and_post_are_not_offered(alpha: Trader) -> None:
    quote = alpha.quote()
    for method in ("PUT", "POST"):
        answer = alpha.call(method, f"/api/sdk/quotes/{quote['quoteId']}", {"bidPrice": 1})
        assert (answer.status, answer.code) == (405, "METHOD_NOT_ALLOWED")
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "PATCH", "DELETE"}


def test_no_sql_when_warm(alpha: Trader) -> None:
    quote = alpha.quote()
    with CaptureQueriesContext(connection) as queries:
        update(alpha, quote, {"bidPrice": 49000})
        alpha.delete(f"/api/sdk/quotes/{quote['quoteId']}")
        alpha.delete("/api/sdk/quotes", {"asset": alpha.market.base_asset})
    assert [query["sql"] for query in queries] == []
