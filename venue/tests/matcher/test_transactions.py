"""A transaction on libpq: values arrive as they are, errors are psycopg's, and nothing hangs on size or loss."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from psycopg import Connection

from venue.transactions import Copy, Session

INSERT = "INSERT INTO thing VALUES (%s, %s, %s, %s)"


@pytest.fixture
def connection() -> Iterator[Connection]:
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as made:
        made.execute("CREATE TEMPORARY TABLE thing (id bigint, name text, open boolean, sizes bigint[])")
        yield made


@pytest.fixture
def session(connection: Connection) -> Session:
    return Session(connection)


def found(connection: Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT * FROM thing ORDER BY id").fetchall()


@pytest.mark.parametrize(
    "row",
    [
        (1, "quote ' and \" and Grüße", True, [1, -2]),
        (-(1 << 63), "", False, []),
        ((1 << 63) - 1, "{1,2} $1 \\", True, [(1 << 63) - 1]),
        (None, None, None, None),
        (5, "matrix", False, [[1, 2], [3, 4]]),
    ],
)
def test_values_arrive_as_they_are(connection: Connection, session: Session, row: tuple[object, ...]) -> None:
    session.run([], [(INSERT, row)])
    assert found(connection) == [row]


def test_a_value_may_be_used_several_times(connection: Connection, session: Session) -> None:
    session.run([], [("INSERT INTO thing SELECT ($1::bigint[])[2], 'second', true, $1", [[7, 8]])])
    assert found(connection) == [(8, "second", True, [7, 8])]


def test_what_no_buffer_holds_at_once(connection: Connection, session: Session) -> None:
    """Both sides would wait for each other if one only wrote."""
    long = "x" * 4_000_000
    copied = Copy("COPY thing (id, name) FROM STDIN", f"1\t{long}\n2\t{long}".encode())
    session.run([copied], [("UPDATE thing SET sizes = %s WHERE id = 1", (list(range(200_000)),))])
    session.run([], [(INSERT, (number, long, True, [])) for number in range(3, 6)])
    assert [(row[0], len(str(row[1]))) for row in found(connection)] == [(number, len(long)) for number in range(1, 6)]


@pytest.mark.parametrize("copies", [[], [Copy("COPY thing (id) FROM STDIN", b"1")]], ids=["alone", "after a copy"])
def test_what_fails_is_told_and_leaves_nothing(connection: Connection, session: Session, copies: list[Copy]) -> None:
    failing = ("INSERT INTO thing VALUES (1 / %s::int)", (0,))
    with pytest.raises(psycopg.errors.DivisionByZero):
        session.run(copies, [(INSERT, (1, "", True, [])), failing, (INSERT, (2, "", True, []))])
    assert found(connection) == []
    session.run(copies, [(INSERT, (2, "", True, []))])
    assert len(found(connection)) == len(copies) + 1


def test_a_copy_that_fails_leaves_nothing(connection: Connection, session: Session) -> None:
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        session.run([Copy("COPY thing (id) FROM STDIN", b"1"), Copy("COPY thing (id) FROM STDIN", b"one")], [])
    assert found(connection) == []


def test_text_with_a_zero_byte_is_refused_not_cut(connection: Connection, session: Session) -> None:
    with pytest.raises(psycopg.DataError):
        session.run([], [(INSERT, (1, "before", True, [])), (INSERT, (2, "zero \0 byte", True, []))])
    with pytest.raises(psycopg.DataError):
        session.run([Copy("COPY thing (id, name) FROM STDIN", b"1\tzero \0 byte")], [])
    assert found(connection) == []


def test_what_cannot_be_prepared_begins_nothing(connection: Connection, session: Session) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        session.run([], [(INSERT, (1, "", True, [])), ("DELETE FROM nothing", ())])
    session.run([], [(INSERT, (2, "", True, []))])
    assert [row[0] for row in found(connection)] == [2]


@pytest.mark.parametrize("copies", [[], [Copy("COPY thing (id) FROM STDIN", b"1")]], ids=["statements", "a copy"])
def test_a_connection_that_is_lost(connection: Connection, session: Session, copies: list[Copy]) -> None:
    session.run([], [(INSERT, (1, "", True, []))])
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (connection.info.backend_pid,))
    with pytest.raises(psycopg.OperationalError):
        session.run(copies, [(INSERT, (1, "", True, []))])
