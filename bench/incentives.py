"""A million fills in the journal: the ledger posted again from nothing, verified, and what is read from it."""

import json
import sys
import time
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from accounts.models import TradingAccount
from bench.own_venue import OwnVenue
from mmapi.incentives import ledger, statements, volumes
from mmapi.incentives.statements import Subject
from mmapi.incentives.verification import verify
from mmapi.incentives.volumes import Span
from venue.engine.terms import ExecType

FILLS: Final = 1_000_000
_SHARD: Final = 4_000  # a shard of its own, out of the venue's way
_MONTH: Final = datetime(2026, 9, 1, tzinfo=UTC)

# Two fills a trade, over 30 days, by the sandbox's firms in its markets, at rates from -1.25 to 5 basis points.
_TRADES: Final = """
    CREATE TEMP TABLE made AS
    SELECT n, m.number AS market, 1000 + n %% 977 AS price, 1 + n * 7919 %% 9973 AS size,
           %(start)s + n * %(pace)s AS at,
           (ARRAY[-125, -50, 0, 100])[1 + n %% 4] AS maker_ppm, (ARRAY[350, 400, 450, 500])[1 + n %% 4] AS taker_ppm,
           a.ids[1 + n %% 2] AS maker, a.ids[3 + n %% 2] AS taker, (m.number::bigint << 36) + 1000000000 + n AS trade
    FROM generate_series(0::bigint, %(trades)s - 1) n
    JOIN LATERAL (SELECT number FROM venue_market WHERE number = 1 + n %% 4) m ON true
    CROSS JOIN (SELECT array_agg(id ORDER BY id) AS ids FROM (SELECT id FROM accounts_tradingaccount LIMIT 4) t) a"""
_REPORTS: Final = """
    INSERT INTO venue_executionreport (id, sequence, firm_id, firm_sequence, account_id, market_id, kind, entity_id,
        client_id, exec_type, ord_status, reason, side, price, size, filled, leaves, ask_price, ask_size, ask_filled,
        ask_leaves, last_price, last_size, trade_id, liquidity, fee, rule_limit, observed, transact_time)
    SELECT (%(shard)s::bigint << 44) + 2 * n + p, n + 1, t.firm_id, 1000000000 + 2 * n + p, t.id, market, 1, trade, '',
           %(trade_type)s, 2, 0, p, price, size, size, 0, 0, 0, 0, 0, price, size, trade, p,
           price::bigint * size * CASE p WHEN 1 THEN maker_ppm ELSE taker_ppm END, 0, 0, at
    FROM made CROSS JOIN generate_series(1, 2) p
    JOIN accounts_tradingaccount t ON t.id = CASE p WHEN 1 THEN maker ELSE taker END"""
_TRADE_ROWS: Final = """
    INSERT INTO venue_trade (id, market_id, price, size, aggressor_side, sequence, executed_at,
        maker_kind, maker_entity_id, maker_account_id, maker_firm_id, maker_client_id, maker_fee,
        taker_kind, taker_entity_id, taker_account_id, taker_firm_id, taker_client_id, taker_fee)
    SELECT trade, market, price, size, 2, n + 1, at, 1, trade, maker, maker, '', price::bigint * size * maker_ppm,
           1, trade, taker, taker, '', price::bigint * size * taker_ppm FROM made"""


class Measured(NamedTuple):
    fills: int
    rebuild_seconds: float
    verify_seconds: float
    earned_ms: float
    statement_seconds: float


def measure(venue: OwnVenue) -> Measured:
    """Beside the venue's own processes, in one of its own."""
    venue.issue_keys(4)
    return Measured(**json.loads(venue.python("bench.incentives", str(FILLS))))


def _journal(fills: int) -> None:
    """The reports and trades, as a matcher would have left them."""
    start, days = round(_MONTH.timestamp() * 1000), 30
    trades = fills // 2
    values: dict[str, Any] = {"shard": _SHARD, "trades": trades, "start": start, "trade_type": int(ExecType.TRADE)}
    values["pace"] = days * 86_400_000 // trades
    with connection.cursor() as cursor:
        for sql in (_TRADES, _REPORTS, _TRADE_ROWS):
            cursor.execute(sql, values)
        cursor.execute("ANALYZE venue_executionreport, venue_trade")
        cursor.execute(
            "INSERT INTO venue_shard (number, epoch, sequence, reports, applied_at, inbox_id, fast_inbox_id) "
            "VALUES (%s, 1, %s, %s, %s, '0-0', '0-0')",
            (_SHARD, trades, fills, round(time.time() * 1000)),
        )


def _measured(fills: int) -> dict[str, float]:
    posted, rebuild_seconds = _timed(ledger.rebuild)
    verdict, verify_seconds = _timed(verify)
    if posted < fills or verdict.entries < fills or verdict.differences:
        raise AssertionError(f"{posted} posted, {verdict.entries} entries, {verdict.differences}")
    account = TradingAccount.objects.select_related("firm").order_by("pk")[0]
    month = volumes.month_of(_MONTH)
    _, earned = _timed(lambda: volumes.maker_volume([account.pk], [1, 2, 3, 4], Span(*month)))
    statement, statement_seconds = _timed(lambda: statements._draw(Subject(account.firm, account), month))
    if not statement.fills:
        raise AssertionError("an empty statement")
    figures = {"rebuild_seconds": rebuild_seconds, "verify_seconds": verify_seconds}
    return {"fills": fills, **figures, "earned_ms": earned * 1000, "statement_seconds": statement_seconds}


def _timed(step: Any) -> tuple[Any, float]:
    start = time.perf_counter()
    outcome = step()
    return outcome, time.perf_counter() - start


def main() -> None:
    fills = int(sys.argv[1])
    _journal(fills)
    print(json.dumps(_measured(fills)))


if __name__ == "__main__":
    main()
