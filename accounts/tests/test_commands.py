"""What an operator does without a browser."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiKey, ColocationProfile, Firm
from accounts.refusals import AdmissionUnavailable
from accounts.tests.cast import Caller, Party, tier_of


def run(*words: str) -> Any:
    output = StringIO()
    call_command(*words, "--json", stdout=output)
    return json.loads(output.getvalue())


@pytest.fixture
def standard(alpha: Party) -> Party:
    tier_of("standard")
    return alpha


ISSUE = ("issuekey", "--firm", "ALPHA", "--account", "alpha-1", "--scope", "READ")


def test_an_issued_key_works(standard: Party) -> None:
    answer = run(*ISSUE, "--scope", "MARKET_MAKING", "--network", "127.0.0.0/8", "--network", "2001:db8::/32")
    assert answer["scopes"] == ["MARKET_MAKING", "READ"]
    assert answer["networks"] == ["127.0.0.0/8", "2001:db8::/32"]
    assert (answer["tier"], answer["account"], answer["firmWide"]) == ("standard", "alpha-1", False)
    key = ApiKey.objects.get(key_id=answer["apiKey"])
    assert Caller(key, answer).get("/orders").status_code == 200


def test_every_option(standard: Party) -> None:
    tier_of("colocated")
    ColocationProfile.objects.create(name="rack-7", networks=["172.16.7.0/24"])
    options = "--tier colocated --colocation rack-7 --expires 2099-01-01T00:00:00Z --label risk --firm-wide"
    answer = run(*ISSUE, *options.split(), "--algorithm", "ed25519")
    assert answer["apiSecret"].startswith("-----BEGIN PRIVATE KEY-----")
    assert (answer["colocation"], answer["tier"], answer["label"]) == ("rack-7", "colocated", "risk")
    assert answer["expiresAt"] == "2099-01-01T00:00:00+00:00"
    assert answer["firmWide"] is True
    assert answer["publicKey"]


@pytest.mark.parametrize(
    "words",
    [
        ("--firm", "NOBODY"),
        ("--account", "beta-1"),
        ("--tier", "golden"),
        ("--colocation", "rack-8"),
        ("--network", "10.0.0.1/8"),
        ("--expires", "2001-01-01T00:00:00Z"),
        ("--expires", "tomorrow"),
        ("--scope", "ADMIN"),
        ("--algorithm", "ed25519", "--public-key", "AAAA"),
    ],
)
def test_a_key_that_cannot_be_issued(standard: Party, beta: Party, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(*ISSUE, *words)
    assert not ApiKey.objects.exists()


def test_listing_shows_no_secret(standard: Party, beta: Party) -> None:
    secret = run(*ISSUE)["apiSecret"]
    beta.caller()
    [listed] = run("listkeys", "--firm", "ALPHA")
    assert secret not in json.dumps(listed)
    assert listed["status"] == "active"
    assert len(run("listkeys")) == 2
    assert [firm["firm"] for firm in run("listfirms")] == ["ALPHA", "BETA"]


def test_revoking(alpha: Party) -> None:
    caller = alpha.caller()
    assert run("revokekey", caller.key.key_id)["changed"] is True
    again = run("revokekey", caller.key.key_id)
    assert (again["changed"], again["status"]) == (False, "revoked")
    assert caller.get("/orders").json()["code"] == "KEY_REVOKED"
    with pytest.raises(CommandError, match="no API key"):
        run("revokekey", "ak_unknown")


def test_suspending_and_reinstating(alpha: Party) -> None:
    caller = alpha.caller()
    assert run("suspendfirm", "ALPHA")["status"] == "suspended"
    assert caller.get("/orders").json()["code"] == "FIRM_SUSPENDED"
    with pytest.raises(CommandError, match="cannot become suspended"):
        run("suspendfirm", "ALPHA")
    assert run("reinstatefirm", "ALPHA")["status"] == "active"
    assert caller.get("/orders").status_code == 200
    with pytest.raises(CommandError, match="no firm"):
        run("suspendfirm", "NOBODY")


def test_answers_for_people(alpha: Party, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("listfirms")
    call_command("listkeys")
    printed = capsys.readouterr().out
    assert "firm: ALPHA" in printed
    assert "None." in printed


def test_suspending_goes_through_the_named_module(alpha: Party, settings: Any) -> None:
    settings.PARTICIPANTS = "accounts.tests.test_commands"
    with pytest.raises(CommandError, match="No market listens"):
        run("suspendfirm", "ALPHA")


def suspend_firm(firm: Firm) -> None:
    raise AdmissionUnavailable("No market listens.")
