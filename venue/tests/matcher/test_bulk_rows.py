"""Rows in bulk: what goes in comes out again, whatever is in it, and of several changes the last one stands."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from psycopg import Cursor

from venue import rows

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
def cursor() -> Iterator[Cursor]:
    with psycopg.connect(settings.DATABASE_URL) as connection, connection.cursor() as made:
        made.execute("CREATE TEMPORARY TABLE thing (id bigint, name text, size bigint, open boolean, raw bytea)")
        yield made


def things(cursor: Cursor, columns: str = "name, size, open") -> dict[int, tuple[object, ...]]:
    cursor.execute(f"SELECT id, {columns} FROM thing ORDER BY id")
    return {row[0]: row[1:] for row in cursor.fetchall()}


def thing(row_id: int, name: str = "", size: int = 0) -> dict[str, object]:
    return {"id": row_id, "name": rows.text(name), "size": size, "open": True}


@pytest.mark.parametrize("value", AWKWARD)
def test_text_comes_out_as_it_went_in(cursor: Cursor, value: str) -> None:
    lines = [rows.line((1, rows.text(value), -5, True)), rows.line((2, rows.text(value + "x"), 6, False))]
    rows.insert(cursor, "thing", ("id", "name", "size", "open"), lines)
    assert things(cursor) == {1: (value, -5, True), 2: (value + "x", 6, False)}


@pytest.mark.parametrize("value", AWKWARD)
def test_text_is_as_the_database_writes_it(cursor: Cursor, value: str) -> None:
    """A row has one text only, so journals can be compared without being parsed."""
    rows.insert(cursor, "thing", ("id", "name"), [rows.line((1, rows.text(value)))])
    with cursor.copy("COPY (SELECT id, name FROM thing) TO STDOUT") as lines:
        assert b"".join(lines).decode() == rows.line((1, rows.text(value))) + "\n"


def test_bytes_come_out_as_they_went_in(cursor: Cursor) -> None:
    value = bytes(range(256))
    rows.insert(cursor, "thing", ("id", "raw"), [rows.line((1, rows.binary(value))), rows.line((2, rows.binary(b"")))])
    assert things(cursor, "raw") == {1: (value,), 2: (b"",)}


@pytest.mark.parametrize("value", AWKWARD)
def test_in_a_pipeline_rows_come_out_as_they_went_in_too(cursor: Cursor, value: str) -> None:
    lines = [rows.line((n, rows.text(value), n, n == 2, rows.binary(value.encode()))) for n in (1, 2)]
    with cursor.connection.pipeline():
        rows.insert(cursor, "thing", ("id", "name", "size", "open", "raw"), lines)
    assert things(cursor, "name, size, open, raw") == {
        1: (value, 1, False, value.encode()),
        2: (value, 2, True, value.encode()),
    }


def test_nothing_to_write(cursor: Cursor) -> None:
    rows.insert(cursor, "thing", ("id",), [])
    rows.update(cursor, "thing", ("id", "size"), [])
    rows.EntityRows("thing", rows.Changes("size")).write(cursor)
    assert things(cursor) == {}


def test_update_changes_the_rows_named_and_no_other(cursor: Cursor) -> None:
    rows.insert(cursor, "thing", ("id", "name", "size"), [rows.line((one, "kept", one)) for one in (1, 2, 3)])
    rows.update(cursor, "thing", ("id", "size"), [(3, -(1 << 62)), (1, (1 << 63) - 1)])
    assert things(cursor, "name, size") == {1: ("kept", (1 << 63) - 1), 2: ("kept", 2), 3: ("kept", -(1 << 62))}


def test_changes_to_a_row_of_the_same_group_go_into_its_insertion(cursor: Cursor) -> None:
    """Were they updates, they would have to find the row, and cost a second version of it."""
    sizes = rows.Changes("size")
    written = rows.EntityRows("thing", sizes)
    written.add(thing(1, "new, then changed twice"))
    sizes.put(1, 10)
    sizes.put(1, 11)
    written.write(cursor)
    assert things(cursor) == {1: ("new, then changed twice", 11, True)}
    assert sizes.rows == {}


def test_old_and_new_rows_in_one_group(cursor: Cursor) -> None:
    rows.insert(cursor, "thing", ("id", "name", "size", "open"), [rows.line((1, "old", 1, True))])
    sizes = rows.Changes("size")
    written = rows.EntityRows("thing", sizes)
    sizes.put(1, 5)
    written.add(thing(2, "new", 7))
    sizes.put(1, 6)
    written.add(thing(3, "new too", 8))
    sizes.put(3, 9)
    written.write(cursor)
    assert things(cursor) == {1: ("old", 6, True), 2: ("new", 7, True), 3: ("new too", 9, True)}


def test_of_two_kinds_of_change_the_later_kind_stands(cursor: Cursor) -> None:
    rows.insert(cursor, "thing", ("id", "name", "size", "open"), [rows.line((1, "old", 1, True))])
    first, second = rows.Changes("size"), rows.Changes("size")
    written = rows.EntityRows("thing", first, second)
    written.add(thing(2, "new"))
    for row_id in (1, 2):
        second.put(row_id, 20)
        first.put(row_id, 10)
    written.write(cursor)
    assert things(cursor, "size") == {1: (20,), 2: (20,)}
