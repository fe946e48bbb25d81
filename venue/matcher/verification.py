"""Does the journal explain the rows? Every command is replayed by a new engine, and whatever differs is named."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, NamedTuple

import msgspec
import psycopg
from django.conf import settings
from psycopg import Connection, IsolationLevel

from venue import rows
from venue.engine.commands import Command
from venue.engine.events import Event
from venue.engine.market import MarketEngine
from venue.engine.records import restore, state_hash, take
from venue.matcher.differences import between
from venue.matcher.projecting import projections
from venue.matcher.recovery import read_snapshot
from venue.models import journal_id
from venue.replies import answer, encode
from venue.reports import COLUMNS as REPORT_COLUMNS
from venue.reports import Numbers

MOST_NAMED: Final = 20  # of each kind of difference
COMMA: Final = ","
_FETCHED_TOGETHER: Final = 2_000

_decode: Final = msgspec.msgpack.Decoder(Command).decode


class Verdict(NamedTuple):
    """How much was replayed, the hash of the state after it and of the rows, and the first differences in words."""

    shard: int
    commands: int
    reports: int
    replayed_hash: str
    rows_hash: str
    differences: list[str]


class Progress(NamedTuple):
    """How far the shard's row says that its journal has come."""

    sequence: int
    reports: int
    applied_at: int


def verify(shard: int) -> Verdict:
    """Replay the shard as it stands at this moment, whether or not a matcher serves it."""
    with _reader() as connection, _reader() as beside, connection.transaction(), beside.transaction():
        # Two streams take two connections; they look at the same moment.
        moment = connection.execute("SELECT pg_export_snapshot()").fetchone()
        beside.execute(f"SET TRANSACTION SNAPSHOT '{moment[0] if moment else ''}'")
        return _verify(connection, _reported(beside, shard), shard)


def _reader() -> Connection:
    connection = psycopg.connect(settings.DATABASE_URL, autocommit=True)
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    return connection


def _verify(connection: Connection, reported: Iterator[str], shard: int) -> Verdict:
    progress = _progress(connection, shard)
    replay = Replay(shard, _commands(connection, shard), reported)
    found = list(islice(replay.run(), MOST_NAMED))
    if not found:
        found += replay.ends_at(progress)
    restored = restore(read_snapshot(connection, shard, progress.sequence, progress.applied_at))
    found += islice(between(replay.engine, restored), MOST_NAMED)
    found += _audit(connection, shard)
    hashes = (state_hash(take(replay.engine)), state_hash(take(restored)))
    return Verdict(shard, replay.sequence, replay.reports, *hashes, found)


def _progress(connection: Connection, shard: int) -> Progress:
    row = connection.execute(
        "SELECT sequence, reports, applied_at FROM venue_shard WHERE number = %s", (shard,)
    ).fetchone()
    return Progress(*row) if row else Progress(0, 0, 0)


def _audit(connection: Connection, shard: int) -> Iterator[str]:
    low, high = _bounds(shard)
    parameters = {"shard": shard, "low": low, "high": high}
    for projection in projections():
        for audit in projection.audits:
            for row in connection.execute(f"{audit.sql} LIMIT {MOST_NAMED}", parameters):
                yield audit.words.format(*row)


class Replay:
    """A new engine that carries the shard's commands out again and expects the very reports and replies of then."""

    def __init__(self, shard: int, commands: Iterator[tuple[Any, ...]], reported: Iterator[str]) -> None:
        self._shard = shard
        self._commands = commands
        self._reported = reported
        self.engine = MarketEngine()
        self.sequence = 0
        self._numbers = Numbers(shard, 0, {}, {})

    @property
    def reports(self) -> int:
        return self._numbers.last

    def run(self) -> Iterator[str]:
        """Differences as they are met; after a missing command nothing can be told."""
        for row_id, now, payload, reply in self._commands:
            if row_id != journal_id(self._shard, self.sequence + 1):
                yield f"command {self.sequence + 1} is missing: {row_id - journal_id(self._shard, 0)} comes next"
                return
            self.sequence += 1
            command = _decode(payload)
            happened = self._apply(now, command)
            if happened is None:
                yield f"command {self.sequence}: the engine fails on {command!r}"
                return
            if reply and encode(answer(self.sequence, now, command, happened)) != bytes(reply):
                yield f"command {self.sequence}: the reply that was kept is not the one it gives"
            yield from self._compare(happened, now)
            yield from _crossed(self.engine, happened)
        for report in self._reported:
            yield f"report {int(report.partition(COMMA)[0]) - journal_id(self._shard, 0)} is of no command"

    def ends_at(self, progress: Progress) -> Iterator[str]:
        if self.sequence != progress.sequence:
            yield f"the journal ends with command {self.sequence}, the shard's row says {progress.sequence}"
        if self.reports != progress.reports:
            yield f"the journal ends with report {self.reports}, the shard's row says {progress.reports}"

    def _apply(self, now: int, command: Command) -> list[Event] | None:
        try:
            return self.engine.apply(self.sequence, now, command)
        except Exception:
            return None

    def _compare(self, happened: list[Event], now: int) -> Iterator[str]:
        first = self.reports + 1
        expected = self._numbers.rows(happened, self.sequence, now, {})
        for number, report in enumerate(expected, start=first):
            line = rows.lines([report]).decode()
            found = next(self._reported, None)
            if found != line:
                yield f"command {self.sequence}, report {number}: {_difference(line, found)}"


def _commands(connection: Connection, shard: int) -> Iterator[tuple[Any, ...]]:
    """The shard's commands in their order, without holding them all."""
    with connection.cursor(name="commands") as cursor:
        cursor.itersize = _FETCHED_TOGETHER
        cursor.execute(
            "SELECT id, applied_at, payload, reply FROM venue_command WHERE id > %s AND id < %s ORDER BY id",
            _bounds(shard),
        )
        yield from cursor


def _reported(connection: Connection, shard: int) -> Iterator[str]:
    """The shard's reports in their order, as lines that COPY writes and reads."""
    columns = ", ".join(REPORT_COLUMNS)
    statement = (
        f"COPY (SELECT {columns} FROM venue_executionreport WHERE id > %s AND id < %s ORDER BY id) "
        "TO STDOUT (DELIMITER ',')"
    )
    with connection.cursor() as cursor, cursor.copy(statement, _bounds(shard)) as lines:
        for line in lines:
            yield str(line, "utf-8").removesuffix("\n")


def _bounds(shard: int) -> tuple[int, int]:
    return journal_id(shard, 0), journal_id(shard + 1, 0)


def _difference(expected: str, found: str | None) -> str:
    if found is None:
        return "missing in the rows"
    pairs = zip(REPORT_COLUMNS, rows.values(expected), rows.values(found), strict=True)
    different = [(name, replayed, row) for name, replayed, row in pairs if row != replayed]
    return ", ".join(f"{name} is {row} in the rows, {replayed} after the replay" for name, replayed, row in different)


def _crossed(engine: MarketEngine, happened: list[Event]) -> Iterator[str]:
    """Markets that the events touched and that could trade with themselves."""
    for number in {getattr(event, "market", 0) for event in happened}:
        market = engine.state.markets.get(number)
        if market is None:
            continue
        bid, ask = market.book.bids.best(), market.book.asks.best()
        if bid is not None and ask is not None and bid.rank >= -ask.rank:
            yield f"market {number} is crossed after command {engine.state.sequence}: {bid.rank} bid, {-ask.rank} asked"
