"""Events → protection rows, and those rows with the trades since → the protections the engine goes on with. Called by
the matcher alone."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Final

from psycopg import Cursor

from venue.audits import Audit
from venue.engine import events
from venue.engine.events import ProtectionChanged, ProtectionRemoved, ProtectionTriggered
from venue.engine.protection import Counted
from venue.engine.records import ProtectionRecord
from venue.engine.terms import ProtectionLimit
from venue.projections import Stamp

_TERMS: Final = (
    *("account_id", "firm_id", '"group"', "markets", "window_ms", "frozen_ms"),
    *("gross_quantity", "net_quantity", "notional", "trade_count", "include_orders", "frozen_until", "counted_from"),
)
_TRIGGER: Final = (
    *("cause_market", "cause_trade", "cause", "cause_limit", "cause_observed", "cause_window_ms", "triggered_at"),
    "cause_frozen_until",
)
_NO_TRIGGER: Final = (0,) * len(_TRIGGER)
_UPSERT: Final = (
    f"INSERT INTO venue_protection (shard, market_id, {', '.join(_TERMS)}, {', '.join(_TRIGGER)}) "
    f"VALUES ({', '.join(['%s'] * (2 + len(_TERMS) + len(_TRIGGER)))}) "
    'ON CONFLICT (account_id, shard, "group", market_id) DO UPDATE SET '
    + ", ".join(f"{name} = excluded.{name}" for name in _TERMS[3:])
)
_NAMED: Final = 'WHERE account_id = %s AND shard = %s AND "group" = %s AND market_id = %s'
_FREEZE: Final = (
    f"UPDATE venue_protection SET {', '.join(f'{name} = %s' for name in _TRIGGER)}, frozen_until = %s {_NAMED}"
)
_REMOVE: Final = f"DELETE FROM venue_protection {_NAMED}"
# A fill counts from the last configuration or reset on, and from the end of the last freeze on.
_FILLS: Final = """
    SELECT t.executed_at, CASE WHEN t.aggressor_side = 2 THEN t.size ELSE -t.size END,
           t.price::numeric * t.size * m.value_scale
    FROM venue_trade t JOIN venue_market m ON m.number = t.market_id
    WHERE t.maker_account_id = %s AND t.executed_at > %s AND t.executed_at >= %s AND t.market_id = ANY(%s)
    AND m.shard = %s AND t.sequence > %s"""


class ProtectionRows:
    """Few change in a group of commands: one statement each, in order."""

    audits: ClassVar[tuple[Audit, ...]] = ()

    def __init__(self) -> None:
        self._changes: list[tuple[str, tuple[Any, ...]]] = []
        self.handlers: Mapping[type, Callable[[Any, Stamp], None]] = {
            events.ProtectionChanged: self._changed,
            events.ProtectionTriggered: self._triggered,
            events.ProtectionRemoved: self._removed,
        }

    def _changed(self, event: ProtectionChanged, stamp: Stamp) -> None:
        values = [getattr(event, name) for name in ProtectionChanged.__struct_fields__]
        values[3] = list(event.markets)
        market = 0 if event.group else event.markets[0]
        self._changes.append((_UPSERT, (stamp.shard, market, *values, *_NO_TRIGGER)))

    def _triggered(self, event: ProtectionTriggered, stamp: Stamp) -> None:
        values = tuple(getattr(event, name) for name in ProtectionTriggered.__struct_fields__[3:])
        self._changes.append((_FREEZE, (*values, event.frozen_until, *_name(event, stamp))))

    def _removed(self, event: ProtectionRemoved, stamp: Stamp) -> None:
        self._changes.append((_REMOVE, _name(event, stamp)))

    def write(self, cursor: Cursor) -> None:
        for sql, values in self._changes:
            cursor.execute(sql, values)

    @staticmethod
    def recover(cursor: Cursor, shard: int) -> dict[str, tuple[Any, ...]]:
        return {"protections": tuple(_protections(cursor, shard))}


def _name(event: ProtectionTriggered | ProtectionRemoved, stamp: Stamp) -> tuple[Any, ...]:
    return (event.account, stamp.shard, event.group, 0 if event.group else event.market)


def _protections(cursor: Cursor, shard: int) -> Iterator[ProtectionRecord]:
    cursor.execute("SELECT applied_at FROM venue_shard WHERE number = %s", (shard,))
    found = cursor.fetchone()
    now = found[0] if found else 0
    cursor.execute(
        f"SELECT {', '.join(_TERMS)}, {', '.join(_TRIGGER)} FROM venue_protection WHERE shard = %s "
        'ORDER BY account_id, "group" COLLATE "C", market_id',
        (shard,),
    )
    for row in cursor.fetchall():
        terms, trigger = list(row[: len(_TERMS)]), row[len(_TERMS) :]
        terms[3] = tuple(terms[3])
        standing = ProtectionChanged(*terms)
        yield ProtectionRecord(standing, _trigger(standing, trigger), _fills(cursor, shard, standing, now))


def _trigger(standing: ProtectionChanged, values: tuple[Any, ...]) -> ProtectionTriggered | None:
    market, trade, cause, *figures = values
    if not cause:
        return None
    owner = (standing.account, standing.firm, standing.group)
    return ProtectionTriggered(*owner, market, trade, ProtectionLimit(cause), *figures)


def _fills(cursor: Cursor, shard: int, standing: ProtectionChanged, now: int) -> tuple[Counted, ...]:
    """What the window holds at the time of the shard's last command."""
    since = (standing.account, now - standing.window_ms, standing.frozen_until, list(standing.markets))
    cursor.execute(_FILLS, (*since, shard, standing.counted_from))
    return tuple(sorted(Counted(at, lots, int(notional)) for at, lots, notional in cursor))
