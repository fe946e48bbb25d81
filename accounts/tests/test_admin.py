"""The desk's pages: every model, keys issued and revoked, firms suspended, tiers edited."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from accounts import firms
from accounts.models import ApiKey, ColocationProfile, Firm, Tier, TradingAccount
from accounts.tests.cast import Party, tier_of

MODELS = ("firm", "tradingaccount", "apikey", "tier", "colocationprofile")


@pytest.fixture
def desk(client: Client, db: None) -> Client:
    """A staff member, signed in."""
    client.force_login(User.objects.create_superuser("admin"))
    return client


def act(desk: Client, model: str, action: str, *rows: Any) -> str:
    form = {"action": action, "_selected_action": [row.pk for row in rows]}
    answer = desk.post(reverse(f"admin:accounts_{model}_changelist"), form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("model", MODELS)
def test_every_page_opens(desk: Client, alpha: Party, model: str) -> None:
    profile = ColocationProfile.objects.create(name="rack-7", networks=["172.16.7.0/24"])
    rows = {
        "firm": alpha.firm,
        "tradingaccount": alpha.account,
        "apikey": alpha.caller(colocation=profile, networks=("10.0.0.0/8",)).key,
        "tier": tier_of("standard"),
        "colocationprofile": profile,
    }
    assert desk.get(reverse(f"admin:accounts_{model}_changelist"), {"q": "a"}).status_code == 200
    assert desk.get(reverse(f"admin:accounts_{model}_add")).status_code == (403 if model == "firm" else 200)
    assert desk.get(reverse(f"admin:accounts_{model}_change", args=[rows[model].pk])).status_code == 200


@pytest.mark.parametrize("model", ["firm", "tradingaccount", "apikey"])
def test_nothing_is_deleted(desk: Client, alpha: Party, model: str) -> None:
    rows = {"firm": alpha.firm, "tradingaccount": alpha.account, "apikey": alpha.caller().key}
    assert desk.post(reverse(f"admin:accounts_{model}_delete", args=[rows[model].pk])).status_code == 403


def issue(desk: Client, party: Party, **fields: Any) -> Any:
    form = {
        "account": party.account.pk,
        "tier": tier_of("standard").pk,
        "scopes": ["READ", "TRADE"],
        "algorithm": "hmac-sha256",
        "label": "",
        "networks": "",
        "public_key": "",
        **fields,
    }
    return desk.post(reverse("admin:accounts_apikey_add"), form)


def test_a_key_is_issued_and_its_secret_shown_once(desk: Client, alpha: Party) -> None:
    answer = issue(desk, alpha, networks="10.0.0.0/8,2001:db8::/32", label="quotes")
    key = ApiKey.objects.get()
    page = answer.content.decode()
    assert key.key_id in page
    assert key.secret in page
    assert "no-store" in answer.headers["Cache-Control"]
    assert (key.created_by, key.scopes, len(key.networks)) == ("admin", ["READ", "TRADE"], 2)
    for address in (
        reverse("admin:accounts_apikey_changelist"),
        reverse("admin:accounts_apikey_change", args=[key.pk]),
    ):
        shown = desk.get(address).content.decode()
        assert key.key_id in shown
        assert key.secret not in shown


@pytest.mark.parametrize(
    "fields",
    [
        {"scopes": []},
        {"scopes": ["ADMIN"]},
        {"networks": "10.0.0.1/8"},
        {"expires_at_0": "2001-01-01", "expires_at_1": "00:00:00"},
        {"public_key": "AAAA"},
        {"algorithm": "ed25519", "public_key": "AAAA"},
    ],
)
def test_a_key_that_cannot_be_issued(desk: Client, alpha: Party, fields: dict[str, Any]) -> None:
    answer = issue(desk, alpha, **fields)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert not ApiKey.objects.exists()


def test_an_edited_key_keeps_its_secret_and_identity(desk: Client, alpha: Party, gamma: Party) -> None:
    caller = alpha.caller()
    form = {
        "account": gamma.account.pk,
        "key_id": "ak_other",
        "algorithm": "ed25519",
        "tier": tier_of("standard").pk,
        "scopes": ["TRADE"],
        "networks": "",
        "label": "edited",
    }
    answer = desk.post(reverse("admin:accounts_apikey_change", args=[caller.key.pk]), form)
    assert answer.status_code == 302
    key = ApiKey.objects.get()
    assert (key.label, key.key_id, key.account, key.algorithm) == (
        "edited",
        caller.key.key_id,
        alpha.account,
        "hmac-sha256",
    )
    assert key.secret == caller.credentials["apiSecret"]
    assert caller.get("/orders").json()["code"] == "INSUFFICIENT_SCOPE"


def test_revoking(desk: Client, alpha: Party) -> None:
    caller = alpha.caller()
    assert "is revoked" in act(desk, "apikey", "revoke", caller.key)
    caller.key.refresh_from_db()
    assert (caller.key.revoked_by, bool(caller.key.revoked_at)) == ("admin", True)
    assert "was revoked before" in act(desk, "apikey", "revoke", caller.key)


def test_a_firm_is_reinstated_from_the_list(desk: Client, alpha: Party) -> None:
    firms.suspend(alpha.firm)
    act(desk, "firm", "reinstate", alpha.firm)
    assert Firm.objects.get().status == Firm.Status.ACTIVE
    assert "cannot become active" in act(desk, "firm", "reinstate", alpha.firm)


def test_an_account_is_reinstated_from_the_list(desk: Client, alpha: Party) -> None:
    firms.suspend_account(alpha.account)
    act(desk, "tradingaccount", "reinstate", alpha.account)
    assert TradingAccount.objects.get().status == TradingAccount.Status.ACTIVE


@pytest.mark.parametrize("action", ["admit", "suspend", "off_board"])
def test_what_needs_a_reason_is_not_done_from_a_list(desk: Client, alpha: Party, action: str) -> None:
    Firm.objects.update(status=Firm.Status.APPLIED if action == "admit" else Firm.Status.ACTIVE)
    before = Firm.objects.get().status
    act(desk, "firm", action, alpha.firm)
    assert Firm.objects.get().status == before


def test_no_firm_comes_past_its_application(desk: Client) -> None:
    assert desk.get(reverse("admin:accounts_firm_add")).status_code == 403
    assert desk.post(reverse("admin:accounts_firm_add"), {"code": "DELTA", "legal_name": "Delta"}).status_code == 403


def test_an_edited_tier_counts_at_once(desk: Client, alpha: Party) -> None:
    tier = tier_of("slow", requests_per_second=1, request_burst=2)
    caller = alpha.caller(tier=tier)
    assert [caller.get("/orders").status_code for _ in range(3)] == [200, 200, 429]
    names = [field.name for field in Tier._meta.fields if field.name != "id"]
    form = {**{name: getattr(tier, name) for name in names}, "requests_per_second": 0}
    assert desk.post(reverse("admin:accounts_tier_change", args=[tier.pk]), form).status_code == 302
    assert [caller.get("/orders").status_code for _ in range(3)] == [200, 200, 200]
