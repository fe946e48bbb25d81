"""The follower of the journal that keeps the ledger: each report of a fill becomes one entry, debit and credit at once.

A shard's report numbers have no gap and the matcher alone gives them, so its place is one number. Entries, balances,
totals and the place are one transaction: whoever dies in between leaves nothing.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

from django.db import connection, transaction

from mmapi.incentives.models import HourTotal, LedgerAccount, LedgerEntry, LedgerPlace
from venue.engine.terms import ExecType
from venue.models import ExecutionReport, Shard, journal_id

CHUNK: Final = 100_000  # reports of one transaction
_HOUR_MS: Final = 3_600_000

_FILLS: Final = f"""
    SELECT r.id, r.account_id, r.firm_id, r.market_id, m.quote_currency AS currency, r.trade_id, r.side, r.liquidity,
           r.last_price AS price, r.last_size AS size, r.fee / (r.last_price * r.last_size) AS rate_ppm, r.fee,
           abs(r.fee)::numeric * m.value_scale * 1e-15 AS amount, r.transact_time,
           r.last_price::numeric * r.last_size * m.value_scale * 1e-9 AS notional
    FROM venue_executionreport r JOIN venue_market m ON m.number = r.market_id
    WHERE r.id > %(after)s AND r.id <= %(through)s AND r.exec_type = {int(ExecType.TRADE)}"""

_OPEN_ACCOUNTS: Final = f"""
    WITH owners AS (SELECT DISTINCT account_id, currency FROM ({_FILLS}) f)
    INSERT INTO mmapi_ledgeraccount (kind, account_id, currency, debits, credits)
    SELECT 'member', account_id, currency, 0, 0 FROM owners
    UNION SELECT kind, NULL, currency, 0, 0 FROM owners CROSS JOIN (VALUES ('fees'), ('rebates')) AS k(kind)
    ON CONFLICT DO NOTHING"""

# A fee: the member is debited and the venue's fees are credited. A rebate: rebates are debited, the member credited.
_POST: Final = f"""
    WITH fills AS MATERIALIZED ({_FILLS}), posted AS (
        INSERT INTO mmapi_ledgerentry (id, account_id, firm_id, market_id, trade_id, side, liquidity, price, size,
                                       rate_ppm, currency, amount, debit_id, credit_id, executed_at)
        SELECT f.id, f.account_id, f.firm_id, f.market_id, f.trade_id, f.side, f.liquidity, f.price, f.size,
               f.rate_ppm, f.currency, f.amount, CASE WHEN f.fee < 0 THEN r.id ELSE o.id END,
               CASE WHEN f.fee < 0 THEN o.id ELSE e.id END, f.transact_time
        FROM fills f
        JOIN mmapi_ledgeraccount o ON o.kind = 'member' AND o.account_id = f.account_id AND o.currency = f.currency
        JOIN mmapi_ledgeraccount e ON e.kind = 'fees' AND e.currency = f.currency
        JOIN mmapi_ledgeraccount r ON r.kind = 'rebates' AND r.currency = f.currency
        RETURNING debit_id, credit_id, amount
    ), moved AS (
        SELECT id, sum(debit) AS debit, sum(credit) AS credit FROM (
            SELECT debit_id AS id, amount AS debit, 0 AS credit FROM posted
            UNION ALL SELECT credit_id, 0, amount FROM posted) b GROUP BY id
    ), balanced AS (
        UPDATE mmapi_ledgeraccount a SET debits = a.debits + m.debit, credits = a.credits + m.credit
        FROM moved m WHERE a.id = m.id
    ), totals AS (
        INSERT INTO mmapi_hourtotal (account_id, firm_id, market_id, currency, hour, fills, maker_volume, taker_volume,
                                     fees, rebates)
        SELECT account_id, firm_id, market_id, currency, transact_time / {_HOUR_MS}, count(*),
               coalesce(sum(notional) FILTER (WHERE liquidity = 1), 0),
               coalesce(sum(notional) FILTER (WHERE liquidity = 2), 0),
               coalesce(sum(amount) FILTER (WHERE fee > 0), 0), coalesce(sum(amount) FILTER (WHERE fee < 0), 0)
        FROM fills GROUP BY 1, 2, 3, 4, 5
        ON CONFLICT (account_id, market_id, hour) DO UPDATE SET
            fills = mmapi_hourtotal.fills + excluded.fills,
            maker_volume = mmapi_hourtotal.maker_volume + excluded.maker_volume,
            taker_volume = mmapi_hourtotal.taker_volume + excluded.taker_volume,
            fees = mmapi_hourtotal.fees + excluded.fees, rebates = mmapi_hourtotal.rebates + excluded.rebates
    ) SELECT count(*) FROM posted"""


class Progress(NamedTuple):
    """Of one shard: the last report that is in the ledger, and the last there is."""

    shard: int
    place: int
    reports: int


def follow(at_most: int | None = None) -> int:
    """Post what is new in every shard, some chunks at most; how many fills that were."""
    posted = 0
    for shard in Shard.objects.values_list("number", flat=True):
        chunks = 0
        while (fills := follow_shard(shard)) is not None:
            posted += fills
            chunks += 1
            if chunks == at_most:
                break
    return posted


@transaction.atomic
def follow_shard(shard: int) -> int | None:
    """Post the shard's next chunk; None where there is nothing new, or another follower is at it."""
    LedgerPlace.objects.get_or_create(shard=shard)
    place = LedgerPlace.objects.select_for_update(skip_locked=True).filter(shard=shard).first()
    if place is None:
        return None
    reports, applied_at = Shard.objects.values_list("reports", "applied_at").get(number=shard)
    through = min(reports, place.report + CHUNK)
    posted = _post(journal_id(shard, place.report), journal_id(shard, through)) if through > place.report else None
    if through < reports:
        applied_at = ExecutionReport.objects.values_list("transact_time", flat=True).get(pk=journal_id(shard, through))
    LedgerPlace.objects.filter(shard=shard).update(report=max(through, place.report), complete_before=applied_at or 0)
    return posted


def _post(after: int, through: int) -> int:
    with connection.cursor() as cursor:
        span = {"after": after, "through": through}
        cursor.execute(_OPEN_ACCOUNTS, span)
        cursor.execute(_POST, span)
        return int(cursor.fetchone()[0])


@transaction.atomic
def rebuild() -> int:
    """Forget the ledger and post every fill again; readers see the old one until the new one is whole."""
    places = LedgerPlace.objects.select_for_update()
    list(places)
    for table in (LedgerEntry, HourTotal):
        table.objects.all()._raw_delete("default")
    LedgerAccount.objects.update(debits=0, credits=0)
    places.update(report=0, complete_before=0)
    return follow()


def progress() -> list[Progress]:
    places = dict(LedgerPlace.objects.values_list("shard", "report"))
    shards = Shard.objects.order_by("number").values_list("number", "reports")
    return [Progress(shard, places.get(shard, 0), reports) for shard, reports in shards]


def is_complete_before(millis: int, shards: Collection[int]) -> bool:
    """Whether every fill of these shards before this moment is in the ledger: a shard's times never go back, so none
    can come any more once something later was applied and followed."""
    found = LedgerPlace.objects.filter(shard__in=shards, complete_before__gte=millis)
    return found.count() == len(set(shards))
