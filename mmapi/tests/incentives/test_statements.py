"""Statements are issued once the month is over and counted, stay as they are, and are corrected by another one."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError

from mmapi.incentives import ledger, statements
from mmapi.incentives.models import LedgerEntry, Statement
from mmapi.incentives.statements import NothingToCorrect, NotYetDue, Subject, plain
from mmapi.tests.incentives.days import Days, at, key_of
from venue.engine import commands
from venue.tests.engine.cast import ALPHA, BETA, GAMMA
from venue.tests.matcher.shard import Shard

ADDRESS = "/api/v1/mm/incentives/statements"
OCTOBER = datetime(2026, 10, 1, 0, 0, 1, tzinfo=UTC)


@pytest.fixture
def days(shard: Shard) -> Days:
    """September is over: Alpha made 333 dollars in it and 100 before it, all at 2 basis points."""
    days = Days(shard, "2026-08-31 23:59:59.999")
    days.trade(ALPHA, BETA, 1, 100)
    days.go_to("30 23:59:59.999")
    days.trade(ALPHA, BETA, 3, 111)
    days.beat()
    return days


def end_of_month(days: Days) -> None:
    days.now, days.shard.now = OCTOBER, round(OCTOBER.timestamp() * 1000)
    days.shard.carry_out(commands.ExpireDue())
    ledger.follow()


def alpha() -> Subject:
    entry = LedgerEntry.objects.filter(account=ALPHA.account).select_related("account__firm")[0]
    return Subject(entry.account.firm, entry.account)


def test_every_account_and_firm_that_traded_gets_one(days: Days) -> None:
    assert {one.month.month for one in statements.issue_due(days.now)} == {8}
    end_of_month(days)
    issued = {one.number for one in statements.issue_due(OCTOBER)}
    assert issued == {"2026-09/account-11/1", "2026-09/account-21/1", "2026-09/F1/1", "2026-09/F2/1"}
    assert statements.issue_due(OCTOBER) == []


def test_not_before_the_month_is_over_and_counted(days: Days) -> None:
    with pytest.raises(NotYetDue):
        statements.issue(alpha(), at("1").date(), "tests")
    days.now, days.shard.now = OCTOBER, round(OCTOBER.timestamp() * 1000)
    days.shard.carry_out(commands.ExpireDue())
    days.trade(ALPHA, BETA, 1, 100)  # applied, but not in the ledger yet
    assert statements.issue_due(OCTOBER) == []


def test_rounded_once_in_the_total(days: Days) -> None:
    end_of_month(days)
    (total,) = statements.issue(alpha(), at("1").date(), "tests").totals
    volumes = {"maker_volume": "333", "taker_volume": "0"}
    fees = {"fees": "0.0666", "rebates": "0", "net": "0.0666", "payable": "0.07"}
    assert total == {"currency": "USD", "fills": 1, **volumes, **fees}


@pytest.mark.parametrize(
    ("fees", "currency", "payable"),
    [
        ("0.005", "USD", "0.00"),
        ("0.015", "USD", "0.02"),
        ("-2.675", "USD", "-2.68"),
        ("0.5", "JPY", "0"),
        ("0.123456785", "BTC", "0.12345678"),
    ],
)
def test_half_to_even_in_the_currencys_own_places(fees: str, currency: str, payable: str) -> None:
    sums = statements.Sums()
    sums.add(1, Decimal(1), Decimal(fees))
    assert sums.told(currency)["payable"] == payable


def test_it_stays_as_it_was_issued(days: Days) -> None:
    end_of_month(days)
    statement = statements.issue(alpha(), at("1").date(), "tests")
    for change in (lambda: Statement.objects.update(fills=0), statement.delete, statement.save):
        with pytest.raises(DatabaseError, match="stays as it is"):
            change()
    assert Statement.objects.get().fills == 1


def test_a_correction_is_another_version(days: Days) -> None:
    """The ledger is changed by hand here, which verifyledger would tell."""
    end_of_month(days)
    first = statements.issue(alpha(), at("1").date(), "tests")
    with pytest.raises(NothingToCorrect):
        statements.issue(alpha(), at("1").date(), "tests", "for no reason")
    LedgerEntry.objects.filter(account=ALPHA.account).update(amount=Decimal("0.05"))
    second = statements.issue(alpha(), at("1").date(), "tests", "One fee was wrong.")
    assert (first.version, second.version, second.reason) == (1, 2, "One fee was wrong.")
    caller = key_of(ALPHA)
    assert days.ask(caller, f"{ADDRESS}/2026-09").body["version"] == 2
    assert days.ask(caller, f"{ADDRESS}/2026-09?version=1").body["totals"][0]["net"] == Decimal("0.0666")


def test_the_same_in_json_and_csv(days: Days) -> None:
    end_of_month(days)
    statements.issue_due(OCTOBER)
    caller = key_of(ALPHA)
    (listed,) = days.ask(caller, ADDRESS).body["statements"]
    body = days.ask(caller, f"{ADDRESS}/2026-09").body
    assert {name: value for name, value in body.items() if name != "fills"} == listed
    (fill,) = body["fills"]
    response = caller.get(f"{ADDRESS}/2026-09?format=csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    (line,) = csv.DictReader(io.StringIO(response.content.decode()))
    assert {name: str(value) for name, value in fill.items()} == line
    assert (fill["executedAt"], fill["rate"], fill["fee"]) == (
        "2026-09-30T23:59:59.999Z",
        Decimal("0.0002"),
        Decimal("0.0666"),
    )


def test_a_firm_wide_key_reads_the_firms(days: Days) -> None:
    end_of_month(days)
    statements.issue_due(OCTOBER)
    (listed,) = days.ask(key_of(ALPHA, firm_wide=True), ADDRESS).body["statements"]
    assert (listed["statement"], listed["account"]) == ("2026-09/F1/1", None)


@pytest.mark.parametrize("month", ["2026-08", "2026-13", "september", "2026-09-01"])
def test_what_is_not_there(days: Days, month: str) -> None:
    end_of_month(days)
    statements.issue_due(OCTOBER)
    answer = days.ask(key_of(ALPHA), f"{ADDRESS}/{month}")
    assert (answer.status, answer.code) == (404, "UNKNOWN_STATEMENT")


def test_nobody_reads_anothers(days: Days) -> None:
    end_of_month(days)
    statements.issue_due(OCTOBER)
    gamma = key_of(GAMMA)
    assert days.ask(gamma, ADDRESS).body == {"statements": []}
    assert days.ask(gamma, f"{ADDRESS}/2026-09").status == 404


def test_exact_decimals_are_written_plainly() -> None:
    assert [plain(Decimal(text)) for text in ("0E-15", "1E+3", "-0.500", "100", "0.000000000000001")] == [
        *("0", "1000", "-0.5", "100", "0.000000000000001")
    ]
