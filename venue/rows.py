"""Rows on their way into PostgreSQL in bulk: COPY for new ones, or INSERT where they are few, one UPDATE … FROM unnest
for changed ones.

Values are integers, booleans, or text that `text` has made safe, never None. New rows travel in PostgreSQL's text
format, changed ones as an array for each column: both cost a fraction of what a parameter for each value does.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache
from struct import Struct
from typing import Any, Final

from psycopg import Connection, Cursor, Error, adapters
from psycopg.adapt import Dumper
from psycopg.postgres import types
from psycopg.pq import Format

Columns = tuple[str, ...]
Statement = tuple[str, Sequence[Any]]

_BEGIN: Final[Statement] = ("BEGIN", ())
_COMMIT: Final[Statement] = ("COMMIT", ())
_FEW: Final = 4  # rows of a table; the two round trips of a COPY take longer than to say so many value by value

# All that COPY itself escapes when it writes, so that a row has one text only.
_WRITTEN: Final = {"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
_ESCAPES: Final = str.maketrans(_WRITTEN)
_ESCAPED: Final = re.compile(r"\\.")
_MEANINGS: Final = {written: meant for meant, written in _WRITTEN.items()}

_BIG_INT: Final = types["int8"]
_ARRAY: Final = Struct(">5i").pack
_SIZE: Final = (8).to_bytes(4)
_VALUE: Final = Struct(">q").pack


def text(value: str) -> str:
    """Text as COPY reads it."""
    return value.translate(_ESCAPES) if value else value


def binary(value: bytes) -> str:
    """Bytes as COPY reads them."""
    return "\\\\x" + value.hex()


def line(row: Sequence[Any]) -> str:
    """One row as COPY reads it."""
    return "\t".join(map(str, row))


class Statements:
    """What one transaction is to do, collected before any of it is sent. New rows go first, then the rest in order."""

    def __init__(self) -> None:
        self._inserts: list[Statement] = []
        self._copies: list[tuple[str, Sequence[str]]] = []
        self._others: list[Statement] = []

    def insert(self, table: str, columns: Columns, lines: Sequence[str]) -> None:
        """New rows, each a line with a value for each column."""
        if len(lines) > _FEW:
            self._copies.append((_copy_statement(table, columns), lines))
        elif lines:
            values = [value for one in lines for value in _values(one)]
            self._inserts.append((_insert_statement(table, columns, len(lines)), values))

    def update(self, table: str, columns: Columns, rows: Iterable[Sequence[int]]) -> None:
        """New values for integer columns of many rows, in the order of `columns`, which begin with the row's key."""
        arrays = [_BigInts(column) for column in zip(*rows, strict=True)]
        if arrays:
            self._others.append((_update_statement(table, columns), arrays))

    def execute(self, sql: str, values: Sequence[Any]) -> None:
        self._others.append((sql, values))

    def run(self, connection: Connection) -> None:
        """All of it or nothing, on a connection without a transaction. A pipeline goes out in one write and is answered
        in one; COPY cannot be part of one."""
        try:
            with connection.cursor() as cursor:
                if not self._copies:
                    _send(cursor, [_BEGIN, *self._inserts, *self._others, _COMMIT])
                    return
                cursor.execute(*_BEGIN)
                for statement, lines in self._copies:
                    with cursor.copy(statement) as into:
                        into.write("\n".join(lines))
                _send(cursor, [*self._inserts, *self._others, _COMMIT])
        except Exception:
            with suppress(Error):
                connection.rollback()
            raise


def _send(cursor: Cursor, statements: Sequence[Statement]) -> None:
    with cursor.connection.pipeline():
        for sql, values in statements:
            cursor.execute(sql, values, prepare=True)


@cache
def _copy_statement(table: str, columns: Columns) -> str:
    return f"COPY {table} ({', '.join(columns)}) FROM STDIN"


@cache
def _insert_statement(table: str, columns: Columns, count: int) -> str:
    row = f"({', '.join(['%s'] * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * count)}"


def _values(one: str) -> list[str]:
    """What COPY would read in the line."""
    values = one.split("\t")
    return [_ESCAPED.sub(_meant, value) for value in values] if "\\" in one else values


def _meant(escape: re.Match[str]) -> str:
    return _MEANINGS[escape[0]]


@cache
def _update_statement(table: str, columns: Columns) -> str:
    key, *changed = columns
    settings = ", ".join(f"{column} = v.{column}" for column in changed)
    arrays = ", ".join(["%b::bigint[]"] * len(columns))
    values = f"unnest({arrays}) AS v({', '.join(columns)})"
    return f"UPDATE {table} SET {settings} FROM {values} WHERE {table}.{key} = v.{key}"


class _BigInts(tuple[int, ...]):
    """A column of values, as PostgreSQL's `bigint[]`."""

    __slots__ = ()


class _BigIntsDumper(Dumper):
    """Binary: dimensions, nulls, type, length, first index; then each value after its size. Text costs twice that."""

    oid = _BIG_INT.array_oid
    format = Format.BINARY

    def dump(self, obj: _BigInts) -> bytes:
        return _ARRAY(1, 0, _BIG_INT.oid, len(obj), 1) + _SIZE + _SIZE.join(map(_VALUE, obj))


adapters.register_dumper(_BigInts, _BigIntsDumper)


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
            statements.insert(self._table, columns, [line(tuple(row.values())) for row in self._new.values()])
        for changes in self._changes:
            statements.update(self._table, changes.columns, changes.rows.values())

    def _settle(self, changes: Changes) -> None:
        """Changes to rows that are new themselves."""
        for row_id in self._new.keys() & changes.rows.keys():
            self._new[row_id].update(zip(changes.columns, changes.rows.pop(row_id), strict=True))
