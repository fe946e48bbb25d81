"""Rows in bulk: what goes in comes out again, whatever is in it, and of several changes the last one stands."""

from collections.abc import Iterator, Sequence

import psycopg
import pytest
from django.conf import settings
from psycopg import Connection

from venue import rows
from venue.transactions import Session

AWKWARD = [
    "",
    "plain",
    "tab\tnewline\nreturn\r",
    "back\\slash and \\N and \\. and \\t",
    "\\",
    "\b\f\v\x01\x7f",
    "quote ' double \" comma , brace { } percent % %s",
    "Grüße 東京 🏦 \u2028",
    "NULL",
]


@pytest.fixture
def connection() -> Iterator[Connection]:
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as made:
        made.execute("CREATE TEMPORARY TABLE thing (id bigint, name text, size bigint, open boolean, raw bytea)")
        yield made


def things(connection: Connection, columns: str = "name, size, open") -> dict[int, tuple[object, ...]]:
    return {row[0]: row[1:] for row in connection.execute(f"SELECT id, {columns} FROM thing ORDER BY id")}


def insert(connection: Connection, columns: rows.Columns, new: Sequence[rows.Row]) -> None:
    statements = rows.Statements()
    statements.insert("thing", columns, new)
    statements.run(Session(connection))


def write(connection: Connection, written: rows.EntityRows) -> None:
    statements = rows.Statements()
    written.write(statements)
    statements.run(Session(connection))


def thing(row_id: int, name: str = "", size: int = 0) -> dict[str, object]:
    return {"id": row_id, "name": rows.text(name), "size": size, "open": True}


@pytest.mark.parametrize("count", [2, 12], ids=["few", "many"])
@pytest.mark.parametrize("value", AWKWARD)
def test_rows_come_out_as_they_went_in(connection: Connection, value: str, count: int) -> None:
    raw = value.encode() + bytes(range(256))
    new = [(n, rows.text(value), -n, n == 2, rows.binary(raw[n:])) for n in range(count)]
    insert(connection, ("id", "name", "size", "open", "raw"), new)
    assert things(connection, "name, size, open, raw") == {n: (value, -n, n == 2, raw[n:]) for n in range(count)}


@pytest.mark.parametrize("value", AWKWARD)
def test_text_is_as_the_database_writes_it(connection: Connection, value: str) -> None:
    """A row has one text only, so journals can be compared without being parsed."""
    insert(connection, ("id", "name"), [(1, rows.text(value))])
    with connection.cursor().copy("COPY (SELECT id, name FROM thing) TO STDOUT (DELIMITER ',')") as lines:
        assert b"".join(lines) == rows.lines([(1, rows.text(value))]) + b"\n"


def test_nothing_to_write(connection: Connection) -> None:
    statements = rows.Statements()
    statements.insert("thing", ("id",), [])
    statements.update("thing", ("id", "size"), [])
    rows.EntityRows("thing", rows.Changes("size")).write(statements)
    statements.run(Session(connection))
    assert things(connection) == {}


def test_update_changes_the_rows_named_and_no_other(connection: Connection) -> None:
    insert(connection, ("id", "name", "size"), [(one, rows.text("kept"), one) for one in (1, 2, 3)])
    statements = rows.Statements()
    statements.update("thing", ("id", "size"), [(3, -(1 << 62)), (1, (1 << 63) - 1)])
    statements.run(Session(connection))
    assert things(connection, "name, size") == {1: ("kept", (1 << 63) - 1), 2: ("kept", 2), 3: ("kept", -(1 << 62))}


@pytest.mark.parametrize("count", [2, 12], ids=["few", "many"])
def test_new_rows_are_there_for_what_comes_after_them(connection: Connection, count: int) -> None:
    """However they are written, and in whatever order they were handed in."""
    statements = rows.Statements()
    statements.execute("UPDATE thing SET name = %s WHERE id = %s", ("renamed", 1))
    statements.update("thing", ("id", "size"), [(0, 7)])
    statements.insert("thing", ("id", "name", "size"), [(one, rows.text("new"), one) for one in range(count)])
    statements.run(Session(connection))
    found = things(connection, "name, size")
    assert (found[0], found[1], len(found)) == (("new", 7), ("renamed", 1), count)


@pytest.mark.parametrize("count", [2, 12], ids=["few", "many"])
def test_what_fails_leaves_nothing(connection: Connection, count: int) -> None:
    statements = rows.Statements()
    statements.insert("thing", ("id", "name"), [(one, rows.text("new")) for one in range(count)])
    statements.execute("UPDATE thing SET size = 1 / (id - %s)", (1,))
    with pytest.raises(psycopg.errors.DivisionByZero):
        statements.run(Session(connection))
    assert things(connection) == {}
    insert(connection, ("id", "name"), [(1, rows.text("after it"))])
    assert things(connection, "name") == {1: ("after it",)}


def test_changes_to_a_row_of_the_same_group_go_into_its_insertion(connection: Connection) -> None:
    """Were they updates, they would have to find the row, and cost a second version of it."""
    sizes = rows.Changes("size")
    written = rows.EntityRows("thing", sizes)
    written.add(thing(1, "new, then changed twice"))
    sizes.put(1, 10)
    sizes.put(1, 11)
    write(connection, written)
    assert things(connection) == {1: ("new, then changed twice", 11, True)}
    assert sizes.rows == {}


def test_old_and_new_rows_in_one_group(connection: Connection) -> None:
    insert(connection, ("id", "name", "size", "open"), [(1, rows.text("old"), 1, True)])
    sizes = rows.Changes("size")
    written = rows.EntityRows("thing", sizes)
    sizes.put(1, 5)
    written.add(thing(2, "new", 7))
    sizes.put(1, 6)
    written.add(thing(3, "new too", 8))
    sizes.put(3, 9)
    write(connection, written)
    assert things(connection) == {1: ("old", 6, True), 2: ("new", 7, True), 3: ("new too", 9, True)}


def test_of_two_kinds_of_change_the_later_kind_stands(connection: Connection) -> None:
    insert(connection, ("id", "name", "size", "open"), [(1, rows.text("old"), 1, True)])
    first, second = rows.Changes("size"), rows.Changes("size")
    written = rows.EntityRows("thing", first, second)
    written.add(thing(2, "new"))
    for row_id in (1, 2):
        second.put(row_id, 20)
        first.put(row_id, 10)
    write(connection, written)
    assert things(connection, "size") == {1: (20,), 2: (20,)}
