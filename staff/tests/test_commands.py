"""Staff without a browser: each command answers in JSON and is in the audit trail."""

import io
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Firm
from accounts.tests.cast import party
from staff.models import AuditEntry
from staff.tests.people import SignedIn, device_of, member


def run(*words: str) -> Any:
    out = io.StringIO()
    call_command(*words, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_a_member_is_added_and_signs_in(db: None) -> None:
    answer = run("addstaff", "ann", "--role", "risk", "--role", "finance")
    assert answer["roles"] == ["finance", "risk"]
    client = Client()
    client.post("/admin/login/", {"username": "ann", "password": answer["password"]})
    assert "Scan this" in client.get("/admin/", follow=True).content.decode()
    entry = AuditEntry.objects.get(action="add_staff")
    assert entry.actor_name.startswith("command:")
    assert answer["password"] not in str((entry.before, entry.after))
    row = AuditEntry.objects.get(action="add_row", subject_type="auth.user", subject="ann")
    assert row.actor_name == entry.actor_name


def test_no_such_role_and_no_name_twice(db: None) -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        run("addstaff", "ann", "--role", "king")
    run("addstaff", "ann", "--role", "risk")
    with pytest.raises(CommandError, match="already exists"):
        run("addstaff", "ann", "--role", "risk")


def test_roles(db: None, signed_in: SignedIn) -> None:
    client = signed_in("viewer")
    assert run("setroles", "viewer", "--role", "risk", "--reason", "Moved")["roles"] == ["risk"]
    assert client.get("/admin/").status_code == 302
    entry = AuditEntry.objects.get(action="change_roles")
    assert (entry.before["roles"], entry.after["roles"], entry.reason) == (["viewer"], ["risk"], "Moved")


def test_the_second_factor(db: None) -> None:
    device_of(member("risk"))
    assert run("resettwofactor", "risk", "--reason", "Lost phone")["secondFactor"] is False
    assert AuditEntry.objects.get(action="reset_two_factor").reason == "Lost phone"
    with pytest.raises(CommandError, match="no staff member"):
        run("resettwofactor", "nobody", "--reason", "x")


def test_shut_out(db: None, signed_in: SignedIn) -> None:
    client = signed_in("risk")
    assert run("deactivatestaff", "risk", "--reason", "Left")["active"] is False
    assert client.get("/admin/").status_code == 302
    assert not User.objects.get(username="risk").is_active


def test_unlock_and_list(db: None) -> None:
    member("risk")
    assert run("unlockstaff", "risk")["name"] == "risk"
    assert [one["name"] for one in run("liststaff")] == ["risk"]


def test_the_chain_is_checked(transactional_db: None) -> None:
    run("addstaff", "ann", "--role", "risk")
    assert run("verifyaudit")["faults"] == []


def test_commands_on_firms_and_keys_are_recorded(db: None, settings: Any) -> None:
    settings.PARTICIPANTS = "accounts.standing"
    alpha = party("ALPHA")
    call_command("suspendfirm", "ALPHA", stdout=io.StringIO())
    with pytest.raises(CommandError):
        call_command("suspendfirm", "ALPHA", stdout=io.StringIO())
    words = ("--firm", "ALPHA", "--account", alpha.account.name, "--scope", "READ")
    key = run("issuekey", *words)
    actions = AuditEntry.objects.exclude(action__endswith="_row").values_list("action", "subject", "actor_name")
    done = [(action, subject) for action, subject, name in actions.order_by("pk") if name.startswith("command:")]
    assert done == [("suspend_firm", "ALPHA"), ("try_suspend_firm", "ALPHA"), ("issue_api_key", key["apiKey"])]
    assert key["apiSecret"] not in str(list(AuditEntry.objects.values_list("after", flat=True)))
    assert Firm.objects.get(code="ALPHA").status == "suspended"
