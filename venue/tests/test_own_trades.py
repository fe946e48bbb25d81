"""GET /api/v1/trades: own fills, newest first, by market, order, quote and time."""

from typing import Any

import pytest

from venue.tests.cast import Trader, open_market


def trades(trader: Trader, query: str = "") -> list[dict[str, Any]]:
    answer = trader.get(f"/api/v1/trades{query}")
    assert answer.status == 200, answer.text
    assert answer.body["pagination"]["total"] >= len(answer.body["trades"])
    found: list[dict[str, Any]] = answer.body["trades"]
    return found


def test_newest_first_and_paged(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    fills = [beta.order("buy", 1, 50100)["fills"][0]["tradeId"] for _ in range(3)][::-1]
    for trader in (alpha, beta):
        assert [trade["tradeId"] for trade in trades(trader)] == fills
        assert [trade["tradeId"] for trade in trades(trader, "?limit=1&offset=1")] == fills[1:2]
        assert trader.get("/api/v1/trades?limit=1").body["pagination"] == {"limit": 1, "offset": 0, "total": 3}


def test_by_market_order_and_quote(alpha: Trader, beta: Trader) -> None:
    other = open_market()
    quote = alpha.quote()
    elsewhere = alpha.quote(asset=other.base_asset)
    first = beta.order("buy", 1, 50100)
    second = beta.order("sell", 1, 49900, market=other.symbol)
    (here,) = trades(beta, f"?market={beta.market.symbol}")
    (there,) = trades(beta, f"?orderId={second['orderId']}")
    assert (here["orderId"], here["side"]) == (first["orderId"], "buy")
    assert (there["market"], there["side"]) == (other.symbol, "sell")
    assert [trade["tradeId"] for trade in trades(alpha, f"?quoteId={quote['quoteId']}")] == [here["tradeId"]]
    assert [trade["tradeId"] for trade in trades(alpha, f"?quoteId={elsewhere['quoteId']}")] == [there["tradeId"]]
    assert trades(alpha, f"?orderId={first['orderId']}") == []
    assert trades(alpha, "?quoteId=nonsense") == []


def test_since_is_included_and_until_is_not(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    beta.order("buy", 1, 50100)
    (trade,) = trades(beta)
    moment = trade["executedAt"]
    assert trades(beta, f"?since={moment}") == [trade]
    assert trades(beta, f"?until={moment}") == []
    assert trades(beta, "?since=2099-01-01T00:00:00Z") == []
    assert trades(beta, "?since=2024-01-01T00:00:00Z&until=2099-01-01T00:00:00%2B02:00") == [trade]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("since=yesterday", "since"),
        ("since=2024-01-01T00:00:00", "since"),
        ("until=99999999999999999999", "until"),
        ("limit=1000", "limit"),
        ("market=NOPE", "market"),
        ("orderId=a&quoteId=b", "quoteId"),
    ],
)
def test_malformed_parameters(alpha: Trader, query: str, field: str) -> None:
    answer = alpha.get(f"/api/v1/trades?{query}")
    assert (answer.status, [name for name, _ in answer.faults]) == (400, [field])


def test_gamma_sees_nothing_of_it(alpha: Trader, beta: Trader, gamma: Trader) -> None:
    alpha.quote()
    order = beta.order("buy", 1, 50100)
    assert trades(gamma) == []
    assert trades(gamma, f"?orderId={order['orderId']}") == []
    assert order["orderId"] not in alpha.get("/api/v1/trades").text
