"""DELETE /api/sdk/quotes/{id}: out of the book, once."""

import pytest

from venue.tests.cast import Trader


def test_the_specifications_answer(alpha: Trader) -> None:
    quote = alpha.quote()
    answer = alpha.delete(f"/api/sdk/quotes/{quote['quoteId']}")
    assert answer.status == 200, answer.text
    after = alpha.read_quote(quote)
    assert answer.body == {"quoteId": quote["quoteId"], "status": "cancelled", "cancelledAt": after["updatedAt"]}
    assert after["status"] == "cancelled"


@pytest.mark.parametrize("body", [b"", b"{}", b" {}\n"])
def test_an_empty_body_is_none(alpha: Trader, body: bytes) -> None:
    assert alpha.delete(f"/api/sdk/quotes/{alpha.quote()['quoteId']}", body).status == 200


def test_any_other_body_is_refused(alpha: Trader) -> None:
    quote = alpha.quote()
    answer = alpha.delete(f"/api/sdk/quotes/{quote['quoteId']}", {"asset": "BTC"})
    assert (answer.status, answer.faults) == (400, [("asset", "UNKNOWN_FIELD")])
    assert alpha.read_quote(quote)["status"] == "active"


def test_one_that_is_no_longer_open(alpha: Trader, beta: Trader) -> None:
    cancelled, filled = alpha.quote(bidPrice=49000), alpha.quote(bidSize=1, askSize=1)
    alpha.delete(f"/api/sdk/quotes/{cancelled['quoteId']}")
    beta.order("sell", 1, 49900)
    beta.order("buy", 1, 50100)
    for quote, status in ((cancelled, "cancelled"), (filled, "filled")):
        answer = alpha.delete(f"/api/sdk/quotes/{quote['quoteId']}")
        assert (answer.status, answer.code, answer.body["status"]) == (409, "QUOTE_NOT_OPEN", 409)
        assert answer.body["quoteStatus"] == status


def test_one_that_is_not_yours_or_does_not_exist(alpha: Trader, gamma: Trader) -> None:
    quote = alpha.quote()
    for quote_id in (quote["quoteId"], "quote_000000000000", "quote_065000000000", "nonsense"):
        answer = gamma.delete(f"/api/sdk/quotes/{quote_id}")
        assert (answer.status, answer.code) == (404, "UNKNOWN_QUOTE")
    assert alpha.read_quote(quote)["status"] == "active"


def test_another_firms_closed_quote_does_not_exist_either(alpha: Trader, gamma: Trader) -> None:
    quote = alpha.quote()
    alpha.delete(f"/api/sdk/quotes/{quote['quoteId']}")
    assert gamma.delete(f"/api/sdk/quotes/{quote['quoteId']}").status == 404


def test_needs_the_scope_market_making(alpha: Trader) -> None:
    quote = alpha.quote()
    answer = alpha.another(scopes=("READ", "TRADE")).delete(f"/api/sdk/quotes/{quote['quoteId']}")
    assert (answer.status, answer.code, answer.body["required"]) == (403, "INSUFFICIENT_SCOPE", "MARKET_MAKING")
