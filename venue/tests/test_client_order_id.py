"""clientOrderId is an idempotency key of its account."""

from venue.tests.cast import Trader


def test_the_same_body_gets_the_stored_first_answer(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    body = beta.order_body("buy", 1, 50100, clientOrderId="o-1")
    first = beta.post("/api/v1/orders", body)
    again = beta.post("/api/v1/orders", {**body, "size": "1.00", "timeInForce": "GTC"})
    assert (first.status, again.status) == (201, 201)
    assert again.text == first.text
    assert first.body["fills"]
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert beta.get("/api/v1/trades").body["pagination"]["total"] == 1


def test_another_body_is_refused_while_the_order_lives(beta: Trader) -> None:
    first = beta.order("buy", 1, 49000, clientOrderId="o-1")
    answer = beta.post("/api/v1/orders", beta.order_body("buy", 2, 49000, clientOrderId="o-1"))
    assert (answer.status, answer.code, answer.body["orderId"]) == (409, "CLIENT_ID_IN_USE", first["orderId"])


def test_another_body_is_welcome_after_it(beta: Trader) -> None:
    first = beta.order("buy", 1, 49000, clientOrderId="o-1")
    beta.delete(f"/api/v1/orders/{first['orderId']}")
    assert beta.order("buy", 2, 49000, clientOrderId="o-1")["orderId"] != first["orderId"]


def test_a_refused_order_leaves_its_id_free(beta: Trader) -> None:
    assert beta.post("/api/v1/orders", beta.order_body("buy", 1, 1, clientOrderId="o-1")).status == 422
    beta.order("buy", 1, 49000, clientOrderId="o-1")
