"""POST /api/v1/orders: enter, match, rest or cancel the rest, and answer with what happened."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from venue.tests.cast import Trader


def test_a_limit_order_rests(alpha: Trader) -> None:
    order = alpha.order("buy", 1.5, 49000, clientOrderId="o-1")
    assert order == {
        "orderId": order["orderId"],
        "clientOrderId": "o-1",
        "market": alpha.market.symbol,
        "side": "buy",
        "type": "limit",
        "price": 49000,
        "size": Decimal("1.5"),
        "timeInForce": "GTC",
        "postOnly": False,
        "selfTradePrevention": "cancel_newest",
        "status": "open",
        "filledSize": 0,
        "remainingSize": Decimal("1.5"),
        "averagePrice": None,
        "fills": [],
        "createdAt": order["createdAt"],
        "updatedAt": order["createdAt"],
    }
    assert order["orderId"].startswith("order_")
    assert alpha.read_order(order) == order


def test_it_takes_at_the_resting_prices(alpha: Trader, beta: Trader) -> None:
    alpha.quote(askPrice=50000, askSize=1, bidPrice=49000)
    alpha.quote(askPrice=50001, askSize=2, bidPrice=49000)
    order = beta.order("buy", 4, 50001)
    assert (order["status"], order["filledSize"], order["remainingSize"]) == ("partially_filled", 3, 1)
    assert order["averagePrice"] == Decimal("50000.666666666666667")
    assert [(fill["price"], fill["size"], fill["fee"], fill["liquidity"]) for fill in order["fills"]] == [
        (50000, 1, 25, "taker"),
        (50001, 2, Decimal("50.001"), "taker"),
    ]
    assert beta.read_order(order) == order


def test_fills_of_one_that_rests_come_later(alpha: Trader, beta: Trader) -> None:
    order = alpha.order("buy", 2, 50000)
    taking = beta.order("sell", 1, 49000)
    after = alpha.read_order(order)
    assert after["fills"] == [
        {"tradeId": taking["fills"][0]["tradeId"], "price": 50000, "size": 1, "fee": 5, "liquidity": "maker"}
    ]
    assert (after["status"], after["remainingSize"], after["averagePrice"]) == ("partially_filled", 1, 50000)


def test_a_market_order_takes_and_what_rests_is_cancelled(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    order = beta.order("buy", 7, type="market")
    assert (order["price"], order["timeInForce"]) == (None, "IOC")
    assert (order["status"], order["filledSize"], order["remainingSize"]) == ("cancelled", 5, 0)
    assert order["reason"] == "market_order_remainder"
    assert beta.read_order(order) == order


def test_a_market_order_that_finds_nothing_is_cancelled(beta: Trader) -> None:
    order = beta.order("sell", 1, type="market")
    assert (order["status"], order["filledSize"], order["fills"]) == ("cancelled", 0, [])


def test_immediate_or_cancel(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    order = beta.order("buy", 7, 50100, timeInForce="IOC")
    assert (order["status"], order["filledSize"], order["reason"]) == ("cancelled", 5, "immediate_or_cancel")


def test_fill_or_kill(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    killed = beta.order("buy", 7, 50100, timeInForce="FOK")
    assert (killed["status"], killed["filledSize"], killed["reason"]) == ("cancelled", 0, "fill_or_kill")
    assert beta.order("buy", 5, 50100, timeInForce="FOK")["status"] == "filled"


def test_a_market_order_may_be_fill_or_kill(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    assert beta.order("buy", 6, type="market", timeInForce="FOK")["filledSize"] == 0
    assert beta.order("buy", 5, type="market", timeInForce="FOK")["status"] == "filled"


def test_good_till_date(alpha: Trader) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    order = alpha.order("buy", 1, 49000, timeInForce="GTD", expiresAt=until.isoformat())
    assert order["expiresAt"] == until.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert alpha.read_order(order) == order


def test_good_till_a_date_that_is_past(alpha: Trader) -> None:
    for past in ("2024-01-15T10:30:00Z", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z"):
        answer = alpha.post("/api/v1/orders", alpha.order_body("buy", 1, 49000, timeInForce="GTD", expiresAt=past))
        assert (answer.status, answer.code) == (400, "EXPIRY_IN_PAST")


def test_post_only_rests_or_is_refused(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    assert beta.order("buy", 1, 50000, postOnly=True)["status"] == "open"
    answer = beta.post("/api/v1/orders", beta.order_body("buy", 1, 50100, postOnly=True))
    assert (answer.status, answer.code, answer.body["rule"]) == (422, "POST_ONLY_WOULD_CROSS", "POST_ONLY_WOULD_CROSS")


@pytest.mark.parametrize(
    ("mode", "own", "status", "reason"),
    [
        ("cancel_newest", "open", "cancelled", "self_trade_prevention"),
        ("cancel_oldest", "cancelled", "open", None),
        ("cancel_both", "cancelled", "cancelled", "self_trade_prevention"),
    ],
)
def test_self_trade_prevention(alpha: Trader, mode: str, own: str, status: str, reason: str | None) -> None:
    resting = alpha.order("sell", 1, 50000)
    order = alpha.order("buy", 1, 50000, selfTradePrevention=mode)
    assert (order["status"], order.get("reason"), order["filledSize"]) == (status, reason, 0)
    assert alpha.read_order(order) == order
    assert alpha.read_order(resting)["status"] == own


def test_self_trade_prevention_by_decrement(alpha: Trader) -> None:
    resting = alpha.order("sell", 1, 50000)
    order = alpha.order("buy", 3, 50000, selfTradePrevention="decrement")
    assert (order["status"], order["size"], order["remainingSize"]) == ("open", 2, 2)
    assert alpha.read_order(order) == order
    assert alpha.read_order(resting)["status"] == "cancelled"


def test_a_refused_order_is_kept_as_rejected(alpha: Trader) -> None:
    answer = alpha.post("/api/v1/orders", alpha.order_body("buy", 1, 1))
    assert (answer.status, answer.code) == (422, "PRICE_OUTSIDE_BAND")
    order = alpha.get(f"/api/v1/orders/{answer.body['orderId']}").body
    assert (order["status"], order["reason"], order["remainingSize"]) == ("rejected", "PRICE_OUTSIDE_BAND", 0)


def test_needs_the_scope_trade(alpha: Trader) -> None:
    maker = alpha.another(scopes=("READ", "MARKET_MAKING"))
    answer = maker.post("/api/v1/orders", alpha.order_body("buy", 1, 49000))
    assert (answer.status, answer.code, answer.body["required"]) == (403, "INSUFFICIENT_SCOPE", "TRADE")


def test_no_sql_when_warm(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    beta.order("buy", 1, 49000)
    with CaptureQueriesContext(connection) as queries:
        beta.order("buy", 1, 50100)
        order = beta.order("buy", 1, 49000)
        beta.delete(f"/api/v1/orders/{order['orderId']}")
        beta.delete("/api/v1/orders", {"market": beta.market.symbol})
    assert [query["sql"] for query in queries] == []
