"""A business refusal is a 422 with the rule, its limit, what was observed and the headroom, in the rule's units."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.tests.cast import tier_of
from venue.engine import commands
from venue.engine.terms import MarketStatus, ReferenceSource
from venue.markets import Terms
from venue.tests.cast import Answer, Trader, carry_out, set_rules, set_status


def place(alpha: Trader, **changes: Any) -> Answer:
    return alpha.post("/api/v1/orders", {**alpha.order_body("buy", 2, 49000), **changes})


def figures(answer: Answer) -> tuple[str, ...]:
    """The rule with its three figures, as they are written."""
    assert answer.status == 422, answer.text
    assert answer.code == answer.body["rule"]
    return (answer.code, *(str(answer.body[name]) for name in ("limit", "observed", "headroom")))


def test_price_outside_the_band(alpha: Trader) -> None:
    assert figures(place(alpha, price=37499.99)) == ("PRICE_OUTSIDE_BAND", "37500.00", "37499.99", "-0.01")
    assert figures(place(alpha, price=62500.01))[0] == "PRICE_OUTSIDE_BAND"


def test_order_size(alpha: Trader) -> None:
    set_rules(alpha.market, max_order_size=10_000)
    assert figures(place(alpha)) == ("ORDER_SIZE_ABOVE_LIMIT", "1.0000", "2.0000", "-1.0000")


def test_notional_in_the_quote_currency(alpha: Trader) -> None:
    set_rules(alpha.market, min_notional=100 * 10**9, max_notional=50_000 * 10**9)
    assert figures(place(alpha, size=0.0001)) == ("NOTIONAL_BELOW_MINIMUM", "100", "4.9", "-95.1")
    assert figures(place(alpha)) == ("NOTIONAL_ABOVE_LIMIT", "50000", "98000", "-48000")


def test_open_orders_of_the_keys_tier(alpha: Trader) -> None:
    few = alpha.another(tier=tier_of("two-open-orders", max_open_orders=2))
    few.quote(bidPrice=48000)
    few.order("buy", 1, 48000)
    answer = place(few)
    assert figures(answer) == ("OPEN_ORDERS_ABOVE_LIMIT", "2", "3", "-1")


def test_position(alpha: Trader) -> None:
    set_rules(alpha.market, max_position=15_000)
    assert figures(place(alpha)) == ("POSITION_ABOVE_LIMIT", "1.5000", "2.0000", "-0.5000")


def test_exposure_in_the_quote_currency(alpha: Trader) -> None:
    party = alpha.party
    carry_out(commands.SetRiskLimits(party.account.pk, party.firm.pk, max_exposure=90_000 * 10**9))
    assert figures(place(alpha)) == ("EXPOSURE_ABOVE_LIMIT", "90000", "98000", "-8000")


@pytest.mark.parametrize(
    ("status", "code"), [(MarketStatus.HALTED, "MARKET_HALTED"), (MarketStatus.CLOSED, "MARKET_CLOSED")]
)
def test_a_market_that_takes_nothing_still_cancels(alpha: Trader, status: MarketStatus, code: str) -> None:
    quote = alpha.quote()
    set_status(alpha.market, status)
    answer = place(alpha)
    assert (answer.status, answer.code, answer.body["rule"]) == (422, code, code)
    assert alpha.patch(f"/api/sdk/quotes/{quote['quoteId']}", {"bidPrice": 49000}).code == code
    assert alpha.delete(f"/api/sdk/quotes/{quote['quoteId']}").status == 200


def test_a_post_only_market(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    set_status(alpha.market, MarketStatus.POST_ONLY)
    assert place(beta).code == "MARKET_POST_ONLY"
    assert place(beta, postOnly=True).status == 201
    assert beta.post("/api/sdk/quotes", beta.quote_body(bidPrice=50100, askPrice=50200)).code == "MARKET_POST_ONLY"


def test_a_stale_reference_price(alpha: Trader) -> None:
    set_rules(alpha.market, reference_max_age_ms=1, reference_source=ReferenceSource.FEED)
    answer = place(alpha)
    assert (answer.status, answer.code, answer.body["limit"]) == (422, "REFERENCE_PRICE_STALE", 1)
    assert answer.body["observed"] > 1


def test_a_quote_does_not_trade_with_its_own_firm(alpha: Trader) -> None:
    alpha.quote()
    answer = alpha.post("/api/sdk/quotes", alpha.quote_body(bidPrice=50100, askPrice=50200))
    assert (answer.status, answer.code) == (422, "QUOTE_WOULD_SELF_TRADE")


@pytest.mark.parametrize(
    ("suspend", "code"),
    [
        (lambda trader: commands.SuspendFirm(trader.party.firm.pk), "FIRM_SUSPENDED"),
        (lambda trader: commands.SuspendAccount(trader.party.account.pk, trader.party.firm.pk), "ACCOUNT_SUSPENDED"),
    ],
)
def test_a_suspension_that_the_door_has_not_seen_yet(
    alpha: Trader, suspend: Callable[[Trader], commands.Command], code: str
) -> None:
    """The answer is the door's own: one code, one status."""
    carry_out(suspend(alpha))
    answer = place(alpha)
    assert (answer.status, answer.code) == (403, code)


def test_a_refusal_leaves_no_quote(alpha: Trader, market: Terms) -> None:
    assert alpha.post("/api/sdk/quotes", alpha.quote_body(bidPrice=1)).status == 422
    assert alpha.get("/api/sdk/quotes").body["pagination"]["total"] == 0
