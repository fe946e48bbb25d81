"""Rows on their way into PostgreSQL in bulk: COPY for new ones, or INSERT where they are few, one UPDATE from an array
of rows for changed ones.

Values are integers, booleans, and what `text` and `binary` make of others, never None. A JSON encoder writes them, as
nothing in Python is faster at it: what it puts between brackets is a row as COPY reads it with a comma as delimiter,
and with braces for the brackets it is an array.
"""

import re
from binascii import hexlify
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

from msgspec import Raw
from msgspec.json import Encoder

from venue.transactions import Copy, Session, Statement

Columns = tuple[str, ...]
Row = Sequence[int | Raw]

_FEW: Final = 4  # rows of a table; the two round trips of a COPY take longer than to say so many value by value

# All that COPY itself escapes when it writes, so that a row has one text only.
_WRITTEN: Final = {
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
    ",": "\\,",
}
_ESCAPES: Final = str.maketrans(_WRITTEN)
_ESCAPED: Final = re.compile(r"\\.")
_MEANINGS: Final = {written: meant for meant, written in _WRITTEN.items()}
_VALUE: Final = re.compile(r"(?:^|,)((?:[^,\\]+|\\.)*)")

_encode_lines: Final = Encoder().encode_lines
_EMPTY: Final = Raw(b"")


def text(value: str) -> Raw:
    """Text as COPY reads it."""
    return Raw(value.translate(_ESCAPES).encode()) if value else _EMPTY


def binary(value: bytes) -> Raw:
    """Bytes as COPY reads them."""
    return Raw(b"\\\\x" + hexlify(value))


def lines(rows: Iterable[Row]) -> bytes:
    """Rows as COPY reads and writes them with a comma as delimiter; without a line feed after the last one."""
    return _encode_lines(rows)[1:-2].replace(b"]\n[", b"\n")


def values(line: str) -> list[str]:
    """What COPY would read in the line, each as text."""
    found = _VALUE.findall(line) if "\\," in line else line.split(",")
    return [_ESCAPED.sub(_meant, value) if "\\" in value else value for value in found]


def _meant(escape: re.Match[str]) -> str:
    return _MEANINGS[escape[0]]


class Lines:
    """New rows of one table, written as they come: what they were made from need not be kept until they are sent."""

    __slots__ = ("_written", "count")

    def __init__(self) -> None:
        self._written: list[bytes] = []
        self.count = 0

    def add(self, rows: Sequence[Row]) -> None:
        if rows:
            self._written.append(lines(rows))
            self.count += len(rows)

    def content(self) -> bytes:
        return b"\n".join(self._written)


class Statements:
    """What one transaction is to do, collected before any of it is sent. New rows go first, then the rest in order."""

    def __init__(self) -> None:
        self._inserts: list[Statement] = []
        self._copies: list[Copy] = []
        self._others: list[Statement] = []

    def insert(self, table: str, columns: Columns, rows: Sequence[Row]) -> None:
        """New rows, each with a value for each column."""
        written = Lines()
        written.add(rows)
        self.insert_lines(table, columns, written)

    def insert_lines(self, table: str, columns: Columns, written: Lines) -> None:
        """As `insert`."""
        if written.count > _FEW:
            self._copies.append(Copy(_copy_statement(table, columns), written.content()))
        elif written.count:
            said = [value for line in written.content().decode().split("\n") for value in values(line)]
            self._inserts.append((_insert_statement(table, columns, written.count), said))

    def update(self, table: str, columns: Columns, rows: Iterable[Sequence[int]]) -> None:
        """New values for integer columns of many rows, in the order of `columns`, which begin with the row's key."""
        changed = list(rows)
        if changed:
            self._others.append((_update_statement(table, columns), [changed]))

    def execute(self, sql: str, values: Sequence[Any]) -> None:
        self._others.append((sql, values))

    def run(self, session: Session) -> None:
        """All of it or nothing, in one transaction."""
        session.run(self._copies, [*self._inserts, *self._others])


@cache
def _copy_statement(table: str, columns: Columns) -> str:
    return f"COPY {table} ({', '.join(columns)}) FROM STDIN (DELIMITER ',')"


@cache
def _insert_statement(table: str, columns: Columns, count: int) -> str:
    row = f"({', '.join(['%s'] * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * count)}"


@cache
def _update_statement(table: str, columns: Columns) -> str:
    """Of one parameter, the rows: values of an array's arrays are read faster than columns that are unnested."""
    key, *values = (f"($1::bigint[])[place][{number}]" for number in range(1, len(columns) + 1))
    settings = ", ".join(f"{column} = {value}" for column, value in zip(columns[1:], values, strict=True))
    rows = "generate_subscripts($1::bigint[], 1) AS place"
    return f"UPDATE {table} SET {settings} FROM {rows} WHERE {columns[0]} = {key}"


class Changes:
    """New values for some columns of rows, the last ones of each row."""

    def __init__(self, *columns: str) -> None:
        self.columns = ("id", *columns)
        self.rows: dict[int, tuple[int, ...]] = {}

    def put(self, *values: int) -> None:
        """The row's id, and the value of each column."""
        self.rows[values[0]] = values


class EntityRows:
    """New rows of one table, and changes to rows, within one group of commands.

    The kinds of change are written in the order given, so of a column that two share the later kind's value stands.
    """

    def __init__(self, table: str, *changes: Changes) -> None:
        self._table = table
        self._changes = changes
        self._new: dict[int, dict[str, Any]] = {}

    def add(self, row: dict[str, Any]) -> None:
        """A new row: every column by name, "id" among them."""
        self._new[row["id"]] = row

    def write(self, statements: Statements) -> None:
        """One insertion, into which changes to new rows have gone, and one update for each kind of change."""
        for changes in self._changes:
            self._settle(changes)
        if self._new:
            columns = tuple(next(iter(self._new.values())))
            statements.insert(self._table, columns, [tuple(row.values()) for row in self._new.values()])
        for changes in self._changes:
            statements.update(self._table, changes.columns, changes.rows.values())

    def _settle(self, changes: Changes) -> None:
        """Changes to rows that are new themselves."""
        for row_id in self._new.keys() & changes.rows.keys():
            self._new[row_id].update(zip(changes.columns, changes.rows.pop(row_id), strict=True))
