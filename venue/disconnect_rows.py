"""Cancel-on-disconnect: events → settings and receipts of firings, and the settings → what the engine needs to go
on. Called by the matcher alone."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from psycopg import Cursor

from venue.audits import Audit
from venue.engine.events import DisconnectChanged, DisconnectFired
from venue.engine.terms import CancelReason, DisconnectScope, ExecType
from venue.models import journal_id
from venue.projections import Stamp
from venue.rows import Statements
from venue.transactions import Statement

_KEY: Final = ("session", "scope", "market_id")
_COLUMNS: Final = (
    *("session", "scope", "market_id", "account_id", "firm_id", "timeout_ms", "lock"),
    *("armed_at", "fired_at", "locked", "key_id", "session_name"),
)
_UPSERT: Final = (
    f"INSERT INTO venue_disconnect (shard, {', '.join(_COLUMNS)}) VALUES ({', '.join(['%s'] * (1 + len(_COLUMNS)))}) "
    f"ON CONFLICT (shard, {', '.join(_KEY)}) DO UPDATE SET "
    + ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS if column not in _KEY)
)
_DELETE: Final = "DELETE FROM venue_disconnect WHERE shard = %s AND session = %s AND scope = %s AND market_id = %s"
_FIRING: Final = (
    "INSERT INTO venue_disconnectfiring (id, session, scope, market_id, account_id, firm_id, deadline, detected_at, "
    "cancelled, cancelled_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


_CANCELS: Final = Audit(
    "firing by command {0}: {1} cancelled says its receipt, {2} the reports",
    f"""SELECT f.id - %(low)s, f.cancelled, count(r.id) FROM venue_disconnectfiring f
        LEFT JOIN venue_executionreport r ON r.id > %(low)s AND r.id < %(high)s AND r.sequence = f.id - %(low)s
        AND r.exec_type = {int(ExecType.CANCELED)} AND r.reason = {int(CancelReason.CANCEL_ON_DISCONNECT)}
        WHERE f.id > %(low)s AND f.id < %(high)s GROUP BY f.id HAVING count(r.id) <> f.cancelled ORDER BY f.id""",
)


class DisconnectRows:
    """Few rows, each written by itself in the order of the events."""

    audits: ClassVar = (_CANCELS,)

    def __init__(self, last_reports: Mapping[int, int]) -> None:
        self._changes: list[Statement] = []
        self.handlers: Mapping[type, Callable[[Any, Stamp], None]] = {
            DisconnectChanged: self._changed,
            DisconnectFired: self._fired,
        }

    def _changed(self, event: DisconnectChanged, stamp: Stamp) -> None:
        if event.timeout_ms:
            values = [getattr(event, name) for name in DisconnectChanged.__struct_fields__]
            self._changes.append((_UPSERT, (stamp.shard, *values)))
        else:
            self._changes.append((_DELETE, (stamp.shard, event.session, event.scope, event.market)))

    def _fired(self, event: DisconnectFired, stamp: Stamp) -> None:
        values = [getattr(event, name) for name in DisconnectFired.__struct_fields__]
        self._changes.append((_FIRING, (journal_id(stamp.shard, stamp.sequence), *values, stamp.now)))

    def write(self, statements: Statements) -> None:
        for sql, values in self._changes:
            statements.execute(sql, values)

    @staticmethod
    def recover(cursor: Cursor, shard: int) -> dict[str, tuple[Any, ...]]:
        cursor.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM venue_disconnect WHERE shard = %s ORDER BY {', '.join(_KEY)}", (shard,)
        )
        return {"disconnects": tuple(_setting(*row) for row in cursor)}


def _setting(session: int, scope: int, *values: Any) -> DisconnectChanged:
    return DisconnectChanged(session, DisconnectScope(scope), *values)
