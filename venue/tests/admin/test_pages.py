"""Every list and every page of every model opens, with data in it, in the market's own units."""

from importlib import import_module

import pytest
from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from quotes.models import Quote
from venue import participants
from venue.engine.terms import ExecType
from venue.models import (
    AccountLimits,
    Command,
    ExecutionReport,
    FirmStanding,
    Market,
    Order,
    Position,
    Protection,
    ProtectionTrigger,
    Shard,
    Trade,
)
from venue.tests.admin.conftest import Desk, Traded, number_of
from venue.tests.cast import Trader

MATCHER_OWNED = (
    *(Market, Order, Trade, Position, AccountLimits, FirmStanding, Command, ExecutionReport, Shard, Quote),
    *(Protection, ProtectionTrigger),
)


def name_of(model: type[Model]) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"


@pytest.fixture
def everything(traded: Traded, alpha: Trader, beta: Trader, gamma: Trader) -> None:
    """A row of each model."""
    triggered_protection(alpha, beta)
    participants.set_risk_limits(alpha.party.account, max_open_orders=10, max_exposure=10**15)
    participants.suspend_firm(gamma.party.firm)


def triggered_protection(alpha: Trader, beta: Trader) -> None:
    """Frozen by one trade, with its report."""
    terms = {"market": alpha.market.symbol, "windowMs": 1000, "frozenMs": 60_000, "notional": 1}
    assert alpha.call("PUT", "/api/v1/mm/protection", terms).status == 200
    alpha.quote(bidPrice=49990)
    beta.order("sell", 0.1, 49990, timeInForce="IOC")


def test_every_model_has_its_pages() -> None:
    import_module(settings.ROOT_URLCONF)  # the pages are found with the addresses
    assert set(MATCHER_OWNED) <= set(admin.site._registry)


@pytest.mark.parametrize("model", MATCHER_OWNED, ids=name_of)
def test_pages_open(desk: Desk, everything: None, model: type[Model]) -> None:
    row = model._default_manager.order_by("-pk").first()
    assert row is not None
    assert "result_list" in desk.get(f"{name_of(model)}_changelist")
    desk.get(f"{name_of(model)}_change", row.pk)


@pytest.mark.parametrize("model", MATCHER_OWNED, ids=name_of)
def test_nobody_writes_them(desk: Desk, everything: None, model: type[Model]) -> None:
    row = model._default_manager.order_by("-pk").first()
    assert row is not None
    assert desk.status_of("get", f"{name_of(model)}_add") == 403
    assert desk.status_of("post", f"{name_of(model)}_add") == 403
    assert desk.status_of("post", f"{name_of(model)}_change", row.pk) == 403
    assert desk.status_of("post", f"{name_of(model)}_delete", row.pk, post="yes") == 403


def test_a_quote_in_words(desk: Desk, traded: Traded, alpha: Trader) -> None:
    listed = desk.get("quotes_quote_changelist", q=traded.quote)
    page = desk.get("quotes_quote_change", number_of(traded.quote))
    for shown in (listed, page):
        for word in (traded.quote, "49,900.00", "50,100.00", "5.0000", "2.0000", f"q-{alpha.market.number}"):
            assert word in shown
        assert "partially_filled" in shown
    assert "3.0000" in page  # what leaves of the bid
    assert traded.trade in page


def test_an_order_in_words(desk: Desk, traded: Traded) -> None:
    page = desk.get("venue_order_change", number_of(traded.order))
    for word in (traded.order, "sell", "limit", "49,900.00", "filled", "GTC", "99,800 USD", traded.trade, "49.9 USD"):
        assert word in page


def test_a_trade_in_words(desk: Desk, traded: Traded, alpha: Trader, beta: Trader) -> None:
    page = desk.get("venue_trade_change", number_of(traded.trade))
    for word in (traded.trade, traded.quote, traded.order, "49,900.00", "9.98 USD", "49.9 USD"):
        assert word in page
    listed = desk.get("venue_trade_changelist", q=traded.trade)
    for word in (alpha.party.account.name, beta.party.account.name, "9.98 USD"):
        assert word in listed


def test_a_refusal_in_words(desk: Desk, traded: Traded, gamma: Trader) -> None:
    listed = desk.get("venue_executionreport_changelist", q=gamma.party.firm.code)
    assert "PRICE_OUTSIDE_BAND" in listed
    report = ExecutionReport.objects.get(firm=gamma.party.firm)
    page = desk.get("venue_executionreport_change", report.pk)
    assert "37,500.00" in page  # the band's lower end


def test_a_command_in_words(desk: Desk, traded: Traded, alpha: Trader) -> None:
    command = Command.objects.get(name="PlaceQuote", account_id=alpha.party.account.pk)
    page = desk.get("venue_command_change", command.pk)
    for word in ("PlaceQuote", alpha.market.symbol, "49,900.00", "QuotePlaced", traded.quote, alpha.party.firm.code):
        assert word in page
    assert "4990000" not in page


def test_commands_of_every_kind_have_words(desk: Desk, traded: Traded, alpha: Trader) -> None:
    alpha.patch(f"/api/sdk/quotes/{traded.quote}", {"bidPrice": 49950})
    alpha.delete(f"/api/sdk/quotes/{traded.quote}")
    for name in Command.objects.order_by("name").values_list("name", flat=True).distinct():
        row = Command.objects.filter(name=name).order_by("-pk")[0]
        assert name in desk.get("venue_command_change", row.pk)
    changed = Command.objects.filter(name="UpdateQuotes", account_id=alpha.party.account.pk).order_by("-pk")[0]
    assert "49,950.00" in desk.get("venue_command_change", changed.pk)


def test_a_market_with_its_best_prices(desk: Desk, traded: Traded, alpha: Trader) -> None:
    page = desk.get("venue_market_changelist", q=alpha.market.symbol)
    for price in ("49,900.00", "50,100.00", "200.00"):  # the last is the spread
        assert price in page
    assert "25%" in desk.get("venue_market_change", alpha.market.number)


def test_from_the_admin_to_the_live_pages(desk: Desk, alpha: Trader) -> None:
    firm = alpha.party.firm
    for name, number, live in (
        ("venue_market_live", alpha.market.number, f"/admin/desk/markets/{alpha.market.symbol}/"),
        ("accounts_firm_live", firm.pk, f"/admin/desk/firms/{firm.code}/"),
    ):
        answer = desk.client.get(reverse(f"admin:{name}", args=[number]))
        assert (answer.status_code, answer.headers["Location"]) == (302, live)


def test_a_position_in_words(desk: Desk, traded: Traded, alpha: Trader) -> None:
    listed = desk.get("venue_position_changelist", q=alpha.party.account.name)
    for word in ("+2.0000", "99,800 USD", "49,900.00"):
        assert word in listed
    assert "+2.0000" in desk.get("accounts_tradingaccount_change", alpha.party.account.pk)


def test_the_first_page(desk: Desk, traded: Traded, alpha: Trader) -> None:
    page = desk.get("index")
    assert alpha.market.symbol in page
    for group in ("Participants", "Journal", "Staff"):
        assert group in page


def test_a_triggered_protection_in_words(desk: Desk, everything: None, alpha: Trader) -> None:
    row = ProtectionTrigger.objects.get(account=alpha.party.account)
    page = desk.get("venue_protectiontrigger_change", row.pk)
    assert "notional 4,999 of 1 within 1,000 ms" in page
    report = ExecutionReport.objects.get(account=alpha.party.account, exec_type=ExecType.TRIGGERED)
    page = desk.get("venue_executionreport_change", report.pk)
    assert "NOTIONAL" in page
    assert "4,999" in page
    assert "triggered" in desk.get("venue_executionreport_changelist", exec_type__exact=int(ExecType.TRIGGERED))
