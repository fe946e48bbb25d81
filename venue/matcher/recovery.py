"""From rows to a running engine: the one way to start, after a crash or not."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from psycopg import Connection

from venue.engine.market import MarketEngine
from venue.engine.records import Snapshot, restore
from venue.matcher.projecting import projections
from venue.projections import open_columns


class ShardRow(NamedTuple):
    """The shard as it was taken over: its new epoch and how far its journal has come."""

    number: int
    epoch: int
    sequence: int
    reports: int
    applied_at: int
    inbox_id: str
    fast_inbox_id: str


def take_over(connection: Connection, shard: int) -> ShardRow:
    """Raise the shard's epoch, so that no earlier leader commits any more; end the session of one that is stuck."""
    with connection.transaction():
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = %s AND datname = current_database() AND pid <> pg_backend_pid()",
            (application_name(shard),),
        )
        row = connection.execute(
            "INSERT INTO venue_shard (number, epoch, sequence, reports, applied_at, inbox_id, fast_inbox_id) "
            "VALUES (%s, 1, 0, 0, 0, '0-0', '0-0') ON CONFLICT (number) DO UPDATE SET epoch = venue_shard.epoch + 1 "
            "RETURNING number, epoch, sequence, reports, applied_at, inbox_id, fast_inbox_id",
            (shard,),
        ).fetchone()
    assert row is not None
    return ShardRow(*row)


def application_name(shard: int) -> str:
    return f"matcher-{shard}"


def recover(connection: Connection, shard: ShardRow) -> MarketEngine:
    """The engine as the rows say it stood after the last command committed."""
    with _no_collections():
        return restore(read_snapshot(connection, shard.number, shard.sequence, shard.applied_at))


def read_snapshot(connection: Connection, shard: int, sequence: int, now: int) -> Snapshot:
    fields: dict[str, tuple[Any, ...]] = {}
    with connection.transaction(), connection.cursor() as cursor:
        for projection in projections():
            for name, records in projection.recover(cursor, shard).items():
                fields[name] = fields.get(name, ()) + records
    return Snapshot(sequence, now, **fields)


def last_reports(connection: Connection, shard: int) -> dict[int, int]:
    """Of each open order and quote the id of its last one; one counter of their market gives both their ids."""
    found: dict[int, int] = {}
    with connection.cursor() as cursor:
        for table in ("venue_order", "quotes_quote"):
            found.update(zip(*open_columns(cursor, shard, table, "id", "last_report_id"), strict=True))
    return found


@contextmanager
def _no_collections() -> Iterator[None]:
    """While a million objects are built that all stay, looking for garbage among them doubles the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
