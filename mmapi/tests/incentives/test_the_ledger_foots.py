"""Standing proof: whatever is traded at whatever rates, the ledger says what adding up the fills one by one says,
however often its follower stops on the way; and posted again from nothing it says the same."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from random import Random

from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mmapi.incentives import ledger
from mmapi.incentives.models import HourTotal, LedgerAccount, LedgerEntry, LedgerPlace
from mmapi.incentives.verification import verify
from mmapi.tests.incentives.test_a_day_by_hand import figures
from venue.engine.events import Event, Traded
from venue.engine.market import MarketEngine
from venue.tests.engine.random_commands import RandomCommands, seeds
from venue.tests.matcher.shard import Shard

# (account, market): fills, maker volume, taker volume, fees, rebates
Naive = dict[tuple[int, int], list[Decimal]]


@given(seed=seeds, length=st.integers(40, 200))
@settings(
    max_examples=20,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_ledger_foots(shard: Shard, seed: int, length: int) -> None:
    clear(shard)
    engine, chance, told = MarketEngine(), Random(seed), list[Event]()
    for sequence, (now, command) in enumerate(RandomCommands(seed, engine).take(length), start=1):
        told += engine.apply(sequence, now, command)
        shard.now = now
        shard.carry_out(command)
        if chance.random() < 0.2:
            ledger.follow_shard(1)
    ledger.follow()
    assert kept() == naive(told, {number: one.value_scale for number, one in engine.state.markets.items()})
    assert verify().differences == []
    before = figures()
    ledger.rebuild()
    assert figures() == before


def naive(told: Iterable[Event], scales: dict[int, int]) -> Naive:
    """Fill by fill, from what the engine told."""
    found: Naive = defaultdict(lambda: [Decimal(0)] * 5)
    for event in told:
        if not isinstance(event, Traded):
            continue
        notional = Decimal(event.price * event.size * scales[event.market]).scaleb(-9)
        for place, fill in ((1, event.maker), (2, event.taker)):
            sums = list(found[fill.account, event.market])
            fee = Decimal(fill.fee * scales[event.market]).scaleb(-15)
            sums[0] += 1
            sums[place] += notional
            sums[3 if fee > 0 else 4] += abs(fee)
            found[fill.account, event.market] = sums
    return dict(found)


def kept() -> Naive:
    found: Naive = defaultdict(lambda: [Decimal(0)] * 5)
    for one in HourTotal.objects.all():
        hour = (Decimal(one.fills), one.maker_volume, one.taker_volume, one.fees, one.rebates)
        sums = zip(found[one.account_id, one.market_id], hour, strict=True)
        found[one.account_id, one.market_id] = [total + more for total, more in sums]
    return dict(found)


def clear(shard: Shard) -> None:
    tables = (LedgerEntry, HourTotal, LedgerAccount, LedgerPlace)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(table._meta.db_table for table in tables)}")
    shard.clear()


def test_what_was_tampered_with_is_named(shard: Shard) -> None:
    """Each check finds what only it can find."""
    clear(shard)
    engine = MarketEngine()
    for sequence, (now, command) in enumerate(RandomCommands(3, engine).take(200), start=1):
        engine.apply(sequence, now, command)
        shard.now = now
        shard.carry_out(command)
    ledger.follow()
    assert verify().differences == []
    entry = LedgerEntry.objects.exclude(amount=0).first()
    total = HourTotal.objects.last()
    assert entry is not None
    assert total is not None
    faults = (
        ("mmapi_hourtotal", total.pk, "fills = fills + 1", "totals are not"),
        ("mmapi_ledgerentry", entry.pk, "amount = amount + 0.000000000000001", "by the fill"),
        ("mmapi_ledgerentry", entry.pk, "trade_id = 0", "by the fill"),
        ("mmapi_ledgerentry", entry.pk, "debit_id = credit_id, credit_id = debit_id", "entry"),
        ("mmapi_ledgeraccount", entry.debit_id, "debits = debits + 1", "debits are"),
        ("mmapi_ledgeraccount", entry.debit_id, "debits = debits + 1", "its entries say"),
    )
    for table, subject, change, words in faults:
        tamper(table, subject, change)
        assert any(words in difference for difference in verify().differences), change
        ledger.rebuild()
        assert verify().differences == []
    LedgerEntry.objects.filter(pk=entry.pk).delete()
    assert f"report {entry.pk}" in verify().differences[0]
    tamper("venue_trade", entry.trade_id, "maker_fee = maker_fee + 1")
    assert any("of its reports" in difference for difference in verify().differences)


def tamper(table: str, subject: int, change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change} WHERE id = %s", [subject])
