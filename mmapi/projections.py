"""Events → the Market Maker API's rows, and back to what the engine goes on with. Called by the matcher alone."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

import msgspec
from psycopg import Cursor

from venue import rows
from venue.audits import Audit
from venue.engine.accounts import CLOSED_CLIENT_IDS_KEPT
from venue.engine.events import BatchApplied, Lock, LocksChanged
from venue.engine.records import BatchId
from venue.models import journal_id
from venue.projections import Stamp
from venue.rows import Statements

_BATCH_COLUMNS: Final = ("id", "account_id", "firm_id", "client_batch_id", "digest")
_LOCKS_UPSERT: Final = (
    "INSERT INTO mmapi_accountlocks (shard, account_id, firm_id, locks) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (shard, account_id) DO UPDATE SET locks = excluded.locks"
)
_decode_locks: Final = msgspec.json.Decoder(tuple[Lock, ...]).decode


class MakerRows:
    audits: ClassVar[tuple[Audit, ...]] = ()

    def __init__(self, last_reports: Mapping[int, int]) -> None:
        self._batches: list[tuple[Any, ...]] = []
        self._locks: dict[int, tuple[int, int, int, str]] = {}
        self.handlers: Mapping[type, Callable[[Any, Stamp], None]] = {
            BatchApplied: self._batch_applied,
            LocksChanged: self._locks_changed,
        }

    def _batch_applied(self, event: BatchApplied, stamp: Stamp) -> None:
        if event.client_batch_id and not event.dry_run:
            command = journal_id(stamp.shard, stamp.sequence)
            client_id = rows.text(event.client_batch_id)
            self._batches.append((command, event.account, event.firm, client_id, event.digest))

    def _locks_changed(self, event: LocksChanged, stamp: Stamp) -> None:
        locks = msgspec.json.encode(event.locks).decode()
        self._locks[event.account] = (stamp.shard, event.account, event.firm, locks)

    def write(self, statements: Statements) -> None:
        statements.insert("mmapi_clientbatch", _BATCH_COLUMNS, self._batches)
        for values in self._locks.values():
            statements.execute(_LOCKS_UPSERT, values)

    @staticmethod
    def recover(cursor: Cursor, shard: int) -> dict[str, tuple[Any, ...]]:
        return {"locks": _locks(cursor, shard), "batch_ids": _batch_ids(cursor, shard)}


def _locks(cursor: Cursor, shard: int) -> tuple[LocksChanged, ...]:
    cursor.execute(
        "SELECT account_id, firm_id, locks::text FROM mmapi_accountlocks WHERE shard = %s AND locks <> '[]' "
        "ORDER BY account_id",
        (shard,),
    )
    return tuple(LocksChanged(account, firm, _decode_locks(locks)) for account, firm, locks in cursor)


def _batch_ids(cursor: Cursor, shard: int) -> tuple[BatchId, ...]:
    """The last ones of each account, in the order of their commands."""
    first, last = journal_id(shard, 0), journal_id(shard + 1, 0)
    cursor.execute(
        """SELECT b.account_id, b.firm_id, b.client_batch_id, b.id - %(first)s, b.digest
           FROM (SELECT id FROM accounts_tradingaccount) a CROSS JOIN LATERAL (
               SELECT * FROM mmapi_clientbatch
               WHERE account_id = a.id AND id > %(first)s AND id < %(last)s ORDER BY id DESC LIMIT %(kept)s
           ) b ORDER BY b.id""",
        {"first": first, "last": last, "kept": CLOSED_CLIENT_IDS_KEPT},
    )
    return tuple(BatchId(*row) for row in cursor.fetchall())
