"""The shard's journal as the integrator takes it: reports, and among them the few commands that bear on presence."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

import msgspec
from psycopg import Connection

from mmapi.obligations.integration.integrator import Integrator, Report
from venue.engine.commands import Command
from venue.models import journal_id

NAMES: Final = [
    *("CreateMarket", "SetMarketStatus", "ConfigureProtection", "ResetProtection", "RemoveProtection"),
    *("ConfigureDisconnect", "FireDisconnect", "RearmDisconnect", "UnlockSession", "CloseSession"),
]
_COLUMNS: Final = (
    "sequence, account_id, market_id, entity_id, exec_type, side, price, leaves, ask_price, ask_leaves, client_id, "
    "transact_time"
)
_READ_TOGETHER: Final = 20_000
_SEQUENCE: Final = itemgetter(0)

_decode: Final = msgspec.msgpack.Decoder(Command).decode


class Reached(NamedTuple):
    """A place in the journal: the last command, the number of the last report, and the time up to which nothing more
    will come."""

    sequence: int
    report: int
    until: int


def head(connection: Connection, shard: int) -> Reached:
    found = connection.execute(
        "SELECT sequence, reports, applied_at FROM venue_shard WHERE number = %s", (shard,)
    ).fetchone()
    return Reached(*found) if found else Reached(0, 0, 0)


def within(connection: Connection, shard: int, after: Reached, until: Reached, most: int) -> Reached:
    """As far as `most` reports lead."""
    if until.report - after.report <= most:
        return until
    last = after.report + most
    found = connection.execute(
        "SELECT sequence, transact_time FROM venue_executionreport WHERE id = %s", (journal_id(shard, last),)
    ).fetchone()
    assert found is not None, "the reports of a shard are numbered without a gap"
    return Reached(found[0], last, found[1])


def integrate(connection: Connection, shard: int, integrator: Integrator, after: Reached, until: Reached) -> None:
    """Take the integrator from one place to another; within a transaction."""
    commands = _commands(connection, shard, after.sequence, until.sequence)
    for reports in _reports(connection, shard, after.report, until.report):
        begin = 0
        last = reports[-1][0]
        while commands and commands[-1][0] <= last:
            sequence, *told = commands.pop()
            cut = bisect_left(reports, sequence, begin, key=_SEQUENCE)
            integrator.take_reports(_slice(reports, begin, cut))
            integrator.take_command(_told(told))
            begin = cut
        integrator.take_reports(_slice(reports, begin, len(reports)))
    for _, *told in reversed(commands):
        integrator.take_command(_told(told))
    integrator.advance(until.until)


def _slice(reports: list[Report], begin: int, end: int) -> Iterable[Report]:
    return reports if begin == 0 and end == len(reports) else reports[begin:end]


def _told(values: Sequence[Any]) -> tuple[int, str, Any]:
    at, name, payload = values
    return at, name, _decode(payload)


def _commands(connection: Connection, shard: int, after: int, until: int) -> list[tuple[int, int, str, bytes]]:
    """(sequence, time, name, payload), the last one first."""
    first = journal_id(shard, 0)
    found = connection.execute(
        "SELECT id - %s, applied_at, name, payload FROM venue_command WHERE id > %s AND id <= %s AND name = ANY(%s) "
        "ORDER BY id DESC",
        (first, first + after, first + until, NAMES),
    )
    return found.fetchall()


def _reports(connection: Connection, shard: int, after: int, until: int) -> Iterator[list[Report]]:
    if after == until:
        return
    first = journal_id(shard, 0)
    with connection.cursor("obligations", binary=True) as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM venue_executionreport WHERE id > %s AND id <= %s ORDER BY id",
            (first + after, first + until),
        )
        while found := cursor.fetchmany(_READ_TOGETHER):
            yield found
