"""The machine's limit: the rows that refreshed quotes leave behind, written by a loop that does nothing else."""

import itertools
import time
from collections.abc import Iterator
from typing import Final, NamedTuple

import psycopg

from venue.engine.terms import ExecType, Kind
from venue.matcher.journal import COMMAND_COLUMNS
from venue.models import journal_id
from venue.reports import COLUMNS as REPORT_COLUMNS

_SHARD: Final = 4_000  # a shard of its own, out of the venue's way
_BATCH: Final = 100
_CHANGED: Final = (
    *("bid_price", "bid_size", "bid_priority", "ask_price", "ask_size", "ask_priority"),
    *("valid_for_ms", "expires_at", "updated_at", "last_report_id"),
)


class CommitSize(NamedTuple):
    """How many quotes and commands the venue's own commits held, on average."""

    quotes: float
    commands: float


def commit_size(database_url: str, since: int) -> CommitSize:
    """Of the commits that journalled the batch updates after a command's id."""
    with psycopg.connect(database_url) as connection:
        row = connection.execute(
            "SELECT count(*), count(DISTINCT xmin::text) FROM venue_command WHERE id > %s AND name = 'UpdateQuotes'",
            (since,),
        ).fetchone()
    assert row is not None
    commands = row[0] / max(1, row[1])
    return CommitSize(commands * _BATCH, commands)


def last_command(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT coalesce(max(id), 0) FROM venue_command").fetchone()
    assert row is not None
    return int(row[0])


def measure(database_url: str, size: CommitSize, seconds: float) -> float:
    """Quotes a second: commands and reports by COPY, quotes by UPDATE … FROM unnest, the shard's row, one commit."""
    with psycopg.connect(database_url) as connection:
        for setting in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin"):
            connection.execute(f"SET {setting} = off")  # as the matcher's own session has it
        connection.execute("DELETE FROM venue_executionreport WHERE id >= %s", (journal_id(_SHARD, 0),))
        connection.execute("DELETE FROM venue_command WHERE id >= %s", (journal_id(_SHARD, 0),))
        connection.execute(
            "INSERT INTO venue_shard VALUES (%s, 0, 0, 0, 0, '0-0', '0-0') ON CONFLICT DO NOTHING", (_SHARD,)
        )
        connection.commit()
        quotes = [
            row[0] for row in connection.execute("SELECT id FROM quotes_quote WHERE status IN (0, 1) ORDER BY id")
        ]
        groups = _groups(quotes, max(1, round(size.quotes)))
        numbers = itertools.count(1)
        written, begin = 0, time.perf_counter()
        while time.perf_counter() < begin + seconds:
            group = next(groups)
            _write(connection, group, max(1, round(size.commands)), numbers)
            written += len(group)
        return written / (time.perf_counter() - begin)


def _groups(quotes: list[int], size: int) -> Iterator[list[int]]:
    """Ever again round the open quotes, `size` different ones at a time."""
    around = itertools.cycle(quotes)
    size = min(size, len(quotes))
    while True:
        yield list(itertools.islice(around, size))


def _write(connection: psycopg.Connection, quotes: list[int], commands: int, numbers: Iterator[int]) -> None:
    now = time.time_ns() // 1_000_000
    first = next(numbers)
    payload = b"\x95" + bytes(17) * (len(quotes) // commands)
    tail = (0, 0, 0, 5_000_000, 1_000, 0, 1_000, 5_000_100, 1_000, 0, 1_000, 0, 0, 0, 0, 0, 0, 0)
    kind, replaced = Kind.QUOTE.value, ExecType.REPLACED.value
    ids = [journal_id(_SHARD, next(numbers)) for _ in quotes]
    reports = [
        (row_id, row_id - len(quotes), first, first, now, 1, 1, 1, kind, quote, "", replaced, *tail)
        for row_id, quote in zip(ids, quotes, strict=True)
    ]
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY venue_command ({', '.join(COMMAND_COLUMNS)}) FROM STDIN") as copy:
            for _ in range(commands):
                row_id = journal_id(_SHARD, next(numbers))
                copy.write_row((row_id, "UpdateQuotes", 1, "", now, now, payload, b"", now))
        with cursor.copy(f"COPY venue_executionreport ({', '.join(REPORT_COLUMNS)}) FROM STDIN") as copy:
            for report in reports:
                copy.write_row(report)
        values = [5_000_000 + first % 50, 1_000, first, 5_000_100 + first % 50, 1_000, first + 1, 30_000, now, now]
        settings = ", ".join(f"{column} = v.{column}" for column in _CHANGED)
        cursor.execute(
            f"UPDATE quotes_quote q SET {settings} FROM unnest({', '.join(['%s::bigint[]'] * (1 + len(_CHANGED)))}) "
            f"AS v(id, {', '.join(_CHANGED)}) WHERE q.id = v.id",
            [quotes, *([value] * len(quotes) for value in values), ids],
        )
        cursor.execute("UPDATE venue_shard SET sequence = %s, reports = %s WHERE number = %s", (first, first, _SHARD))
    connection.commit()
