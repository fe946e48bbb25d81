"""A transaction's way to PostgreSQL, on libpq itself: psycopg's cursors take longer over a statement than PostgreSQL
does. Connections and errors are psycopg's."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cache
from itertools import count
from select import POLLIN, POLLOUT, poll
from typing import Any, Final, NamedTuple

from msgspec.json import Encoder
from psycopg import Connection, DataError, Error, OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

# With %s for each value, or $1 …: None, an integer, a boolean, text, or (lists of) lists of integers.
Statement = tuple[str, Sequence[Any]]
Values = list[bytes | None]

_BEGIN: Final = "BEGIN"
_COMMIT: Final = "COMMIT"
_BRACES: Final = bytes.maketrans(b"[]", b"{}")
_encode: Final = Encoder().encode
_numbers: Final = count(1)  # of what is prepared: a name is another one on each connection


class Copy(NamedTuple):
    """A COPY … FROM STDIN, and what it reads."""

    sql: str
    content: bytes


class Session:
    """A connection without a transaction, and what is prepared on it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._pgconn = connection.pgconn
        self._prepared: dict[str, bytes] = {}
        self._incoming, self._either = poll(), poll()
        self._incoming.register(self._pgconn.socket, POLLIN)
        self._either.register(self._pgconn.socket, POLLIN | POLLOUT)

    def run(self, copies: Sequence[Copy], statements: Sequence[Statement]) -> None:
        """One transaction, the copies first: all of it or nothing. The statements go out in one write with the commit
        in it, and are answered in one; each copy takes two round trips, and cannot be among them."""
        whole = [*statements, (_COMMIT, ())] if copies else [(_BEGIN, ()), *statements, (_COMMIT, ())]
        ready = [(self._prepare(sql), [_said(value) for value in values]) for sql, values in whole]
        try:
            for number, (sql, content) in enumerate(copies):
                self._copy(sql if number else f"{_BEGIN}; {sql}", content)
            self._pipeline(ready)
        except Exception:
            with suppress(Error):
                list(self._results())
                self._connection.rollback()
            raise

    def _prepare(self, sql: str) -> bytes:
        """The name under which it is prepared, outside of any transaction."""
        name = self._prepared.get(sql)
        if name is None:
            name = b"venue_%d" % next(_numbers)
            self._pgconn.send_prepare(name, _numbered(sql))
            self._flush()
            self._finish()
            self._prepared[sql] = name
        return name

    def _copy(self, sql: str, content: bytes) -> None:
        self._pgconn.send_query(sql.encode())
        self._flush()
        for result in self._results():
            if result.status == ExecStatus.COPY_IN:
                break
            _check(result)
        self._pgconn.put_copy_data(content)
        self._pgconn.put_copy_end()
        self._flush()
        self._finish()

    def _pipeline(self, statements: Sequence[tuple[bytes, Values]]) -> None:
        pgconn = self._pgconn
        pgconn.enter_pipeline_mode()
        for name, values in statements:
            pgconn.send_query_prepared(name, values)
        pgconn.pipeline_sync()
        self._flush()
        failed = None
        for _ in statements:
            for result in self._results():
                if result.status == ExecStatus.FATAL_ERROR:
                    failed = failed or result
        self._receive()  # the sync
        pgconn.exit_pipeline_mode()
        if failed:
            _check(failed)

    def _finish(self) -> None:
        """Take all that is still answered; raises the first error in it."""
        for result in list(self._results()):
            _check(result)

    def _results(self) -> Iterator[PGresult]:
        """What one statement is answered, or a query of several."""
        while (result := self._receive()) is not None:
            yield result

    def _receive(self) -> PGresult | None:
        """The next result; None after the last one of a statement."""
        pgconn = self._pgconn
        while pgconn.is_busy():
            self._incoming.poll()
            pgconn.consume_input()
        result = pgconn.get_result()
        if pgconn.status == ConnStatus.BAD:
            raise OperationalError(pgconn.get_error_message())
        return result

    def _flush(self) -> None:
        """Send what is buffered, and take in what comes meanwhile, lest both sides wait for each other."""
        pgconn = self._pgconn
        while pgconn.flush():
            if any(events & POLLIN for _, events in self._either.poll()):
                pgconn.consume_input()


def _check(result: PGresult) -> None:
    if result.status == ExecStatus.FATAL_ERROR:
        raise error_from_result(result)


@cache
def _numbered(sql: str) -> bytes:
    """With $1, $2 … for the values."""
    first, *rest = sql.split("%s")
    return first.encode() + b"".join(b"$%d%s" % (number, part.encode()) for number, part in enumerate(rest, start=1))


def _said(value: Any) -> bytes | None:
    """As PostgreSQL reads it. A zero byte would end the text for libpq, and the rest would be lost unnoticed."""
    if value is None:
        return None
    if isinstance(value, str):
        if "\0" in value:
            raise DataError("PostgreSQL text cannot contain a zero byte")
        return value.encode()
    return _encode(value).translate(_BRACES) if isinstance(value, list) else _encode(value)
