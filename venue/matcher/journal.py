"""ONE transaction for a whole group of commands: the commands, their execution reports, and every row they changed.
What is not in here was never acknowledged."""

import time
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg.errors import NotNullViolation

from venue import rows
from venue.engine import commands
from venue.engine.commands import Command
from venue.engine.events import Event
from venue.matcher.inbox import Reached
from venue.matcher.projecting import projections
from venue.matcher.recovery import ShardRow, last_reports
from venue.models import journal_id
from venue.projections import Stamp
from venue.replies import Reply, encode
from venue.reports import COLUMNS as REPORT_COLUMNS
from venue.reports import Numbers
from venue.rows import Lines, Row, Statements
from venue.transactions import Session

COMMAND_COLUMNS: Final = (
    *("id", "name", "account_id", "key_id", "received_at", "applied_at"),
    *("payload", "reply", "committed_at"),
)

# A later epoch becomes NULL here, which the column refuses: so the fence needs no answer before the commit is sent.
_ADVANCE: Final = (
    "UPDATE venue_shard SET inbox_id = %s, fast_inbox_id = %s, sequence = coalesce(%s, sequence), reports = %s, "
    "applied_at = coalesce(%s, applied_at), epoch = CASE epoch WHEN %s THEN epoch END WHERE number = %s"
)


class FencedOut(Exception):
    """Another matcher has taken the shard over; nothing was committed and nothing may be."""


class Applied(NamedTuple):
    """A command as it was carried out."""

    stamp: Stamp
    command: Command
    key_id: str
    received_at: int
    events: list[Event]
    reply: Reply


class Page:
    """What one commit writes: filled command by command while the commit before it is under way."""

    __slots__ = ("commands", "firms", "handlers", "last", "last_report", "projections", "reports")

    def __init__(self, last_report: int, last_reports: Mapping[int, int]) -> None:
        self.last_report = last_report  # number of the shard's last report, this page's included
        self.commands: list[Row] = []  # which lack `committed_at`
        self.reports = Lines()
        self.projections = [projection(last_reports) for projection in projections()]
        self.handlers = _by_event(self.projections)
        self.firms: dict[int, int] = {}  # with something new to read, each with the number of its last report
        self.last: Stamp | None = None


class Journal:
    """Writes a shard's pages under the epoch it was opened with, and keeps count of the reports."""

    def __init__(self, connection: Connection, shard: ShardRow) -> None:
        self._session = Session(connection)
        self._shard = shard.number
        self._epoch = shard.epoch
        last_ones = (_firm_sequences(connection, shard.number), last_reports(connection, shard.number))
        self._numbers = Numbers(shard.number, shard.reports, *last_ones)

    def new_page(self) -> Page:
        return Page(self._numbers.last, self._numbers.of_entities)

    def enter(self, page: Page, applied: Applied) -> None:
        """Put a command on the page, with its reports and what it changes. Pages are written as they were entered."""
        handlers, stamp = page.handlers, applied.stamp
        # First, as the rows say where their reports end.
        page.reports.add(self._numbers.rows(applied.events, stamp.sequence, stamp.now, page.firms))
        for event in applied.events:
            for handler in handlers.get(type(event), ()):
                handler(event, stamp)
        page.commands.append(_command_row(applied))
        page.last, page.last_report = stamp, self._numbers.last

    def write(self, page: Page, reached: Reached) -> None:
        """Commit the page and the inbox entries it came up to; raises `FencedOut`."""
        committed_at = time.time_ns() // 1_000_000
        if page.last:
            committed_at = max(committed_at, page.last.now)
        statements = Statements()
        statements.insert("venue_command", COMMAND_COLUMNS, [(*row, committed_at) for row in page.commands])
        statements.insert_lines("venue_executionreport", REPORT_COLUMNS, page.reports)
        for projection in page.projections:
            projection.write(statements)
        self._advance(statements, page, reached)
        try:
            statements.run(self._session)
        except NotNullViolation as error:
            if error.diag.column_name != "epoch":
                raise
            raise FencedOut(f"shard {self._shard} is no longer in epoch {self._epoch}") from None

    def _advance(self, statements: Statements, page: Page, reached: Reached) -> None:
        """Last in the transaction, so that the shard's row is locked briefly: the fence, and how far we are."""
        sequence, now = (page.last.sequence, page.last.now) if page.last else (None, None)
        statements.execute(_ADVANCE, (*reached, sequence, page.last_report, now, self._epoch, self._shard))


def _by_event(written: list[Any]) -> dict[type, list[Any]]:
    handlers: dict[type, list[Any]] = {}
    for projection in written:
        for event_type, handler in projection.handlers.items():
            handlers.setdefault(event_type, []).append(handler)
    return handlers


def _command_row(applied: Applied) -> Row:
    """All columns but the last, which is not known before the commit."""
    stamp, command = applied.stamp, applied.command
    kept = _client_id(command)
    return (
        journal_id(stamp.shard, stamp.sequence),
        rows.text(type(command).__name__),
        getattr(command, "account", 0),
        rows.text(applied.key_id),
        applied.received_at,
        stamp.now,
        rows.binary(encode(command)),
        rows.binary(encode(applied.reply) if kept else b""),
    )


def _client_id(command: Command) -> str:
    """What a client would send again to hear the same reply."""
    if isinstance(command, commands.PlaceQuote | commands.PlaceOrder):
        return command.client_id
    if isinstance(command, commands.Batch):
        return command.client_batch_id
    return command.place.client_id if isinstance(command, commands.CancelReplace) else ""


def _firm_sequences(connection: Connection, shard: int) -> dict[int, int]:
    """The last report number of each firm in this shard."""
    found = connection.execute(
        "SELECT f.id, (SELECT firm_sequence FROM venue_executionreport r WHERE r.firm_id = f.id "
        "AND r.id >= %s AND r.id < %s ORDER BY firm_sequence DESC LIMIT 1) FROM accounts_firm f",
        (journal_id(shard, 0), journal_id(shard + 1, 0)),
    )
    return {firm: number for firm, number in found if number}
