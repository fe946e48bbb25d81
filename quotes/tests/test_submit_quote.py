"""POST /api/sdk/quotes: a two-sided quote goes in and rests."""

from datetime import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from venue.tests.cast import Trader, open_market


def test_the_specifications_example(alpha: Trader) -> None:
    answer = alpha.post("/api/sdk/quotes", alpha.quote_body(validForSeconds=30, clientQuoteId="my-quote-001"))
    assert answer.status == 201
    quote = answer.body
    assert quote["quoteId"].startswith("quote_")
    assert len(quote["quoteId"]) == len("quote_") + 12
    assert quote["clientQuoteId"] == "my-quote-001"
    assert quote["asset"] == alpha.market.base_asset
    assert (quote["bidFilled"], quote["askFilled"], quote["status"]) == (0, 0, "active")
    assert quote["validForSeconds"] == 30
    created, expires = (datetime.fromisoformat(quote[name]) for name in ("createdAt", "expiresAt"))
    assert (expires - created).total_seconds() == 30
    assert quote["updatedAt"] == quote["createdAt"]
    assert "metadata" not in quote
    assert alpha.read_quote(quote) == quote


def test_numbers_are_exact_and_carry_the_markets_digits(alpha: Trader) -> None:
    body = (
        f'{{"asset": "{alpha.market.base_asset}", "bidPrice": "49900.1", "askPrice": 5.01e4, '
        '"bidSize": 0.0003, "askSize": 1234.5}'
    )
    answer = alpha.post("/api/sdk/quotes", body.encode())
    assert answer.status == 201, answer.text
    for text in ('"bidPrice":49900.10,', '"askPrice":50100.00,', '"bidSize":0.0003,', '"askSize":1234.5000,'):
        assert text in answer.text
        assert text in alpha.get(f"/api/sdk/quotes/{answer.body['quoteId']}").text


def test_tiny_ticks_are_written_without_an_exponent(alpha: Trader) -> None:
    alpha.market = open_market(tick="0.00000001", lot="1", reference="0.00002")
    answer = alpha.post(
        "/api/sdk/quotes", alpha.quote_body(bidPrice="0.00001999", askPrice="0.00002001", bidSize=5, askSize=5)
    )
    assert '"bidPrice":0.00001999,' in answer.text
    assert '"bidFilled":0,' in answer.text


def test_validity_defaults_to_thirty_seconds_and_client_id_to_none(alpha: Trader) -> None:
    quote = alpha.quote()
    assert quote["validForSeconds"] == 30
    assert "clientQuoteId" not in quote


def test_metadata_comes_back_as_it_was_sent(alpha: Trader) -> None:
    metadata = '{"strategy": "market_making",  "levels": [1.10, 2e5], "note": "\\u00e9 \\\\ \\t é"}'
    body = alpha.quote_body()
    raw = f'{{"metadata": {metadata}, ' + str(body).replace("'", '"')[1:]
    answer = alpha.post("/api/sdk/quotes", raw.encode())
    assert answer.status == 201, answer.text
    assert metadata in answer.text
    assert metadata in alpha.get(f"/api/sdk/quotes/{answer.body['quoteId']}").text


def test_a_crossing_quote_takes_and_answers_with_its_fills(alpha: Trader, beta: Trader) -> None:
    alpha.quote(bidPrice=49900, askPrice=50000, askSize=2)
    quote = beta.quote(bidPrice=50000, askPrice=50200, bidSize=5)
    assert (quote["status"], quote["bidFilled"], quote["askFilled"]) == ("partially_filled", 2, 0)
    assert beta.read_quote(quote) == quote


def test_no_sql_when_warm(alpha: Trader) -> None:
    alpha.quote()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        alpha.quote()
    assert [query["sql"] for query in queries] == []
