"""Fills at given times, with the fees that were worked out by hand beside them: the market's own rates are 2 and 6
basis points, Alpha is in a programme, Beta is not."""

import re
from decimal import Decimal

from mmapi.incentives import ledger, statements
from mmapi.incentives.models import Assignment, HourTotal, LedgerAccount, LedgerEntry
from mmapi.incentives.statements import Subject
from mmapi.incentives.verification import verify
from mmapi.tests.incentives.days import Days, at, balance, fee_of, join, programme, schedule
from venue.tests.engine.cast import ALPHA, BETA
from venue.tests.matcher.shard import Shard

TIERS = (("Base", 0, "1", "5"), ("Silver", 10_000, "0", "4"), ("Gold", 50_000, "-1.25", "3.5"))

# The cut is at midnight. What is counted at a cut holds from the next one on.
TABLE = """
    day time          maker  taker  lots  price | maker's fee  taker's fee   why
    1   10:00         Alpha  Beta   100   100   |  2.00         6.00         no programme yet: 2 and 6 bps of 10,000
    1   23:59:59.999  Alpha  Beta     1   100   |  0.02         0.06         and to the last millisecond
    2   00:00:00.001  Alpha  Beta     1   100   |  0.01         0.06         Base: 1 bp, Beta as before
    2   12:00         Beta   Alpha   10   100   |  0.20         0.50         Alpha takes: 5 bps of 1,000
    2   15:00         Alpha  Beta   400   100   |  4.00        24.00         still Base: 1 bp of 40,000
    3   01:00         Alpha  Beta   333   101   |  0           20.1798       Silver: 10,100 counted at the cut of day 2
    3   23:00         Beta   Alpha    1   500   |  0.10         0.20         Alpha takes: 4 bps of 500
    4   00:00:00.001  Alpha  Beta   777    99   | -9.615375    46.1538       Gold: 50,200 counted; -1.25 bps of 76,923
    4   08:00         Beta   Alpha    7     7   |  0.0098       0.01715      Alpha takes: 3.5 bps of 49
"""
# Of day and the volume counted for it: what went before the cut of the day before, as the maker.
ASSIGNED = [(2, "Base", "0"), (3, "Silver", "10100"), (4, "Gold", "50200"), (5, "Gold", "83833")]
ALPHA_OWES = Decimal("2.00") + Decimal("0.02") + Decimal("0.01") + Decimal("0.50") + Decimal("4.00")
ALPHA_OWES += Decimal("0.20") - Decimal("9.615375") + Decimal("0.01715")  # -2.868225
MEMBERS = {"Alpha": ALPHA, "Beta": BETA}


def test_a_day_by_hand(shard: Shard) -> None:
    days = Days(shard, "1 09:00")
    join(programme(schedule(*TIERS)), ALPHA, since="2")
    expected = [played(days, line) for line in TABLE.strip().splitlines()[1:]]
    days.go_to("4 09:00")
    days.beat()
    entries = LedgerEntry.objects.order_by("id").select_related("credit")
    assert [fee_of(entry) for entry in entries] == [fee for pair in expected for fee in pair]
    told = Assignment.objects.order_by("effective_from").values_list("effective_from", "tier", "volume")
    assert list(told) == [(at(str(day)), tier, Decimal(volume)) for day, tier, volume in ASSIGNED]
    assert balance(ALPHA) == ALPHA_OWES == Decimal("-2.868225")
    check_books()
    check_statement(days)


def played(days: Days, line: str) -> tuple[Decimal, Decimal]:
    """Let it happen, with a beat at each midnight on the way; the two fees that the table says."""
    day, clock, maker, taker, lots, price, _, made, taken = re.split(r"\s+", line.strip())[:9]
    while days.now.day < int(day):
        days.go_to(str(days.now.day + 1))
        days.beat()
    days.go_to(f"{day} {clock}")
    days.trade(MEMBERS[maker], MEMBERS[taker], int(lots), int(price))
    days.beat()
    return Decimal(made), Decimal(taken)


def check_books() -> None:
    """They foot, and come out the same when everything is posted again."""
    verdict = verify()
    assert verdict.differences == []
    assert verdict.entries == 18
    before = figures()
    assert ledger.rebuild() == 18
    assert figures() == before
    assert verify().differences == []


def figures() -> list[list[tuple[object, ...]]]:
    names = ("account_id", "market_id", "hour", "fills", "maker_volume", "taker_volume", "fees", "rebates")
    accounts = LedgerAccount.objects.order_by("kind", "account").values_list("kind", "account", "debits", "credits")
    entries = LedgerEntry.objects.order_by("id").values_list("id", "amount", "rate_ppm", "debit__kind", "credit__kind")
    return [
        list(accounts),
        list(entries),
        list(HourTotal.objects.order_by("account", "market", "hour").values_list(*names)),
    ]


def check_statement(days: Days) -> None:
    days.shard.now = round(at("30 23:59").timestamp() * 1000) + 61_000
    days.beat()
    account = join_account()
    statement = statements.issue(account, at("1").date(), "tests")
    (total,) = statement.totals
    assert (total["net"], total["payable"]) == ("-2.868225", "-2.87")
    assert (total["fees"], total["rebates"]) == ("6.74715", "9.615375")
    assert (total["maker_volume"], total["taker_volume"]) == ("160756", "1549")
    lines = statements.lines_of(statement)
    assert sum(Decimal(line["fee"]) for line in lines) == ALPHA_OWES
    assert [line["rate"] for line in lines][-2:] == ["-0.000125", "0.00035"]


def join_account() -> Subject:
    entry = LedgerEntry.objects.filter(account=ALPHA.account).select_related("account__firm").first()
    assert entry is not None
    return Subject(entry.account.firm, entry.account)
