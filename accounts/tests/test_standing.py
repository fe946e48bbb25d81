"""What ops change of a key, a firm or an account bites at the next request."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import credentials, firms, keys
from accounts.models import Firm
from accounts.tests.cast import Caller, Party


def code_of(caller: Caller) -> str:
    answer = caller.get("/orders")
    return "" if answer.status_code == 200 else f"{answer.status_code} {answer.json()['code']}"


def test_a_revoked_key(alpha: Party) -> None:
    caller = alpha.caller()
    assert code_of(caller) == ""
    assert keys.revoke(caller.key, "lost", "ops")
    assert code_of(caller) == "401 KEY_REVOKED"
    assert not keys.revoke(caller.key, "again", "ops")
    assert caller.key.revocation_reason == "lost"


def test_a_blocked_key_until_it_is_unblocked(alpha: Party) -> None:
    caller = alpha.caller()
    keys.block(caller.key)
    assert code_of(caller) == "401 KEY_BLOCKED"
    keys.unblock(caller.key)
    assert code_of(caller) == ""


def test_a_key_expires_by_the_clock(alpha: Party) -> None:
    caller = alpha.caller(expires_at=timezone.now() + timedelta(seconds=1))
    assert code_of(caller) == ""
    caller.key.expires_at = timezone.now() - timedelta(seconds=1)
    keys.amend(caller.key)
    assert code_of(caller) == "401 KEY_EXPIRED"


def test_who_cannot_sign_does_not_learn_that_the_key_is_revoked(alpha: Party) -> None:
    caller = alpha.caller()
    keys.revoke(caller.key, "lost", "ops")
    caller.credentials["apiSecret"] = "guess"
    assert code_of(caller) == "401 INVALID_SIGNATURE"


def test_a_suspended_firm_and_no_other(alpha: Party, gamma: Party) -> None:
    caller, bystander = alpha.caller(), gamma.caller()
    assert code_of(caller) == ""
    firms.suspend(alpha.firm)
    assert code_of(caller) == "403 FIRM_SUSPENDED"
    assert code_of(bystander) == ""
    firms.reinstate(alpha.firm)
    assert code_of(caller) == ""


def test_a_suspended_account(alpha: Party) -> None:
    caller = alpha.caller()
    firms.suspend_account(alpha.account)
    assert code_of(caller) == "403 ACCOUNT_SUSPENDED"
    firms.reinstate_account(alpha.account)
    assert code_of(caller) == ""


def test_a_firm_that_is_not_admitted_or_has_left(alpha: Party) -> None:
    caller = alpha.caller()
    Firm.objects.update(status=Firm.Status.APPLIED)
    credentials.invalidate()
    assert code_of(caller) == "403 FIRM_NOT_ACTIVE"
    firms.off_board(alpha.firm)
    assert code_of(caller) == "401 KEY_REVOKED"


@pytest.mark.django_db(transaction=True)
class TestAnotherProcess:
    """`stale` stands for a web process that did not make the change itself and only sees the counter."""

    @pytest.fixture
    def stale(self, monkeypatch: pytest.MonkeyPatch) -> credentials.CredentialCache:
        cache = credentials.CredentialCache()
        monkeypatch.setattr("accounts.authentication.cache", cache)
        monkeypatch.setattr("accounts.views.cache", cache)
        return cache

    def test_a_revocation_bites_at_the_next_request(self, stale: credentials.CredentialCache, alpha: Party) -> None:
        caller = alpha.caller()
        assert code_of(caller) == ""
        keys.revoke(caller.key, "lost", "ops")
        assert stale.find(caller.key.key_id).revoked is False  # type: ignore[union-attr]
        assert code_of(caller) == "401 KEY_REVOKED"

    def test_a_reinstatement_bites_at_the_next_request(self, stale: credentials.CredentialCache, alpha: Party) -> None:
        caller = alpha.caller()
        firms.suspend(alpha.firm)
        assert code_of(caller) == "403 FIRM_SUSPENDED"
        firms.reinstate(alpha.firm)
        assert code_of(caller) == ""

    def test_a_narrower_scope_bites_at_the_next_request(self, stale: credentials.CredentialCache, alpha: Party) -> None:
        caller = alpha.caller()
        assert code_of(caller) == ""
        caller.key.scopes = ["TRADE"]
        keys.amend(caller.key)
        assert code_of(caller) == "403 INSUFFICIENT_SCOPE"

    def test_a_new_key_is_known_at_once(self, stale: credentials.CredentialCache, alpha: Party) -> None:
        assert code_of(alpha.caller()) == ""
        assert code_of(alpha.caller()) == ""
