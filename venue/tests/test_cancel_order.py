"""DELETE /api/v1/orders and /api/v1/orders/{id}."""

from venue.tests.cast import Trader, open_market


def test_one(alpha: Trader, beta: Trader) -> None:
    order = alpha.order("buy", 2, 50000, clientOrderId="o-1")
    beta.order("sell", 1, 50000)
    answer = alpha.delete(f"/api/v1/orders/{order['orderId']}")
    after = alpha.read_order(order)
    assert (answer.status, answer.body) == (
        200,
        {
            "orderId": order["orderId"],
            "clientOrderId": "o-1",
            "status": "cancelled",
            "filledSize": 1,
            "cancelledAt": after["updatedAt"],
        },
    )
    assert (after["status"], after["reason"], after["remainingSize"]) == ("cancelled", "requested", 0)


def test_one_that_is_no_longer_open(alpha: Trader) -> None:
    order = alpha.order("buy", 1, 49000)
    alpha.delete(f"/api/v1/orders/{order['orderId']}")
    answer = alpha.delete(f"/api/v1/orders/{order['orderId']}")
    assert (answer.status, answer.code, answer.body["orderStatus"]) == (409, "ORDER_NOT_OPEN", "cancelled")


def test_one_that_is_not_yours_or_does_not_exist(alpha: Trader, gamma: Trader) -> None:
    order, quote = alpha.order("buy", 1, 49000), gamma.quote(bidPrice=48000)
    as_order = quote["quoteId"].replace("quote_", "order_")
    for order_id in (order["orderId"], "order_000000000000", "order_1", quote["quoteId"], as_order):
        answer = gamma.delete(f"/api/v1/orders/{order_id}")
        assert (answer.status, answer.code) == (404, "UNKNOWN_ORDER")
    assert alpha.read_order(order)["status"] == "open"


def test_all(alpha: Trader, gamma: Trader) -> None:
    placed = [alpha.order("buy", 1, 49000 + step)["orderId"] for step in range(3)]
    quote, theirs = alpha.quote(bidPrice=48000), gamma.order("buy", 1, 48000)
    answer = alpha.delete("/api/v1/orders")
    assert answer.body == {"cancelledCount": 3, "cancelledOrders": placed}
    assert alpha.read_quote(quote)["status"] == "active"
    assert gamma.read_order(theirs)["status"] == "open"


def test_all_of_one_market(alpha: Trader) -> None:
    other = open_market()
    here, there = alpha.order("buy", 1, 49000), alpha.order("buy", 1, 49000, market=other.symbol)
    assert alpha.delete("/api/v1/orders", {"market": other.symbol}).body["cancelledOrders"] == [there["orderId"]]
    assert alpha.read_order(here)["status"] == "open"
    assert alpha.delete("/api/v1/orders", {"market": "NOPE"}).faults == [("market", "UNKNOWN_MARKET")]


def test_needs_the_scope_trade(alpha: Trader) -> None:
    maker = alpha.another(scopes=("READ", "MARKET_MAKING"))
    assert maker.delete("/api/v1/orders").code == "INSUFFICIENT_SCOPE"
    assert maker.delete(f"/api/v1/orders/{alpha.order('buy', 1, 49000)['orderId']}").code == "INSUFFICIENT_SCOPE"
