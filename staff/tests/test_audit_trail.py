"""The audit trail: who did what from where, before and after; appended to and never changed, sealed in a chain."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import ApiKey, Firm, Tier
from accounts.tests.cast import Party, party, tier_of
from staff import audit
from staff.models import AuditEntry, AuditSeal
from staff.tests.people import SignedIn


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def alpha(db: None) -> Party:
    return party("ALPHA")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE staff_auditentry SET reason = 'none'",
        "DELETE FROM staff_auditentry",
        "UPDATE staff_auditseal SET hash = ''",
        "DELETE FROM staff_auditseal",
    ],
)
def test_entries_are_neither_changed_nor_deleted(transactional_db: None, statement: str) -> None:
    audit.record(None, "try_something")
    with pytest.raises(DatabaseError, match="only ever appended"), transaction.atomic():
        sql(statement)
    assert AuditEntry.objects.filter(action="try_something").exists()


def test_the_table_is_not_emptied(no_truncate: None) -> None:
    with pytest.raises(DatabaseError, match="only ever appended"), transaction.atomic():
        sql("TRUNCATE staff_auditentry CASCADE")


def test_the_chain_is_whole(transactional_db: None) -> None:
    for number in range(3):
        audit.record(None, "count_something", after={"number": number})
    verdict = audit.verify()
    assert verdict["faults"] == []
    assert verdict["entries"] == AuditEntry.objects.count() >= 3
    assert verdict["head"] == AuditSeal.objects.order_by("-number").values_list("hash", flat=True).first()


def forge(statement: str) -> None:
    """As somebody could who owns the tables."""
    sql("ALTER TABLE staff_auditentry DISABLE TRIGGER USER")
    sql("ALTER TABLE staff_auditseal DISABLE TRIGGER USER")
    sql(statement)
    sql("ALTER TABLE staff_auditentry ENABLE TRIGGER USER")
    sql("ALTER TABLE staff_auditseal ENABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE staff_auditentry SET reason = 'another' WHERE action = 'halt_market'", "does not fit"),
        ("DELETE FROM staff_auditseal WHERE number = 2", "does not fit"),
        (
            "INSERT INTO staff_auditentry SELECT 999999, at, actor_name, address, action, subject_type, subject_id, "
            "subject, reason, before, after, actor_id, request_id FROM staff_auditentry LIMIT 1",
            "entry 999999 has no seal",
        ),
    ],
    ids=["changed", "taken out", "put in"],
)
def test_a_forgery_shows(transactional_db: None, statement: str, fault: str) -> None:
    for action in ("halt_market", "resume_market", "close_market"):
        audit.record(None, action, reason="index outage")
    try:
        forge(statement)
        assert fault in " ".join(audit.verify()["faults"])
    finally:
        sql("ALTER TABLE staff_auditentry DISABLE TRIGGER staff_no_truncate")
        sql("ALTER TABLE staff_auditseal DISABLE TRIGGER staff_no_truncate")


def test_a_saved_page_says_who_from_where_before_and_after(alpha: Party, signed_in: SignedIn, settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    client = signed_in("onboarding", headers={"X-Forwarded-For": "198.51.100.7"})
    form = {"legal_name": "Alpha Ltd", "lei": "", "accounts-TOTAL_FORMS": 0, "accounts-INITIAL_FORMS": 0}
    answer = client.post(reverse("admin:accounts_firm_change", args=[alpha.firm.pk]), form)
    assert answer.status_code == 302
    entry = AuditEntry.objects.get(action="change_row", subject_type="accounts.firm")
    assert (entry.actor_name, entry.address, entry.subject) == ("onboarding", "198.51.100.7", "ALPHA")
    assert (entry.before, entry.after) == ({"legal_name": "Alpha Trading Ltd"}, {"legal_name": "Alpha Ltd"})
    assert entry.actor == User.objects.get(username="onboarding")
    assert entry.request_id == answer["X-Request-Id"]


def bulk(firm: Firm) -> None:
    Firm.objects.filter(pk=firm.pk).update(status="suspended")


def raw(firm: Firm) -> None:
    sql("UPDATE accounts_firm SET status = 'suspended' WHERE id = %s", firm.pk)


@pytest.mark.parametrize("change", [bulk, raw])
def test_what_no_page_did_is_recorded_too(alpha: Party, change: Callable[[Firm], None]) -> None:
    change(alpha.firm)
    entry = AuditEntry.objects.get(action="change_row", subject_type="accounts.firm")
    assert (entry.before, entry.after) == ({"status": "active"}, {"status": "suspended"})
    assert entry.actor_name.startswith("database:")
    assert entry.actor is None


def test_who_acts_is_forgotten_after_the_request(alpha: Party, signed_in: SignedIn) -> None:
    client = signed_in("market operations")
    client.post(reverse("admin:accounts_tier_delete", args=[tier_of("spare").pk]), {"post": "yes"})
    assert AuditEntry.objects.get(action="delete_row", subject="spare").actor_name == "market-operations"
    raw(alpha.firm)
    assert AuditEntry.objects.latest("pk").actor_name.startswith("database:")


def test_no_news_is_no_entry(alpha: Party) -> None:
    before = AuditEntry.objects.count()
    alpha.firm.save()
    assert AuditEntry.objects.count() == before


def test_secrets_are_never_in_it(alpha: Party) -> None:
    caller = alpha.caller()
    key = ApiKey.objects.get(pk=caller.key.pk)
    stored = key._meta.get_field("secret")
    assert stored is not None
    ApiKey.objects.filter(pk=key.pk).update(secret="another-secret")
    User.objects.create_user("someone", password="correct horse battery")
    everything = str(list(AuditEntry.objects.values_list("before", "after")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_apikey WHERE id = %s", [key.pk])
        encrypted = cursor.fetchone()[0]
    for secret in (caller.credentials["apiSecret"], "another-secret", encrypted, "pbkdf2"):
        assert secret not in everything
    changed = AuditEntry.objects.get(action="change_row", subject_type="accounts.apikey", subject_id=key.pk)
    assert changed.after == {"secret": "(another secret)"}


def test_what_a_caller_hands_over_is_looked_through(db: None) -> None:
    given = {"apiSecret": "s3cret", "nested": [{"password": "s3cret"}], "label": "desk"}
    entry = audit.record(RequestFactory().get("/"), "issue_api_key", after=given)
    entry.refresh_from_db()
    assert entry.after == {"apiSecret": "(secret)", "nested": [{"password": "(secret)"}], "label": "desk"}


def test_the_pages_show_the_difference_and_change_nothing(alpha: Party, signed_in: SignedIn) -> None:
    bulk(alpha.firm)
    entry = AuditEntry.objects.get(action="change_row", subject_type="accounts.firm")
    client = signed_in("superuser")
    page = client.get(reverse("admin:staff_auditentry_change", args=[entry.pk])).content.decode()
    for word in ("<td>active</td>", "<td>suspended</td>", "accounts.firm"):
        assert word in page
    for address in (
        reverse("admin:staff_auditentry_add"),
        reverse("admin:staff_auditentry_change", args=[entry.pk]),
        reverse("admin:staff_auditentry_delete", args=[entry.pk]),
    ):
        assert client.post(address, {"reason": "none", "post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"action": "change_row"}, True),
        ({"action": "halt_market"}, False),
        ({"subject": "accounts.firm"}, True),
        ({"subject": "accounts.tier"}, False),
        ({"actor": "nobody-known"}, False),
        ({"q": "change_row"}, True),
        ({"q": "no-such-word"}, False),
        ({"at_from_0": "2001-01-01", "at_from_1": "00:00:00"}, True),
        ({"at_to_0": "2001-01-01", "at_to_1": "00:00:00"}, False),
    ],
)
def test_found_and_filtered(alpha: Party, signed_in: SignedIn, query: dict[str, str], found: bool) -> None:
    bulk(alpha.firm)
    page = signed_in("viewer").get(reverse("admin:staff_auditentry_changelist"), query).content.decode()
    assert ("ALPHA" in page) is found


def test_tiers_are_recorded_when_they_are_made(db: None) -> None:
    Tier.objects.create(name="gold", max_batch_size=7)
    entry = AuditEntry.objects.get(action="add_row", subject="gold")
    assert entry.after["max_batch_size"] == 7
    assert entry.before == {}
