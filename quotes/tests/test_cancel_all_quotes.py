"""DELETE /api/sdk/quotes: all of the account's quotes, or those of one asset."""

import pytest

from venue.tests.cast import Trader, open_market


def test_the_specifications_answer(alpha: Trader) -> None:
    placed = [alpha.quote(bidPrice=49900 - step)["quoteId"] for step in range(3)]
    answer = alpha.delete("/api/sdk/quotes", {})
    assert (answer.status, answer.body) == (200, {"cancelledCount": 3, "cancelledQuotes": placed})
    assert alpha.get("/api/sdk/quotes?status=cancelled").body["pagination"]["total"] == 3


@pytest.mark.parametrize("body", [b"", b"{}", b'{"asset": null}'])
def test_the_body_may_be_absent_or_empty(alpha: Trader, body: bytes) -> None:
    alpha.quote()
    assert alpha.delete("/api/sdk/quotes", body).body["cancelledCount"] == 1


def test_of_one_asset(alpha: Trader) -> None:
    other = open_market()
    here, there = alpha.quote(), alpha.quote(asset=other.base_asset)
    answer = alpha.delete("/api/sdk/quotes", {"asset": other.base_asset})
    assert answer.body == {"cancelledCount": 1, "cancelledQuotes": [there["quoteId"]]}
    assert alpha.read_quote(here)["status"] == "active"


def test_an_asset_that_is_not_known_cancels_nothing(alpha: Trader) -> None:
    quote = alpha.quote()
    answer = alpha.delete("/api/sdk/quotes", {"asset": "NOPE"})
    assert (answer.status, answer.faults) == (400, [("asset", "UNKNOWN_ASSET")])
    assert alpha.read_quote(quote)["status"] == "active"


def test_nothing_to_cancel(alpha: Trader) -> None:
    assert alpha.delete("/api/sdk/quotes").body == {"cancelledCount": 0, "cancelledQuotes": []}


def test_orders_and_other_firms_stay(alpha: Trader, gamma: Trader) -> None:
    order, theirs = alpha.order("buy", 1, 40000), gamma.quote(bidPrice=49000)
    alpha.delete("/api/sdk/quotes")
    assert alpha.read_order(order)["status"] == "open"
    assert gamma.read_quote(theirs)["status"] == "active"


def test_unknown_parameters(alpha: Trader) -> None:
    quote = alpha.quote()
    assert alpha.delete("/api/sdk/quotes", {"market": "x"}).faults == [("market", "UNKNOWN_FIELD")]
    assert alpha.delete("/api/sdk/quotes?asset=X").status == 400
    assert alpha.read_quote(quote)["status"] == "active"


def test_needs_the_scope_market_making(alpha: Trader) -> None:
    assert alpha.another(scopes=("READ",)).delete("/api/sdk/quotes").code == "INSUFFICIENT_SCOPE"
