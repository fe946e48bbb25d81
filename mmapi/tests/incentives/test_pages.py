"""The pages of incentives: what staff edit is in the record, and what they may not is refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db.models import Model
from django.urls import reverse

from mmapi.incentives import statements
from mmapi.incentives.models import FeeSchedule, LedgerEntry, Membership, Programme, Statement
from mmapi.tests.incentives.days import Days, at, join, programme, schedule
from mmapi.tests.incentives.test_statements import alpha, end_of_month
from staff.models import AuditEntry
from venue.models import FeeRates
from venue.tests.admin.conftest import Desk
from venue.tests.engine.cast import ALPHA, BETA
from venue.tests.matcher.shard import Shard

TIERS = (("Base", 0, "1", "5"), ("Gold", 1_000, "-1.25", "3.5"))
OCTOBER = datetime(2026, 10, 2, tzinfo=UTC)
LISTS = ("programme", "feeschedule", "membership", "assignment", "statement", "ledgerentry", "ledgeraccount")


@pytest.fixture
def days(shard: Shard) -> Days:
    """Alpha is in force, has traded, and has its statement."""
    days = Days(shard, "1 09:00")
    join(programme(schedule(*TIERS)), ALPHA, since="1")
    days.trade(ALPHA, BETA, 50, 100)
    days.beat()
    for day in ("2", "3"):
        days.go_to(day)
        days.beat()
    days.trade(ALPHA, BETA, 100, 100)
    days.beat()
    end_of_month(days)
    statements.issue_due(days.now)
    return days


@pytest.fixture
def ops(days: Days) -> Desk:
    return Desk(User.objects.create_superuser("ops"))


def staff(name: str, *codenames: str) -> Desk:
    member = User.objects.create_user(name, is_staff=True)
    member.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return Desk(member)


def test_every_page_opens_in_words(days: Days, ops: Desk) -> None:
    words = {
        "mmapi_assignment_changelist": ("Gold", "-1.25 bp maker", "5,000 USD", "changes"),
        "mmapi_membership_changelist": ("account-11", "USD makers"),
        "mmapi_programme_changelist": ("USD makers", "00:00 UTC", "active"),
        "mmapi_feeschedule_changelist": ("Makers", "1 bp to -1.25 bp maker"),
        "mmapi_ledgerentry_changelist": ("10,000 USD", "-1.25 USD", "rebates granted"),
        "mmapi_ledgeraccount_changelist": ("Fees earned", "Rebates granted", "account-21"),
        "mmapi_statement_changelist": ("2026-09", "-0.25 USD", "whole firm"),
        "venue_feerates_changelist": ("account-11", "-1.25 bp"),
    }
    for name, shown in words.items():
        page = ops.get(name)
        assert [word for word in shown if word not in page] == [], name
    models: tuple[type[Model], ...] = (FeeRates, Programme, FeeSchedule, Membership, Statement, LedgerEntry)
    for model in models:
        row = model._default_manager.first()
        assert row is not None
        assert ops.get(f"{model._meta.app_label}_{model._meta.model_name}_change", row.pk)


def test_lists_ask_as_much_for_many_rows_as_for_one(days: Days, ops: Desk) -> None:
    before = {name: len(ops.queries(f"mmapi_{name}_changelist")) for name in LISTS}
    join(Programme.objects.get(), BETA, since="1")
    days.trade(ALPHA, BETA, 50, 100)
    days.beat()
    days.now = OCTOBER
    days.beat()
    after = {name: len(ops.queries(f"mmapi_{name}_changelist")) for name in LISTS}
    assert after == before
    assert max(after.values()) <= 17


def test_a_changed_schedule_is_in_the_record(days: Days, ops: Desk) -> None:
    table = FeeSchedule.objects.get()
    save(ops, table, maker_of_gold="-1.5")
    entry = AuditEntry.objects.get(action="change_feeschedule")
    assert [tier["maker_bps"] for tier in entry.before["tiers"]] == ["1.00", "-1.25"]
    assert [tier["maker_bps"] for tier in entry.after["tiers"]] == ["1.00", "-1.50"]
    assert entry.actor_name == "ops"


@pytest.mark.parametrize("rate", ["-1.255", "1000.01", "x"])
def test_rates_that_are_none(days: Days, ops: Desk, rate: str) -> None:
    table = FeeSchedule.objects.get()
    save(ops, table, maker_of_gold=rate)
    assert str(table.tiers.get(name="Gold").maker_bps) == "-1.25"


def save(ops: Desk, table: FeeSchedule, maker_of_gold: str) -> None:
    form: dict[str, Any] = {"name": table.name, "tiers-TOTAL_FORMS": 2, "tiers-INITIAL_FORMS": 2}
    for number, tier in enumerate(table.tiers.all()):
        maker = maker_of_gold if tier.name == "Gold" else tier.maker_bps
        fields = {"id": tier.pk, "schedule": table.pk, "name": tier.name, "min_volume": tier.min_volume}
        fields |= {"min_compliance": "", "maker_bps": maker, "taker_bps": tier.taker_bps}
        form |= {f"tiers-{number}-{name}": value for name, value in fields.items()}
    ops.client.post(reverse("admin:mmapi_feeschedule_change", args=[table.pk]), form)


def test_an_account_is_in_one_programme_of_a_market(days: Days, ops: Desk) -> None:
    other = Programme.objects.create(name="Other", schedule=FeeSchedule.objects.get(), quote_currency="USD")
    form = {"programme": other.pk, "firm": ALPHA.firm, "account": ALPHA.account, "since": "2026-09-05"}
    assert "has rates in these markets already" in ops.post("mmapi_membership_add", **form)
    ops.post("mmapi_membership_add", **(form | {"firm": BETA.firm, "account": BETA.account}))
    assert Membership.objects.filter(programme=other).count() == 1


def test_what_had_rates_is_ended_and_not_forgotten(days: Days, ops: Desk) -> None:
    member = Membership.objects.get()
    assert ops.status_of("post", "mmapi_membership_delete", member.pk, post="yes") == 403
    assert Membership.objects.exists()


def test_statements_are_read_as_files_and_printed(days: Days, ops: Desk) -> None:
    statement = Statement.objects.get(account=ALPHA.account, month=at("1").date())
    page = ops.get("mmapi_statement_print", statement.pk)
    for word in ("September 2026", "account-11", "-0.25", "-0.000125", statement.digest):
        assert word in page
    for form in ("csv", "json"):
        assert "-0.000125" in ops.get("mmapi_statement_file", statement.pk, form)
    assert ops.status_of("get", "mmapi_statement_file", statement.pk, "exe") == 404
    assert "2026-09/account-11/1" in ops.get("mmapi_statement_change", statement.pk)


def test_a_correction_by_hand(days: Days, ops: Desk) -> None:
    form = {"month": "2026-09", "firm": ALPHA.firm, "account": ALPHA.account}
    assert "say why it is corrected" in ops.post("mmapi_statement_issue", **form)
    assert "The ledger says what the statement says" in ops.post("mmapi_statement_issue", **form, reason="why not")
    LedgerEntry.objects.filter(account=ALPHA.account).update(amount=2)
    assert "is issued" in ops.post("mmapi_statement_issue", **form, reason="a fee was wrong")
    assert Statement.objects.filter(account=ALPHA.account).order_by("-version")[0].version == 2
    entry = AuditEntry.objects.get(action="issue_statement")
    assert (entry.reason, entry.after["number"]) == ("a fee was wrong", "2026-09/account-11/2")
    assert "not over" in ops.post("mmapi_statement_issue", **(form | {"month": "2030-01"}), reason="too early")


def test_volumes_by_firm(days: Days, ops: Desk) -> None:
    page = ops.get("mmapi_volume_report", since="2026-09-01", until="2026-09-30")
    for word in ("F1", "15,000", "100", "F2"):
        assert word in page
    text = ops.get("mmapi_volume_report", since="2026-09-03", until="2026-09-03", format="csv")
    assert text.splitlines()[1:] == [
        *("F1,,USD,1,10000,0,0,1.25,-1.25,100", "F2,,USD,1,0,10000,6,0,6,0"),
    ]
    assert "Nothing was traded" in ops.get("mmapi_volume_report", since="2020-01-01", until="2020-01-02")


def test_who_may_do_what(days: Days, ops: Desk) -> None:
    statement = alpha_statement()
    nobody, finance = staff("nobody"), staff("finance", "view_statement", "issue_statement", "view_volume_report")
    pages: dict[str, tuple[Any, ...]] = {"mmapi_statement_issue": (), "mmapi_volume_report": ()}
    pages |= {"mmapi_statement_print": (statement.pk,), "mmapi_statement_file": (statement.pk, "csv")}
    for name, args in pages.items():
        assert nobody.status_of("get", name, *args) == 403, name
        assert finance.status_of("get", name, *args) == 200, name
    reader = staff("reader", "view_statement")
    assert reader.status_of("post", "mmapi_statement_issue", month="2026-09", firm=ALPHA.firm) == 403
    for model in ("ledgerentry", "ledgeraccount", "assignment", "statement"):
        assert ops.status_of("get", f"mmapi_{model}_add") == 403
    assert reverse("admin:mmapi_statement_changelist") in finance.get("index")


def alpha_statement() -> Statement:
    subject = alpha()
    found: Statement = statements.of(subject).get(month=at("1").date())
    return found
