"""Events → protection rows, and those rows with the trades since → the protections the engine goes on with. Called by
the matcher alone."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final

from psycopg import Cursor

from venue.audits import Audit
from venue.engine import events
from venue.engine.events import Counted, ProtectionChanged, ProtectionRemoved, ProtectionTriggered
from venue.engine.records import ProtectionRecord
from venue.engine.terms import ExecType, ProtectionLimit
from venue.projections import Stamp
from venue.rows import Statements
from venue.transactions import Statement

_TERMS: Final = (
    *("account_id", "firm_id", '"group"', "markets", "window_ms", "frozen_ms"),
    *("gross_quantity", "net_quantity", "notional", "trade_count", "include_orders", "frozen_until", "counted_from"),
)
_TRIGGER: Final = ("market_id", "id", "cause", '"limit"', "observed", "window_ms", "triggered_at", "frozen_until")
_UPSERT: Final = (
    f"INSERT INTO venue_protection (shard, market_id, last_trigger, {', '.join(_TERMS)}) "
    f"VALUES ({', '.join(['%s'] * (3 + len(_TERMS)))}) "
    'ON CONFLICT (account_id, shard, "group", market_id) DO UPDATE SET '
    + ", ".join(f"{name} = excluded.{name}" for name in _TERMS[3:])
)
_NAMED: Final = 'WHERE account_id = %s AND shard = %s AND "group" = %s AND market_id = %s'
# Without a row to freeze there are no markets, which the column refuses.
_FREEZE: Final = (
    f"WITH frozen AS (UPDATE venue_protection SET last_trigger = %s, frozen_until = %s {_NAMED} RETURNING markets) "
    f'INSERT INTO venue_protectiontrigger (shard, account_id, firm_id, "group", {", ".join(_TRIGGER)}, markets, '
    f"ended_at) VALUES ({', '.join(['%s'] * (4 + len(_TRIGGER)))}, (SELECT markets FROM frozen), 0)"
)
_THAW: Final = (
    "UPDATE venue_protectiontrigger SET ended_at = %s WHERE ended_at = 0 AND frozen_until > %s "
    f"AND id = (SELECT last_trigger FROM venue_protection {_NAMED})"
)
_REMOVE: Final = f"DELETE FROM venue_protection {_NAMED}"
# A fill counts from the last configuration or reset on, and from the end of the last freeze on.
_FILLS: Final = """
    SELECT t.executed_at, CASE WHEN t.aggressor_side = 2 THEN t.size ELSE -t.size END,
           t.price::numeric * t.size * m.value_scale
    FROM venue_trade t JOIN venue_market m ON m.number = t.market_id
    WHERE t.maker_account_id = %s AND t.executed_at > %s AND t.executed_at >= %s AND t.market_id = ANY(%s)
    AND m.shard = %s AND t.sequence > %s"""


_AUDITS: Final = (
    Audit(
        "protection triggered by trade {0:012x}: {1} of {2} in the rows, {3} of {4} in the reports",
        f"""SELECT coalesce(t.id, r.trade_id), t.observed, t."limit", r.observed, r.rule_limit
            FROM (SELECT * FROM venue_protectiontrigger WHERE shard = %(shard)s) t FULL JOIN (
                SELECT trade_id, account_id, reason, observed, rule_limit FROM venue_executionreport
                WHERE id > %(low)s AND id < %(high)s AND exec_type = {int(ExecType.TRIGGERED)}
            ) r ON r.trade_id = t.id
            WHERE (t.account_id, t.cause, t."limit", t.observed)
            IS DISTINCT FROM (r.account_id, r.reason, r.rule_limit, r.observed) ORDER BY 1""",
    ),
)


class ProtectionRows:
    """Few change in a group of commands: one statement each, in order."""

    audits: ClassVar = _AUDITS

    def __init__(self, last_reports: Mapping[int, int]) -> None:
        self._changes: list[Statement] = []
        self.handlers: Mapping[type, Callable[[Any, Stamp], None]] = {
            events.ProtectionChanged: self._collect(_changed),
            events.ProtectionTriggered: self._collect(_triggered),
            events.ProtectionRemoved: self._collect(_removed),
        }

    def _collect(self, made: Callable[[Any, Stamp], list[Statement]]) -> Callable[[Any, Stamp], None]:
        return lambda event, stamp: self._changes.extend(made(event, stamp))

    def write(self, statements: Statements) -> None:
        for sql, values in self._changes:
            statements.execute(sql, values)

    @staticmethod
    def recover(cursor: Cursor, shard: int) -> dict[str, tuple[Any, ...]]:
        return {"protections": tuple(_protections(cursor, shard))}


def _changed(event: ProtectionChanged, stamp: Stamp) -> list[Statement]:
    market = 0 if event.group else event.markets[0]
    values = [getattr(event, name) for name in ProtectionChanged.__struct_fields__]
    values[3] = list(event.markets)
    upsert: Statement = (_UPSERT, (stamp.shard, market, 0, *values))
    if event.frozen_until:
        return [upsert]
    return [(_THAW, (stamp.now, stamp.now, event.account, stamp.shard, event.group, market)), upsert]


def _triggered(event: ProtectionTriggered, stamp: Stamp) -> list[Statement]:
    values = [getattr(event, name) for name in ProtectionTriggered.__struct_fields__]
    return [(_FREEZE, (event.trade, event.frozen_until, *_name(event, stamp), stamp.shard, *values))]


def _removed(event: ProtectionRemoved, stamp: Stamp) -> list[Statement]:
    name = _name(event, stamp)
    return [(_THAW, (stamp.now, stamp.now, *name)), (_REMOVE, name)]


def _name(event: ProtectionTriggered | ProtectionRemoved, stamp: Stamp) -> tuple[Any, ...]:
    return (event.account, stamp.shard, event.group, 0 if event.group else event.market)


def _protections(cursor: Cursor, shard: int) -> Iterator[ProtectionRecord]:
    cursor.execute("SELECT applied_at FROM venue_shard WHERE number = %s", (shard,))
    found = cursor.fetchone()
    now = found[0] if found else 0
    columns = [*(f"p.{name}" for name in _TERMS), *(f"t.{name}" for name in _TRIGGER)]
    cursor.execute(
        f"SELECT {', '.join(columns)} FROM venue_protection p LEFT JOIN venue_protectiontrigger t "
        'ON t.id = p.last_trigger WHERE p.shard = %s ORDER BY p.account_id, p."group" COLLATE "C", p.market_id',
        (shard,),
    )
    for row in cursor.fetchall():
        terms, trigger = list(row[: len(_TERMS)]), row[len(_TERMS) :]
        terms[3] = tuple(terms[3])
        standing = ProtectionChanged(*terms)
        yield ProtectionRecord(standing, _trigger(standing, trigger), _fills(cursor, shard, standing, now))


def _trigger(standing: ProtectionChanged, values: tuple[Any, ...]) -> ProtectionTriggered | None:
    market, trade, cause, *figures = values
    if trade is None:
        return None
    owner = (standing.account, standing.firm, standing.group)
    return ProtectionTriggered(*owner, market, trade, ProtectionLimit(cause), *figures)


def _fills(cursor: Cursor, shard: int, standing: ProtectionChanged, now: int) -> tuple[Counted, ...]:
    """What the window holds at the time of the shard's last command."""
    since = (standing.account, now - standing.window_ms, standing.frozen_until, list(standing.markets))
    cursor.execute(_FILLS, (*since, shard, standing.counted_from))
    return tuple(sorted(Counted(at, lots, int(notional)) for at, lots, notional in cursor))
