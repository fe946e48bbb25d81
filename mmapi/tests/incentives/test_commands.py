"""What can be done without a browser."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mmapi.incentives.models import LedgerEntry, Membership, Statement
from mmapi.tests.incentives.days import Days, join, programme, schedule
from mmapi.tests.incentives.test_statements import end_of_month
from staff.models import AuditEntry
from venue.tests.engine.cast import ALPHA, BETA
from venue.tests.matcher.shard import Shard


@pytest.fixture
def days(shard: Shard) -> Days:
    days = Days(shard, "1 09:00")
    days.trade(ALPHA, BETA, 50, 100)
    days.beat()
    return days


def told(*command: str) -> Any:
    out = StringIO()
    call_command(*command, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_a_programme_and_its_member(days: Days) -> None:
    tiers = ("--tier", "Base:0:1:5", "--tier", "Gold:5000:-1.25:3.5")
    told("addprogramme", "Makers", "--currency", "USD", *tiers)
    told("joinprogramme", "Makers", "--account", "account-11", "--since", "2026-09-01")
    days.beat()
    assert str(Membership.objects.get()) == "account-11 in Makers"
    entries = AuditEntry.objects.exclude(action__endswith="_row")
    assert {one.action for one in entries} == {"add_programme", "add_membership"}
    with pytest.raises(CommandError, match="has rates in these markets already"):
        told("joinprogramme", "Makers", "--account", "account-11", "--since", "2026-09-02")


@pytest.mark.parametrize("tier", ["Base", "Base:0:1", "Base:0:1:much"])
def test_a_tier_that_is_none(days: Days, tier: str) -> None:
    with pytest.raises(CommandError, match="is no tier"):
        told("addprogramme", "Makers", "--currency", "USD", "--tier", tier)


def test_announcing_at_once(days: Days) -> None:
    join(programme(schedule(("Base", 0, "1", "5"))), ALPHA, since="1")
    with days.clock(), days.matcher_takes():
        answer = told("announcerates")
    (one,) = answer["announced"]
    assert (one["tier"], one["effectiveFrom"]) == ("Base", "2026-09-02T00:00:00.000Z")
    with days.clock(), days.matcher_takes():
        assert told("announcerates") == {"posted": 0, "announced": [], "commands": 0}


def test_the_ledger_verified_and_rebuilt(days: Days) -> None:
    verdict = told("verifyledger")
    assert (verdict["entries"], verdict["differences"]) == (2, [])
    assert verdict["currencies"] == [
        {"currency": "USD", "debits": "4", "credits": "4", "fees": "4", "rebates": "0"},
    ]
    LedgerEntry.objects.filter(account=ALPHA.account).delete()
    with pytest.raises(SystemExit):
        told("verifyledger")
    assert told("rebuildledger") == {"fills": 2}
    assert told("verifyledger")["differences"] == []


def test_statements(days: Days) -> None:
    end_of_month(days)
    with pytest.raises(CommandError, match="YYYY-MM"):
        told("issuestatements", "--account", "account-11")
    (issued,) = told("issuestatements", "--account", "account-11", "--month", "2026-09")
    assert (issued["statement"], issued["totals"][0]["payable"]) == ("2026-09/account-11/1", "1.00")
    with pytest.raises(CommandError, match="The ledger says"):
        told("issuestatements", "--account", "account-11", "--month", "2026-09")
    with days.clock():
        told("issuestatements")
    assert Statement.objects.count() == 4
