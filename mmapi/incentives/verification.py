"""Does the ledger foot to the fills? Everything is computed again from the reports and compared, to the last digit."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db import connection, transaction

from mmapi.incentives import ledger
from mmapi.incentives.ledger import Progress
from mmapi.incentives.models import LedgerAccount
from mmapi.incentives.statements import plain
from venue.engine.terms import ExecType
from venue.models import journal_id

MOST_NAMED: Final = 20  # of each kind of difference

# The fills as they must stand, up to the ledger's place in each shard.
_EXPECTED: Final = f"""
    SELECT r.id, r.account_id, r.market_id, r.trade_id, r.liquidity, r.last_price, r.last_size, r.fee,
           r.fee::numeric * m.value_scale * 1e-15 AS signed, m.value_scale, m.quote_currency,
           r.transact_time, r.last_price::numeric * r.last_size * m.value_scale * 1e-9 AS notional
    FROM venue_executionreport r JOIN venue_market m ON m.number = r.market_id
    JOIN unnest(%(after)s::bigint[], %(through)s::bigint[]) AS s(after, through) ON r.id > s.after AND r.id <= s.through
    WHERE r.exec_type = {int(ExecType.TRADE)}"""

# An entry's amount as its account sees it: owed is positive, granted negative.
_ENTRIES: Final = """
    SELECT e.*, CASE WHEN d.kind = 'member' THEN amount ELSE -amount END AS signed, d.kind AS debit_kind,
           c.kind AS credit_kind, d.account_id AS debit_account, c.account_id AS credit_account,
           d.currency AS debit_currency, c.currency AS credit_currency
    FROM mmapi_ledgerentry e
    JOIN mmapi_ledgeraccount d ON d.id = debit_id JOIN mmapi_ledgeraccount c ON c.id = credit_id"""

_CHECKS: Final[tuple[tuple[str, str], ...]] = (
    (
        "report {0}: {1} in the ledger, {2} by the fill",
        f"""SELECT coalesce(x.id, e.id), e.signed, x.signed FROM ({_EXPECTED}) x FULL JOIN ({_ENTRIES}) e ON e.id = x.id
            WHERE (e.signed, e.account_id, e.market_id, e.trade_id, e.liquidity, e.price, e.size, e.executed_at,
                   e.currency, e.rate_ppm::numeric * e.price * e.size)
            IS DISTINCT FROM (x.signed, x.account_id, x.market_id, x.trade_id, x.liquidity, x.last_price, x.last_size,
                              x.transact_time, x.quote_currency, x.fee::numeric) ORDER BY 1""",
    ),
    (
        "trade {0:012x}: fees {1} and {2} of the trade, {3} and {4} of its reports",
        f"""SELECT t.id, t.maker_fee, t.taker_fee, x.maker_fee, x.taker_fee FROM venue_trade t JOIN (
                SELECT trade_id, sum(fee) FILTER (WHERE liquidity = 1) AS maker_fee,
                       sum(fee) FILTER (WHERE liquidity = 2) AS taker_fee FROM ({_EXPECTED}) f GROUP BY 1
            ) x ON x.trade_id = t.id
            WHERE (t.maker_fee, t.taker_fee) IS DISTINCT FROM (x.maker_fee, x.taker_fee) ORDER BY 1""",
    ),
    (
        "entry {0}: from {1} of {2} to {3} of {4}",
        f"""SELECT id, debit_kind, debit_account, credit_kind, credit_account FROM ({_ENTRIES}) e WHERE NOT (
                debit_currency = currency AND credit_currency = currency AND (
                (debit_kind = 'member' AND debit_account = account_id AND credit_kind = 'fees') OR
                (debit_kind = 'rebates' AND credit_kind = 'member' AND credit_account = account_id))) ORDER BY 1""",
    ),
    (
        "ledger account {0}: debits {1} and credits {2}, its entries say {3} and {4}",
        """SELECT a.id, a.debits, a.credits, coalesce(d.amount, 0), coalesce(c.amount, 0) FROM mmapi_ledgeraccount a
            LEFT JOIN (SELECT debit_id AS id, sum(amount) AS amount FROM mmapi_ledgerentry GROUP BY 1) d ON d.id = a.id
            LEFT JOIN (SELECT credit_id AS id, sum(amount) AS amount FROM mmapi_ledgerentry GROUP BY 1) c ON c.id = a.id
            WHERE (a.debits, a.credits) IS DISTINCT FROM (coalesce(d.amount, 0), coalesce(c.amount, 0)) ORDER BY 1""",
    ),
    (
        "account {0} in market {1}, hour {2}: its totals are not the sum of its fills",
        f"""SELECT coalesce(h.account_id, x.account_id), coalesce(h.market_id, x.market_id), coalesce(h.hour, x.hour)
            FROM mmapi_hourtotal h FULL JOIN (
                SELECT account_id, market_id, transact_time / 3600000 AS hour, count(*) AS fills,
                    coalesce(sum(notional) FILTER (WHERE liquidity = 1), 0) AS maker_volume,
                    coalesce(sum(notional) FILTER (WHERE liquidity = 2), 0) AS taker_volume,
                    coalesce(sum(signed) FILTER (WHERE fee > 0), 0) AS fees,
                    coalesce(-sum(signed) FILTER (WHERE fee < 0), 0) AS rebates
                FROM ({_EXPECTED}) f GROUP BY 1, 2, 3
            ) x ON (h.account_id, h.market_id, h.hour) = (x.account_id, x.market_id, x.hour)
            WHERE (h.fills, h.maker_volume, h.taker_volume, h.fees, h.rebates)
            IS DISTINCT FROM (x.fills, x.maker_volume, x.taker_volume, x.fees, x.rebates) ORDER BY 1, 2, 3""",
    ),
)


class Balance(NamedTuple):
    """Of one currency, over all accounts of the ledger."""

    currency: str
    debits: Decimal
    credits: Decimal
    fees: Decimal
    rebates: Decimal


class Verdict(NamedTuple):
    shards: list[Progress]
    entries: int
    balances: list[Balance]
    differences: list[str]


@transaction.atomic
def verify() -> Verdict:
    """All of one moment, whether or not the follower is at work."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT count(*) FROM mmapi_ledgerentry")
        entries = cursor.fetchone()[0]
    shards = ledger.progress()
    balances = list(_balances())
    return Verdict(shards, entries, balances, [*_unbalanced(balances), *_differences(shards)])


def _balances() -> Iterator[Balance]:
    sums: dict[str, dict[str, Decimal]] = {}
    for account in LedgerAccount.objects.all():
        of_currency = sums.setdefault(account.currency, dict.fromkeys(Balance._fields[1:], Decimal(0)))
        of_currency["debits"] += account.debits
        of_currency["credits"] += account.credits
        if account.kind != LedgerAccount.Kind.MEMBER:
            of_currency[account.kind] += abs(account.credits - account.debits)
    for currency, totals in sorted(sums.items()):
        yield Balance(currency, **totals)


def _unbalanced(balances: list[Balance]) -> Iterator[str]:
    for one in balances:
        if one.debits != one.credits:
            yield f"{one.currency}: debits are {plain(one.debits)}, credits {plain(one.credits)}"


def _differences(shards: list[Progress]) -> Iterator[str]:
    span: dict[str, Any] = {
        "after": [journal_id(one.shard, 0) for one in shards],
        "through": [journal_id(one.shard, one.place) for one in shards],
    }
    with connection.cursor() as cursor:
        for words, sql in _CHECKS:
            cursor.execute(f"{sql} LIMIT {MOST_NAMED}", span)
            for row in cursor.fetchall():
                yield words.format(*(plain(value) if isinstance(value, Decimal) else value for value in row))
