"""What staff have in hand is what they search by: ids, client ids, accounts, firms."""

from typing import Any

import pytest
from django.urls import reverse

from venue.admin import reports
from venue.engine.terms import ExecType
from venue.models import ExecutionReport
from venue.tests.admin.conftest import Desk, Traded, number_of
from venue.tests.cast import Trader

NONE_FOUND = "No results found"


def test_quotes(desk: Desk, traded: Traded, alpha: Trader, gamma: Trader) -> None:
    words = (traded.quote, f"q-{alpha.market.number}", alpha.party.account.name, alpha.party.firm.code.lower())
    for word in words:
        assert traded.quote in desk.get("quotes_quote_changelist", q=word), word
    for word in (traded.order, "q-0", gamma.party.firm.code, "quote_zz"):
        assert NONE_FOUND in desk.get("quotes_quote_changelist", q=word), word


def test_orders(desk: Desk, traded: Traded, beta: Trader) -> None:
    for word in (traded.order, f"o-{beta.market.number}", beta.party.account.name, beta.party.firm.code):
        assert traded.order in desk.get("venue_order_changelist", q=word), word


def test_trades(desk: Desk, traded: Traded, alpha: Trader, beta: Trader) -> None:
    for word in (traded.trade, traded.quote, traded.order, alpha.party.firm.code, beta.party.account.name):
        assert traded.trade in desk.get("venue_trade_changelist", q=word), word


def test_execution_reports(desk: Desk, traded: Traded, beta: Trader) -> None:
    for word in (traded.order, traded.trade, f"o-{beta.market.number}", beta.party.firm.code):
        assert traded.order in desk.get("venue_executionreport_changelist", q=word), word


def test_commands(desk: Desk, traded: Traded, beta: Trader) -> None:
    for word in (beta.caller.key.key_id, beta.party.account.name, beta.party.firm.code):
        assert "PlaceOrder" in desk.get("venue_command_changelist", q=word), word


@pytest.mark.parametrize(
    ("status", "found"), [("resting", True), ("partially_filled", True), ("active", False), ("nonsense", True)]
)
def test_status_in_the_words_of_the_api(desk: Desk, traded: Traded, alpha: Trader, status: str, found: bool) -> None:
    listed = desk.get("quotes_quote_changelist", status=status, q=alpha.party.firm.code)
    assert (traded.quote in listed) is found


def test_filters(desk: Desk, traded: Traded, alpha: Trader) -> None:
    market = alpha.market.number
    assert traded.quote in desk.get("quotes_quote_changelist", market__number__exact=market)
    assert traded.order in desk.get("venue_order_changelist", market__number__exact=market, side__exact=2)
    assert traded.trade in desk.get("venue_trade_changelist", market__number__exact=market)
    assert "ConfigureMarket" in desk.get("venue_command_changelist", command="ConfigureMarket")
    reports = desk.get("venue_executionreport_changelist", market__number__exact=market, exec_type__exact=15)
    assert traded.quote in reports


def test_newest_of_all_markets_first(desk: Desk, traded: Traded, beta: Trader) -> None:
    """Ids begin with the market, so the newest quote is not the one with the largest id."""
    newest = beta.order("buy", 0.1, 48000)["orderId"]
    listed = desk.get("venue_order_changelist")
    assert listed.index(newest) < listed.index(traded.order)
    assert ExecutionReport.objects.filter(entity_id=number_of(newest)).exists()


def test_what_happened_to_an_order_or_quote(
    desk: Desk, alpha: Trader, beta: Trader, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"f-{alpha.market.number}"
    quote = alpha.quote(clientQuoteId=name)["quoteId"]
    alpha.quote()
    alpha.patch(f"/api/sdk/quotes/{quote}", {"bidPrice": 49800})
    assert beta.delete(f"/api/sdk/quotes/{quote}").status == 404
    alpha.delete(f"/api/sdk/quotes/{quote}")
    for word in (quote, name):
        assert kinds(desk, word) == [ExecType.CANCELED, ExecType.REJECTED, ExecType.REPLACED, ExecType.NEW]
    assert kinds(desk, quote.replace("quote", "order")) == []
    monkeypatch.setattr(reports, "NEWEST", 2)
    assert kinds(desk, quote) == [ExecType.CANCELED, ExecType.REJECTED, ExecType.REPLACED]


def kinds(desk: Desk, word: str) -> list[int]:
    """Of the reports that are found."""
    answer: Any = desk.client.get(reverse("admin:venue_executionreport_changelist"), {"q": word})
    return [report.exec_type for report in answer.context_data["cl"].result_list]
