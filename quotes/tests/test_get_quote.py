"""GET /api/sdk/quotes/{id}: the whole quote, to its owner alone."""

import pytest

from venue.tests.cast import Trader


def test_the_whole_quote(alpha: Trader) -> None:
    quote = alpha.quote(clientQuoteId="q", metadata={"strategy": "market_making"})
    answer = alpha.get(f"/api/sdk/quotes/{quote['quoteId']}")
    assert (answer.status, answer.body) == (200, quote)
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(quote) == {
        "quoteId",
        "clientQuoteId",
        "asset",
        "bidPrice",
        "askPrice",
        "bidSize",
        "askSize",
        "bidFilled",
        "askFilled",
        "status",
        "validForSeconds",
        "expiresAt",
        "metadata",
        "createdAt",
        "updatedAt",
    }


@pytest.mark.parametrize(
    "quote_id", ["quote_001", "quote_000000000000", "quote_ffffffffffff", "x", "order_00650000000a"]
)
def test_what_does_not_exist(alpha: Trader, quote_id: str) -> None:
    answer = alpha.get(f"/api/sdk/quotes/{quote_id}")
    assert (answer.status, answer.code) == (404, "UNKNOWN_QUOTE")


def test_an_id_is_written_in_one_way_only(alpha: Trader) -> None:
    quote = alpha.quote()
    assert alpha.get(f"/api/sdk/quotes/{quote['quoteId'].upper()}").status == 404
    assert alpha.get(f"/api/sdk/quotes/{quote['quoteId'].replace('quote_', 'order_')}").status == 404


def test_what_is_not_yours_does_not_exist(alpha: Trader, gamma: Trader) -> None:
    quote = alpha.quote()
    answer = gamma.get(f"/api/sdk/quotes/{quote['quoteId']}")
    assert (answer.status, answer.code) == (404, "UNKNOWN_QUOTE")


def test_needs_the_scope_read(alpha: Trader) -> None:
    writer = alpha.another(scopes=("MARKET_MAKING",))
    quote = alpha.quote()
    answer = writer.get(f"/api/sdk/quotes/{quote['quoteId']}")
    assert (answer.status, answer.code, answer.body["required"]) == (403, "INSUFFICIENT_SCOPE", "READ")
