"""POST /mm/orders/replace: amend in place. Size down keeps the place in the queue; anything else loses it."""

from typing import Any

import pytest

from venue.tests.cast import Answer, Trader, open_market

REPLACE = "/api/v1/mm/orders/replace"


def replace(trader: Trader, **body: Any) -> Answer:
    return trader.post(REPLACE, body)


def replaced(trader: Trader, **body: Any) -> Any:
    answer = replace(trader, **body)
    assert answer.status == 200, answer.text
    return answer.body


def test_size_down_keeps_its_place_and_price_loses_it(alpha: Trader, beta: Trader, gamma: Trader) -> None:
    first, second = alpha.order("buy", 3, 49000), beta.order("buy", 3, 49000)
    replaced(alpha, orderId=first["orderId"], size=2)
    gamma.order("sell", 2, 49000)
    assert alpha.read_order(first)["status"] == "filled"
    third = alpha.order("buy", 3, 49000)
    replaced(beta, orderId=second["orderId"], size=4)
    gamma.order("sell", 3, 49000)
    assert (alpha.read_order(third)["status"], beta.read_order(second)["filledSize"]) == ("filled", 0)


def test_size_is_the_total_with_what_was_filled(alpha: Trader, beta: Trader) -> None:
    order = alpha.order("buy", 10, 49000)
    beta.order("sell", 2, 49000)
    body = replaced(alpha, orderId=order["orderId"], size=5)
    assert (body["size"], body["filledSize"], body["remainingSize"]) == (5, 2, 3)
    done = replaced(alpha, orderId=order["orderId"], size=1)
    assert (done["status"], done["remainingSize"]) == ("filled", 0)
    assert alpha.read_order(order)["status"] == "filled"


def test_a_price_that_crosses_trades(alpha: Trader, beta: Trader) -> None:
    beta.order("sell", 2, 50000)
    order = alpha.order("buy", 3, 49000)
    body = replaced(alpha, orderId=order["orderId"], price=50000)
    assert (body["status"], body["filledSize"], body["fills"][0]["price"]) == ("partially_filled", 2, 50000)


def test_by_client_id_and_to_a_new_one(alpha: Trader) -> None:
    order = alpha.order("buy", 3, 49000, clientOrderId="old")
    body = replaced(alpha, clientOrderId="old", market=alpha.market.symbol, price=49100, newClientOrderId="new")
    assert (body["orderId"], body["clientOrderId"], body["price"]) == (order["orderId"], "new", 49100)
    assert alpha.read_order(order)["clientOrderId"] == "new"
    gone = replace(alpha, clientOrderId="old", market=alpha.market.symbol, price=49000)
    assert (gone.status, gone.code) == (404, "UNKNOWN_ORDER")


def test_one_side_of_a_quote(alpha: Trader) -> None:
    quote = alpha.quote(clientQuoteId="q")
    body = replaced(alpha, quoteId=quote["quoteId"], side="bid", price=49950, size=2)
    assert (body["bidPrice"], body["bidSize"], body["askPrice"]) == (49950, 2, quote["askPrice"])
    by_name = replaced(alpha, clientQuoteId="q", market=alpha.market.symbol, side="ask", price=50050)
    assert (by_name["askPrice"], by_name["bidPrice"]) == (50050, 49950)


def test_a_refusal_leaves_all_as_it_was(alpha: Trader, beta: Trader) -> None:
    beta.order("sell", 1, 50000)
    order = alpha.order("buy", 3, 49000, postOnly=True)
    for terms, code in (({"price": 1}, "PRICE_OUTSIDE_BAND"), ({"price": 50000}, "POST_ONLY_WOULD_CROSS")):
        answer = replace(alpha, orderId=order["orderId"], **terms)
        assert (answer.status, answer.code) == (422, code)
    assert alpha.read_order(order)["price"] == 49000


def test_what_is_closed_or_of_others_is_not_found(alpha: Trader, gamma: Trader) -> None:
    order = alpha.order("buy", 3, 49000)
    answer = replace(gamma, orderId=order["orderId"], price=49100)
    assert (answer.status, answer.code) == (404, "UNKNOWN_ORDER")
    alpha.delete(f"/api/v1/orders/{order['orderId']}")
    answer = replace(alpha, orderId=order["orderId"], price=49100)
    assert (answer.status, answer.code) == (409, "ORDER_NOT_OPEN")


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"price": 1}, "orderId", "REQUIRED"),
        ({"orderId": "order_1", "quoteId": "quote_1", "price": 1}, "orderId", "NOT_ALLOWED"),
        ({"clientOrderId": "a", "price": 1}, "market", "REQUIRED"),
        ({"orderId": "", "price": 1}, "orderId", "REQUIRED"),
    ],
)
def test_exactly_one_is_named(alpha: Trader, body: dict[str, Any], field: str, code: str) -> None:
    answer = replace(alpha, **body)
    assert (answer.status, answer.faults) == (400, [(field, code)])


def test_a_market_that_is_not_the_orders(alpha: Trader) -> None:
    order, other = alpha.order("buy", 3, 49000), open_market().symbol
    answer = replace(alpha, orderId=order["orderId"], market=other, price=49100)
    assert (answer.status, answer.faults) == (400, [("market", "NOT_ALLOWED")])
    assert replaced(alpha, orderId=order["orderId"], market=alpha.market.symbol, price=49100)["price"] == 49100


@pytest.mark.parametrize("price", ["1_000", " 49100", "+49100", "4e"])
def test_a_string_that_is_no_number(alpha: Trader, price: str) -> None:
    order = alpha.order("buy", 3, 49000)
    answer = replace(alpha, orderId=order["orderId"], price=price)
    assert (answer.status, answer.faults) == (400, [("price", "WRONG_FORMAT")])
    assert alpha.read_order(order)["price"] == 49000
