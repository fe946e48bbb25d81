"""What everybody may see without a key: markets, books, trades, the time."""

import json
import time
from decimal import Decimal

import pytest
from django.test import Client

from venue import streams
from venue.engine.terms import MarketStatus
from venue.markets import Terms
from venue.tests.cast import Answer, Trader, open_market, read, set_rules, set_status, wait_until


def get(target: str) -> Answer:
    return read(Client().get(target))


def book(market: Terms, query: str = "") -> Answer:
    return get(f"/api/v1/markets/{market.symbol}/book{query}")


def test_markets(market: Terms) -> None:
    set_rules(market, max_order_size=1_000_000, min_notional=10_000_000_000)
    found = {entry["market"]: entry for entry in get("/api/v1/markets").body["markets"]}
    assert found[market.symbol] == {
        "market": market.symbol,
        "marketNumber": market.number,
        "baseAsset": market.base_asset,
        "quoteCurrency": "USD",
        "isAssetDefault": True,
        "status": "open",
        "tickSize": Decimal("0.01"),
        "lotSize": Decimal("0.0001"),
        "referencePrice": 50000,
        "referenceAt": found[market.symbol]["referenceAt"],
        "lastPrice": None,
        "priceBandBps": 2500,
        "maxOrderSize": 100,
        "minNotional": 10,
        "maxNotional": None,
        "makerFeeRate": Decimal("0.0001"),
        "takerFeeRate": Decimal("0.0005"),
    }
    assert found[market.symbol]["referenceAt"].endswith("Z")


def test_a_halt_shows(market: Terms) -> None:
    set_status(market, MarketStatus.HALTED)
    found = {entry["market"]: entry["status"] for entry in get("/api/v1/markets").body["markets"]}
    assert found[market.symbol] == "halted"


def test_a_book_shows_levels_best_first(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    alpha.quote(bidPrice=49800, askPrice=50200)
    beta.order("buy", 1, 49900)
    wait_until(lambda: book(alpha.market).body["bids"] == [[49900, 6], [49800, 5]])
    answer = book(alpha.market)
    assert '"bids":[[49900.00,6.0000],[49800.00,5.0000]],"asks":[[50100.00,5.0000],[50200.00,5.0000]]' in answer.text
    assert set(answer.body) == {"market", "sequence", "bids", "asks"}
    assert answer.body["sequence"] > 0
    assert book(alpha.market, "?depth=1").body["bids"] == [[49900, 6]]


def test_a_book_names_nobody(alpha: Trader) -> None:
    alpha.quote(clientQuoteId="secret-quote")
    wait_until(lambda: bool(book(alpha.market).body["bids"]))
    text = book(alpha.market).text + get(f"/api/v1/markets/{alpha.market.symbol}/trades").text
    assert "secret-quote" not in text
    assert "ALPHA" not in text.upper()


def test_twenty_levels_unless_asked_otherwise(alpha: Trader) -> None:
    for step in range(25):
        alpha.order("buy", 1, 49000 - step)
    wait_until(lambda: len(book(alpha.market, "?depth=100").body["bids"]) == 25)
    assert len(book(alpha.market).body["bids"]) == 20


def test_a_book_that_is_not_published_is_not_shown_as_empty(market: Terms) -> None:
    wait_until(lambda: book(market).status == 200)
    answer = book(market)

    def taken_away() -> bool:
        """The last picture of the market's opening may still be on its way."""
        nonlocal answer
        streams.client().delete(streams.published_book(market.number))
        answer = book(market)
        return answer.status == 503

    wait_until(taken_away)
    assert (answer.code, answer.headers["Retry-After"]) == ("BOOK_UNAVAILABLE", "1")


def test_trades_newest_first(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    buy, sell = beta.order("buy", 1, 50100), beta.order("sell", 2, 49900)
    answer = get(f"/api/v1/markets/{alpha.market.symbol}/trades")
    first, second = answer.body["trades"]
    assert first == {
        "tradeId": sell["fills"][0]["tradeId"],
        "market": alpha.market.symbol,
        "price": 49900,
        "size": 2,
        "side": "sell",
        "executedAt": sell["updatedAt"],
    }
    assert (second["tradeId"], second["side"]) == (buy["fills"][0]["tradeId"], "buy")
    assert len(get(f"/api/v1/markets/{alpha.market.symbol}/trades?limit=1").body["trades"]) == 1


def test_trades_of_a_market_are_its_own(alpha: Trader, beta: Trader) -> None:
    other = open_market()
    alpha.quote()
    beta.order("buy", 1, 50100)
    assert get(f"/api/v1/markets/{other.symbol}/trades").body == {"trades": []}


@pytest.mark.parametrize("target", ["book", "trades"])
def test_a_market_that_does_not_exist(market: Terms, target: str) -> None:
    answer = get(f"/api/v1/markets/NOPE-USD/{target}")
    assert (answer.status, answer.code) == (404, "UNKNOWN_MARKET")


@pytest.mark.parametrize(
    ("target", "field"),
    [
        ("book?depth=0", "depth"),
        ("book?depth=101", "depth"),
        ("book?depth=x", "depth"),
        ("book?limit=5", "limit"),
        ("trades?limit=0", "limit"),
        ("trades?limit=101", "limit"),
        ("trades?since=x", "since"),
    ],
)
def test_malformed_parameters(market: Terms, target: str, field: str) -> None:
    answer = get(f"/api/v1/markets/{market.symbol}/{target}")
    assert (answer.status, [name for name, _ in answer.faults]) == (400, [field])


def test_parameters_where_there_are_none(market: Terms) -> None:
    assert get("/api/v1/markets?limit=5").faults == [("limit", "UNKNOWN_FIELD")]


def test_the_time(market: Terms) -> None:
    before = time.time_ns() // 1_000_000
    answer = get("/api/v1/time")
    assert before <= answer.body["serverTime"] <= time.time_ns() // 1_000_000
    assert answer.body["time"].endswith("Z")
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(answer.headers["X-Request-Id"]) == 24


def test_the_body_of_a_request_is_ignored_and_its_headers_too(market: Terms) -> None:
    response = Client().generic("GET", "/api/v1/time", b"{", headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert json.loads(response.content)["serverTime"]
