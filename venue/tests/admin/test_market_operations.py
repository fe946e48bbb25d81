"""What operations do to a market from its page reaches the engine; what does not reach it is not claimed."""

from typing import Any

import pytest

from venue.engine.terms import MarketStatus
from venue.models import Market
from venue.tests.admin.conftest import Desk
from venue.tests.cast import Trader

RULES = {
    "band_bps": "1000",
    "reference_source": "1",
    "reference_max_age": "60",
    "max_order_size": "2.5",
    "min_notional": "10.5",
    "max_notional": "1000000",
    "max_position": "100",
    "maker_fee": "-0.5",
    "taker_fee": "4",
}


def operate(desk: Desk, operation: str, trader: Trader, **form: Any) -> str:
    return desk.post(f"venue_market_{operation}", trader.market.number, **form)


def row(trader: Trader) -> Market:
    return Market.objects.get(number=trader.market.number)


def test_halt_and_resume(desk: Desk, alpha: Trader) -> None:
    assert "Halt the market" in desk.get("venue_market_halt", alpha.market.number)
    page = operate(desk, "halt", alpha, reason="Feed is down")
    assert f"{alpha.market.symbol} is halted: Feed is down" in page
    assert "Feed is down" in desk.get("venue_market_change", alpha.market.number)
    refused = alpha.post("/api/sdk/quotes", alpha.quote_body())
    assert (refused.status, refused.code) == (422, "MARKET_HALTED")
    assert "is open" in operate(desk, "resume", alpha)
    alpha.quote()


def test_halting_needs_a_reason(desk: Desk, alpha: Trader) -> None:
    assert "This field is required" in operate(desk, "halt", alpha, reason="")
    alpha.quote()


def test_post_only(desk: Desk, alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    operate(desk, "post_only", alpha, reason="Opening")
    refused = beta.post("/api/v1/orders", beta.order_body("sell", 1, 49900))
    assert refused.code == "MARKET_POST_ONLY"


def test_close(desk: Desk, alpha: Trader) -> None:
    operate(desk, "close", alpha, reason="Delisted")
    assert alpha.post("/api/sdk/quotes", alpha.quote_body()).code == "MARKET_CLOSED"


def test_only_what_would_change_something_is_offered(desk: Desk, alpha: Trader) -> None:
    address = f"/admin/venue/market/{alpha.market.number}"
    page = desk.get("venue_market_change", alpha.market.number)
    assert f"{address}/halt/" in page
    assert f"{address}/resume/" not in page
    page = operate(desk, "halt", alpha, reason="Test")
    assert f"{address}/halt/" not in page
    assert f"{address}/resume/" in page


def test_the_reference_price(desk: Desk, alpha: Trader) -> None:
    page = operate(desk, "move_reference", alpha, price="60000.25")
    assert f"The reference price of {alpha.market.symbol} is 60,000.25." in page
    assert row(alpha).reference_price == 6_000_025
    assert alpha.post("/api/sdk/quotes", alpha.quote_body(bidPrice=44000)).code == "PRICE_OUTSIDE_BAND"


@pytest.mark.parametrize("price", ["60000.255", "0", "-1", "NaN", "1e30", ""])
def test_no_reference_price(desk: Desk, alpha: Trader, price: str) -> None:
    assert "Move the reference" in operate(desk, "move_reference", alpha, price=price)
    assert row(alpha).reference_price == 5_000_000


def test_the_rules_are_decimals(desk: Desk, alpha: Trader) -> None:
    page = operate(desk, "edit_rules", alpha, **RULES)
    assert f"The rules of {alpha.market.symbol} are set" in page
    for word in ("10%", "60 s", "2.5000", "10.5 USD", "1,000,000 USD", "100.0000", "-0.5 bp", "4 bp"):
        assert word in page
    assert alpha.post("/api/sdk/quotes", alpha.quote_body()).code == "ORDER_SIZE_ABOVE_LIMIT"
    again = desk.get("venue_market_edit_rules", alpha.market.number)
    for value in ("1000", "2.5000", "10.5", "1000000", "-0.5"):
        assert f'value="{value}"' in again


@pytest.mark.parametrize(
    ("field", "value"),
    [("band_bps", "-1"), ("max_order_size", "0.00005"), ("taker_fee", "2000"), ("min_notional", "0.0000000001")],
)
def test_no_rules(desk: Desk, alpha: Trader, field: str, value: str) -> None:
    before = row(alpha)
    assert "Set the rules" in operate(desk, "edit_rules", alpha, **(RULES | {field: value}))
    assert row(alpha).taker_fee_ppm == before.taker_fee_ppm


def test_a_silent_matcher_is_said_to_be_silent(desk: Desk, alpha: Trader, silent: None) -> None:
    page = operate(desk, "halt", alpha, reason="Feed is down")
    assert "No reply came in time" in page
    assert "Feed is down" in page  # the form keeps what was typed
    assert "is halted" not in page
    assert row(alpha).status == MarketStatus.OPEN


def test_every_operation_is_in_the_history(desk: Desk, alpha: Trader) -> None:
    operate(desk, "halt", alpha, reason="Feed is down")
    history = desk.get("venue_market_history", alpha.market.number)
    assert "is halted: Feed is down" in history


def test_who_may_only_look_may_not_operate(desk: Desk, alpha: Trader, viewer: Desk) -> None:
    address = f"/admin/venue/market/{alpha.market.number}/halt/"
    assert address not in viewer.get("venue_market_change", alpha.market.number)
    assert viewer.status_of("get", "venue_market_halt", alpha.market.number) == 403
    assert viewer.status_of("post", "venue_market_halt", alpha.market.number, reason="No") == 403
    alpha.quote()
    assert 'href="/admin/accounts/firm/"' not in viewer.get("index")
    assert viewer.status_of("get", "venue_order_changelist") == 403


def test_no_such_market(desk: Desk) -> None:
    for name in ("venue_market_halt", "venue_market_live"):
        assert desk.status_of("get", name, 4000) == 404
