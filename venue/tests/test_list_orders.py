"""GET /api/v1/orders and /api/v1/orders/{id}: own orders, newest first, filters and pages."""

import pytest

from venue.tests.cast import Trader, open_market


def ids(trader: Trader, query: str = "") -> list[str]:
    answer = trader.get(f"/api/v1/orders{query}")
    assert answer.status == 200, answer.text
    return [order["orderId"] for order in answer.body["orders"]]


def test_newest_first_with_their_fills(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    orders = [beta.order("buy", 1, 49000), beta.order("buy", 1, 50100), beta.order("sell", 1, 49900)]
    answer = beta.get("/api/v1/orders")
    assert answer.body == {"orders": orders[::-1], "pagination": {"limit": 50, "offset": 0, "total": 3}}
    assert [len(order["fills"]) for order in orders] == [0, 1, 1]


def test_by_status_market_and_client_id(alpha: Trader) -> None:
    other = open_market()
    here = alpha.order("buy", 1, 49000, clientOrderId="a")
    there = alpha.order("buy", 1, 49000, market=other.symbol)
    alpha.delete(f"/api/v1/orders/{there['orderId']}")
    assert ids(alpha, "?status=open") == [here["orderId"]]
    assert ids(alpha, "?status=cancelled") == [there["orderId"]]
    assert ids(alpha, f"?market={other.symbol}") == [there["orderId"]]
    assert ids(alpha, "?clientOrderId=a") == [here["orderId"]]
    assert ids(alpha, f"?status=open&market={other.symbol}") == []


def test_pages(alpha: Trader) -> None:
    placed = [alpha.order("buy", 1, 49000 - step)["orderId"] for step in range(3)][::-1]
    assert ids(alpha, "?limit=2") == placed[:2]
    assert ids(alpha, "?limit=2&offset=2") == placed[2:]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=101", "limit"),
        ("offset=-1", "offset"),
        ("status=active", "status"),
        ("market=NOPE", "market"),
        ("x=1", "x"),
    ],
)
def test_malformed_parameters(alpha: Trader, query: str, field: str) -> None:
    answer = alpha.get(f"/api/v1/orders?{query}")
    assert (answer.status, [name for name, _ in answer.faults]) == (400, [field])


def test_gamma_sees_nothing_of_alphas(alpha: Trader, gamma: Trader) -> None:
    order = alpha.order("buy", 1, 49000)
    assert ids(gamma) == []
    answer = gamma.get(f"/api/v1/orders/{order['orderId']}")
    assert (answer.status, answer.code) == (404, "UNKNOWN_ORDER")


def test_needs_the_scope_read(alpha: Trader) -> None:
    taker = alpha.another(scopes=("TRADE",))
    assert taker.get("/api/v1/orders").body["required"] == "READ"
