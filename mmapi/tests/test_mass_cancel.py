"""POST /mm/orders/mass-cancel: all selectors must match; a lock keeps new orders of the scope out."""

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts import keys
from accounts.tests.cast import tier_of
from venue.tests.cast import Answer, Trader, open_market

MASS_CANCEL = "/api/v1/mm/orders/mass-cancel"
RESET = f"{MASS_CANCEL}/reset"


def mass_cancel(trader: Trader, **body: Any) -> Any:
    answer = trader.post(MASS_CANCEL, body)
    assert answer.status == 200, answer.text
    return answer.body


def refusal(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.code


def test_selectors_are_combined(alpha: Trader, gamma: Trader) -> None:
    buy, sell, quote = alpha.order("buy", 1, 49000), alpha.order("sell", 1, 51000), alpha.quote()
    theirs = gamma.order("buy", 1, 48000)
    body = mass_cancel(alpha, market=alpha.market.symbol, side="buy", kind="orders")
    assert (body["cancelledCount"], body["cancelledOrders"]) == (1, [buy["orderId"]])
    assert alpha.read_order(sell)["status"] == "open"
    assert alpha.read_quote(quote)["status"] == "active"
    body = mass_cancel(alpha, all=True)
    assert (body["cancelledOrders"], body["cancelledQuotes"]) == ([sell["orderId"]], [quote["quoteId"]])
    assert gamma.read_order(theirs)["status"] == "open"


def test_one_side_of_a_quote_alone(alpha: Trader) -> None:
    quote = alpha.quote()
    body = mass_cancel(alpha, side="buy")
    assert (body["cancelledCount"], body["reducedQuotes"]) == (1, [quote["quoteId"]])
    left = alpha.read_quote(quote)
    assert (left["status"], left["bidSize"], left["askSize"]) == ("active", 0, 5)
    assert mass_cancel(alpha, side="sell")["cancelledQuotes"] == [quote["quoteId"]]


def test_by_session(alpha: Trader) -> None:
    body = alpha.order_body("buy", 1, 49000)
    named = alpha.call("POST", "/api/v1/orders", body, **{"X-MM-Session": "one"}).body
    other = alpha.call("POST", "/api/v1/orders", body, **{"X-MM-Session": "two"}).body
    assert mass_cancel(alpha, session="one")["cancelledOrders"] == [named["orderId"]]
    assert alpha.read_order(other)["status"] == "open"
    answer = alpha.post(MASS_CANCEL, {"session": "three"})
    assert answer.faults == [("session", "UNKNOWN_SESSION")]


def test_a_firm_wide_key_reaches_other_accounts(alpha: Trader) -> None:
    order = alpha.order("buy", 1, 49000)
    boss = alpha.another()
    boss.caller.key.firm_wide = True
    keys.amend(boss.caller.key)
    assert mass_cancel(boss, account=alpha.caller.key.account.name)["cancelledOrders"] == [order["orderId"]]
    answer = alpha.post(MASS_CANCEL, {"account": "somebody-else"})
    assert answer.faults == [("account", "UNKNOWN_ACCOUNT")]


@pytest.mark.parametrize("body", [{}, {"all": True, "side": "buy"}, {"all": False}])
def test_selectors_or_all(alpha: Trader, body: dict[str, Any]) -> None:
    assert alpha.post(MASS_CANCEL, body).status == 400


def test_until_reset_the_scope_is_locked(alpha: Trader) -> None:
    mass_cancel(alpha, market=alpha.market.symbol, lock="until_reset")
    order = alpha.post("/api/v1/orders", alpha.order_body("buy", 1, 49000))
    quote = alpha.post("/api/sdk/quotes", alpha.quote_body())
    assert refusal(order) == refusal(quote) == (422, "MASS_CANCEL_LOCK")
    elsewhere = {**alpha.order_body("buy", 1, 49000), "market": open_market().symbol}
    assert alpha.post("/api/v1/orders", elsewhere).status == 201
    assert alpha.post(RESET, {}).status == 200
    assert alpha.order("buy", 1, 49000)["status"] == "open"


def test_staff_see_and_lift_a_lock(alpha: Trader, admin_client: Client) -> None:
    mass_cancel(alpha, kind="orders", lock="until_reset")
    page = admin_client.get("/admin/mmapi/accountlocks/").content.decode()
    assert "orders until it is reset" in page
    call_command("unlockaccount", alpha.caller.key.account.name)
    assert alpha.order("buy", 1, 49000)["status"] == "open"


def test_a_lock_of_some_time_ends_by_itself(alpha: Trader) -> None:
    mass_cancel(alpha, side="buy", kind="orders", lockMs=400)
    answer = alpha.post("/api/v1/orders", alpha.order_body("buy", 1, 49000))
    assert refusal(answer) == (422, "MASS_CANCEL_LOCK")
    assert alpha.order("sell", 1, 51000)["status"] == "open"
    until = answer.body["limit"]
    while (answer := alpha.post("/api/v1/orders", alpha.order_body("buy", 1, 49000))).status != 201:
        assert answer.body["observed"] < until
    assert alpha.post(MASS_CANCEL, {"all": True, "lockMs": 10_001}).status == 400


def test_it_is_never_refused_for_rate(alpha: Trader) -> None:
    limits = {"requests_per_second": 1, "request_burst": 1, "order_operations_per_second": 1}
    slow = alpha.another(tier=tier_of("mass-cancel-only", **limits, order_operations_burst=1, max_batch_size=1))
    answers = [slow.post(MASS_CANCEL, {"kind": "quotes"}).status for _ in range(4)]
    assert set(answers) == {200}
    assert slow.post("/api/v1/orders", slow.order_body("buy", 1, 49000)).status == 429
