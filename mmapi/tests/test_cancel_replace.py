"""POST /mm/orders/cancel-replace: both or neither, or as far as the mode says."""

from typing import Any

from venue.tests.cast import Answer, Trader, open_market

CANCEL_REPLACE = "/api/v1/mm/orders/cancel-replace"


def send(trader: Trader, old: Any, size: float = 2, price: float | str = 49100, **more: Any) -> Answer:
    order = trader.order_body("buy", size, price, clientOrderId=more.pop("name", None))
    cancel = {"orderId": old["orderId"]} if isinstance(old, dict) else {"orderId": old}
    return trader.post(CANCEL_REPLACE, {"cancel": cancel, "order": order, **more})


def outcome(answer: Answer) -> tuple[int, str, str]:
    return answer.status, answer.body["cancelResult"], answer.body["newOrderResult"]


def test_both_are_done(alpha: Trader) -> None:
    old = alpha.order("buy", 3, 49000)
    answer = send(alpha, old)
    assert outcome(answer) == (200, "SUCCESS", "SUCCESS")
    assert answer.body["cancelled"] == {"orderId": old["orderId"], "filledSize": 0}
    assert alpha.read_order(old)["status"] == "cancelled"
    assert alpha.read_order(answer.body["order"])["price"] == 49100


def test_atomic_a_refused_order_leaves_the_old_one_in_its_place(alpha: Trader, beta: Trader, gamma: Trader) -> None:
    old = alpha.order("buy", 3, 49000)
    beta.order("buy", 3, 49000)
    answer = send(alpha, old, price=1)
    assert outcome(answer) == (422, "NOT_ATTEMPTED", "FAILURE")
    assert answer.code == "CANCEL_REPLACE_FAILED"
    assert answer.body["newOrderError"]["code"] == "PRICE_OUTSIDE_BAND"
    gamma.order("sell", 3, 49000)
    assert alpha.read_order(old)["status"] == "filled"


def test_atomic_without_the_old_one_nothing_is_placed(alpha: Trader) -> None:
    old = alpha.order("buy", 3, 49000)
    alpha.delete(f"/api/v1/orders/{old['orderId']}")
    answer = send(alpha, old)
    assert outcome(answer) == (422, "FAILURE", "NOT_ATTEMPTED")
    assert (answer.body["cancelError"]["code"], answer.body["cancelError"]["orderStatus"]) == (
        "ORDER_NOT_OPEN",
        "cancelled",
    )


def test_what_is_not_yours_is_unknown(alpha: Trader, gamma: Trader) -> None:
    theirs = gamma.order("buy", 3, 49000)
    answer = send(alpha, theirs)
    assert outcome(answer) == (422, "FAILURE", "NOT_ATTEMPTED")
    assert answer.body["cancelError"]["code"] == "UNKNOWN_ORDER"
    assert gamma.read_order(theirs)["status"] == "open"


def test_both_steps_fail_and_both_say_why(alpha: Trader) -> None:
    old = alpha.order("buy", 3, 49000)
    alpha.delete(f"/api/v1/orders/{old['orderId']}")
    answer = send(alpha, old, price=1, mode="ALLOW_FAILURE")
    assert outcome(answer) == (422, "FAILURE", "FAILURE")
    said = answer.body["cancelError"]["code"], answer.body["newOrderError"]["code"]
    assert said == ("ORDER_NOT_OPEN", "PRICE_OUTSIDE_BAND")


def test_stop_on_failure_cancels_even_if_the_new_one_is_refused(alpha: Trader) -> None:
    old = alpha.order("buy", 3, 49000)
    answer = send(alpha, old, price=1, mode="STOP_ON_FAILURE")
    assert outcome(answer) == (409, "SUCCESS", "FAILURE")
    assert answer.code == "CANCEL_REPLACE_PARTIAL"
    assert alpha.read_order(old)["status"] == "cancelled"
    again = send(alpha, old, mode="STOP_ON_FAILURE")
    assert outcome(again) == (422, "FAILURE", "NOT_ATTEMPTED")


def test_allow_failure_places_without_the_old_one(alpha: Trader) -> None:
    old = alpha.order("buy", 3, 49000)
    alpha.delete(f"/api/v1/orders/{old['orderId']}")
    answer = send(alpha, old, mode="ALLOW_FAILURE")
    assert outcome(answer) == (409, "FAILURE", "SUCCESS")
    assert alpha.read_order(answer.body["order"])["status"] == "open"


def test_if_filled_size_holds_or_nothing_is_done(alpha: Trader, beta: Trader) -> None:
    old = alpha.order("buy", 3, 49000)
    beta.order("sell", 1, 49000)
    answer = send(alpha, old, ifFilledSize=0)
    assert outcome(answer) == (422, "FAILURE", "NOT_ATTEMPTED")
    assert answer.body["cancelError"]["code"] == "FILLED_SIZE_DIFFERS"
    assert outcome(send(alpha, old, ifFilledSize=1)) == (200, "SUCCESS", "SUCCESS")


def test_the_same_client_id_gets_the_first_answer(alpha: Trader) -> None:
    old = alpha.order("buy", 3, 49000)
    first, again = send(alpha, old, name="cr"), send(alpha, old, name="cr")
    assert again.body == first.body
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_quote_for_a_quote(alpha: Trader) -> None:
    old = alpha.quote()
    body = {"cancel": {"quoteId": old["quoteId"]}, "quote": alpha.quote_body(bidPrice=49950)}
    answer = alpha.post(CANCEL_REPLACE, body)
    assert outcome(answer) == (200, "SUCCESS", "SUCCESS")
    assert alpha.read_quote(answer.body["quote"])["bidPrice"] == 49950
    assert alpha.read_quote(old)["status"] == "cancelled"


def test_another_market_is_refused(alpha: Trader) -> None:
    old = alpha.order("buy", 3, 49000)
    order = {**alpha.order_body("buy", 1, 49000), "market": open_market().symbol}
    answer = alpha.post(CANCEL_REPLACE, {"cancel": {"orderId": old["orderId"]}, "order": order})
    assert (answer.status, answer.faults) == (400, [("order.market", "NOT_ALLOWED")])


def test_faults_are_named_from_the_body_down(alpha: Trader) -> None:
    old = alpha.order("buy", 3, 49000)
    answer = send(alpha, old, price=49000.001, size=0.00001)
    assert answer.faults == [("order.price", "OFF_TICK"), ("order.size", "OFF_LOT")]
    answer = send(alpha, old, price="49_000")
    assert answer.faults == [("order.price", "WRONG_FORMAT")]
    body = {"cancel": {"orderId": old["orderId"]}, "quote": alpha.quote_body(bidSize=0)}
    assert alpha.post(CANCEL_REPLACE, body).faults == [("quote.bidSize", "NOT_POSITIVE")]
    answer = alpha.post(CANCEL_REPLACE, {**body, "cancel": {"clientOrderId": "a"}})
    assert answer.faults == [("cancel.market", "REQUIRED")]
    assert alpha.read_order(old)["status"] == "open"
