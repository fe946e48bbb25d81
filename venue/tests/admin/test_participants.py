"""Suspending and limits reach the engines: what rests is cancelled, what is refused is refused there too."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiKey, Firm, TradingAccount
from quotes.models import Quote
from staff.models import AuditEntry
from venue.engine.terms import OrdStatus
from venue.models import AccountLimits, FirmStanding
from venue.tests.admin.conftest import Desk, firm_of, number_of
from venue.tests.cast import Trader


def status_of(quote: dict[str, Any]) -> str:
    return OrdStatus(Quote.objects.get(pk=number_of(quote["quoteId"])).status).name.lower()


def on_firm(desk: Desk, operation: str, trader: Trader, reason: str = "Test") -> str:
    return desk.post(f"accounts_firm_{operation}", trader.party.firm.pk, reason=reason)


def on_account(desk: Desk, operation: str, trader: Trader, **form: Any) -> str:
    return desk.post(f"accounts_tradingaccount_{operation}", trader.party.account.pk, **form)


def test_suspending_a_firm_cancels_what_rests(desk: Desk, alpha: Trader) -> None:
    quote = alpha.quote()
    page = on_firm(desk, "suspend_firm", alpha, reason="Margin call")
    assert "is suspended and nothing rests of it: Margin call" in page
    assert status_of(quote) == "canceled"
    assert alpha.get("/api/sdk/quotes").code == "FIRM_SUSPENDED"
    assert "is active" in on_firm(desk, "reinstate_firm", alpha)
    alpha.quote()


def test_reinstating_from_the_list(desk: Desk, alpha: Trader) -> None:
    on_firm(desk, "suspend_firm", alpha)
    desk.post("accounts_firm_changelist", action="reinstate", _selected_action=[alpha.party.firm.pk])
    alpha.quote()


def test_off_boarding_cancels_what_rests_and_is_for_good(desk: Desk, alpha: Trader, beta: Trader) -> None:
    quotes = {trader: trader.quote() for trader in (alpha, beta)}
    on_firm(desk, "off_board_firm", alpha)
    call_command("offboardfirm", beta.party.firm.code, reason="Test")
    for trader, quote in quotes.items():
        assert status_of(quote) == "canceled"
        assert "cannot become active" in on_firm(desk, "reinstate_firm", trader)
        assert FirmStanding.objects.get(firm=trader.party.firm).suspended


def test_off_boarding_revokes_the_keys_and_keeps_the_reason(desk: Desk, alpha: Trader) -> None:
    on_firm(desk, "off_board_firm", alpha, reason="Merged into Beta")
    key = ApiKey.objects.get(pk=alpha.caller.key.pk)
    assert key.revoked_at is not None
    assert (key.revoked_by, key.revocation_reason) == ("desk", "Off-boarded. Merged into Beta")
    assert alpha.get("/api/sdk/quotes").code == "KEY_REVOKED"
    entry = AuditEntry.objects.get(action="off_board_firm", subject_id=str(alpha.party.firm.pk))
    assert (entry.reason, entry.actor_name) == ("Merged into Beta", "desk")


def test_off_boarding_again_finishes_it(desk: Desk, alpha: Trader, running_matcher: Any, settings: Any) -> None:
    quote = alpha.quote()
    settings.SUBMIT_TIMEOUT_MS = 200
    running_matcher.pause()
    assert "the matcher did not confirm" in on_firm(desk, "off_board_firm", alpha)
    assert ApiKey.objects.get(pk=alpha.caller.key.pk).revoked_at is not None
    running_matcher.resume()
    running_matcher.await_service()
    assert "is off-boarded and nothing rests of it" in on_firm(desk, "off_board_firm", alpha)
    assert status_of(quote) == "canceled"


def test_suspending_an_account(desk: Desk, alpha: Trader) -> None:
    quote = alpha.quote()
    on_account(desk, "suspend_account", alpha, reason="Test")
    assert status_of(quote) == "canceled"
    assert alpha.get("/api/sdk/quotes").code == "ACCOUNT_SUSPENDED"
    on_account(desk, "reinstate_account", alpha)
    alpha.quote()


def test_the_doors_close_though_the_matcher_is_silent(desk: Desk, alpha: Trader, silent: None) -> None:
    page = on_firm(desk, "suspend_firm", alpha)
    assert "the matcher did not confirm" in page
    assert "is suspended and nothing rests of it" not in page
    assert firm_of(alpha).status == Firm.Status.SUSPENDED
    assert alpha.get("/api/sdk/quotes").code == "FIRM_SUSPENDED"


def test_suspending_again_finishes_it(desk: Desk, alpha: Trader, running_matcher: Any, settings: Any) -> None:
    quote = alpha.quote()
    settings.SUBMIT_TIMEOUT_MS = 200
    running_matcher.pause()
    on_firm(desk, "suspend_firm", alpha)
    running_matcher.resume()
    running_matcher.await_service()
    assert not FirmStanding.objects.filter(firm=alpha.party.firm, suspended=True).exists()  # came too late
    assert "is suspended and nothing rests of it" in on_firm(desk, "suspend_firm", alpha)
    assert status_of(quote) == "canceled"
    assert "cannot become suspended" in on_firm(desk, "suspend_firm", alpha)


def test_reinstating_is_everywhere_or_nowhere(desk: Desk, alpha: Trader, running_matcher: Any, settings: Any) -> None:
    on_firm(desk, "suspend_firm", alpha)
    settings.SUBMIT_TIMEOUT_MS = 200
    running_matcher.pause()
    assert "No reply came in time" in on_firm(desk, "reinstate_firm", alpha)
    running_matcher.resume()
    assert firm_of(alpha).status == Firm.Status.SUSPENDED


def test_risk_limits(desk: Desk, alpha: Trader) -> None:
    on_account(desk, "risk_limits", alpha, max_open_orders="1", max_exposure="600000.5")
    limits = AccountLimits.objects.get(account=alpha.party.account)
    assert (limits.max_open_orders, limits.max_exposure) == (1, 600_000_500_000_000)
    page = desk.get("accounts_tradingaccount_change", alpha.party.account.pk)
    assert "600,000.5" in page
    assert 'value="600000.5"' in desk.get("accounts_tradingaccount_risk_limits", alpha.party.account.pk)
    alpha.quote()
    assert alpha.post("/api/sdk/quotes", alpha.quote_body()).code == "OPEN_ORDERS_ABOVE_LIMIT"
    on_account(desk, "risk_limits", alpha, max_open_orders="0", max_exposure="0")
    alpha.quote()


def test_a_position_limit(desk: Desk, alpha: Trader) -> None:
    form = {"market": alpha.market.number, "max_position": "1.5"}
    page = on_account(desk, "position_limit", alpha, **form)
    assert "1.5000" in page
    assert alpha.post("/api/sdk/quotes", alpha.quote_body()).code == "POSITION_ABOVE_LIMIT"
    refused = on_account(desk, "position_limit", alpha, **(form | {"max_position": "1.50005"}))
    assert "A multiple of 0.0001 is needed; nearest: 1.5000 and 1.5001." in refused


def test_saving_a_firm_changes_no_standing(desk: Desk, alpha: Trader) -> None:
    accounts = {"accounts-TOTAL_FORMS": 0, "accounts-INITIAL_FORMS": 0}
    desk.post("accounts_firm_change", alpha.party.firm.pk, legal_name="Renamed", lei="", status="suspended", **accounts)
    firm = firm_of(alpha)
    assert (firm.legal_name, firm.status) == ("Renamed", Firm.Status.ACTIVE)


def test_the_management_commands_reach_the_engine(alpha: Trader) -> None:
    quote = alpha.quote()
    call_command("suspendfirm", alpha.party.firm.code)
    assert status_of(quote) == "canceled"
    call_command("reinstatefirm", alpha.party.firm.code)
    alpha.quote()


def test_the_management_command_says_that_the_matcher_is_silent(alpha: Trader, silent: None) -> None:
    with pytest.raises(CommandError, match="the matcher did not confirm"):
        call_command("suspendfirm", alpha.party.firm.code)


def test_accounts_are_kept(desk: Desk, alpha: Trader) -> None:
    assert desk.status_of("post", "accounts_tradingaccount_delete", alpha.party.account.pk) == 403
    assert TradingAccount.objects.filter(pk=alpha.party.account.pk).exists()
