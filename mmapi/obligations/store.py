"""The follower's figures in PostgreSQL, and back to where an integrator can go on."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final

import msgspec
from psycopg import Connection, Cursor

from mmapi.obligations.asked import Asked
from mmapi.obligations.integration.course import Course, Run
from mmapi.obligations.integration.hindrances import Hindrances
from mmapi.obligations.integration.integrator import Integrator, Place
from mmapi.obligations.integration.interest import Interest
from mmapi.obligations.integration.tally import Tally
from mmapi.obligations.integration.terms import Programme, Span, Standing
from mmapi.obligations.journal import Reached

_DAYS_KEPT: Final = 3  # in memory: no moment belongs to a day further back
SUMS: Final = (
    *("compliant", "no_quote", "one_sided", "too_wide", "too_small", "size_ratio", "protection_frozen"),
    *("disconnected", "halted", "exceptional"),
)
_DAY_COLUMNS: Final = ("account_id", "market_id", "day", *SUMS, "required", "quoted", "spread", "bid", "ask")
_INTERVAL_COLUMNS: Final = ("account_id", "market_id", "day", "starts_at", "ends_at", "standing")
_INSERT_DAY: Final = (
    f"INSERT INTO mmapi_obligationday ({', '.join(_DAY_COLUMNS)}) VALUES ({', '.join(['%s'] * len(_DAY_COLUMNS))}) "
    "ON CONFLICT (account_id, market_id, day) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _DAY_COLUMNS[3:])
)
_INSERT_INTERVAL: Final = (
    f"INSERT INTO mmapi_obligationinterval ({', '.join(_INTERVAL_COLUMNS)}) VALUES (%s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (account_id, market_id, starts_at) DO UPDATE SET ends_at = excluded.ends_at"
)
_INSERT_COURSE: Final = (
    "INSERT INTO mmapi_obligationcourse (shard, account_id, market_id, at, standing, since, memory, legs) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, '') ON CONFLICT (account_id, market_id) DO UPDATE SET "
    "at = excluded.at, standing = excluded.standing, since = excluded.since, memory = excluded.memory"
)
_INSERT_LEGS: Final = (
    "INSERT INTO mmapi_obligationcourse (shard, account_id, market_id, at, standing, since, memory, legs) "
    f"VALUES (%s, %s, %s, 0, {int(Standing.NOT_OBLIGED)}, 0, '', %s) "
    "ON CONFLICT (account_id, market_id) DO UPDATE SET legs = excluded.legs"
)


class Circumstances(msgspec.Struct, array_like=True):
    """What holds in a shard beside the books."""

    halted: set[int]
    hindrances: Hindrances


class Memory(msgspec.Struct, array_like=True):
    """A course beside its columns. Sums are text: a size times ms may have more than 64 bits."""

    run: tuple[int, int, int, int] | None
    halted: bool
    frozen_until: int
    disconnected: bool
    tallies: dict[int, str]


_encode: Final = msgspec.msgpack.Encoder().encode
_decode_circumstances: Final = msgspec.msgpack.Decoder(Circumstances).decode
_decode_memory: Final = msgspec.msgpack.Decoder(Memory).decode
_decode_legs: Final = msgspec.msgpack.Decoder(list[tuple[int, int, int]]).decode


class Followed(msgspec.Struct):
    """A shard's row of how far it was followed."""

    reached: Reached
    version: int
    settings: int


def locked(connection: Connection, shard: int) -> Followed:
    """The row, held until the transaction ends; nobody changes figures or what is asked meanwhile."""
    connection.execute(
        "INSERT INTO mmapi_obligationplace (shard, sequence, report, until, version, settings, circumstances) "
        "VALUES (%s, 0, 0, 0, 0, 0, '') ON CONFLICT DO NOTHING",
        (shard,),
    )
    return _followed(connection, shard, "FOR UPDATE")


def followed(connection: Connection, shard: int) -> Followed:
    return _followed(connection, shard, "")


def _followed(connection: Connection, shard: int, lock: str) -> Followed:
    found = connection.execute(
        f"SELECT sequence, report, until, version, settings FROM mmapi_obligationplace WHERE shard = %s {lock}",
        (shard,),
    ).fetchone()
    sequence, report, until, version, settings = found or (0, 0, 0, 0, 0)
    return Followed(Reached(sequence, report, until), version, settings)


# Back into memory


def load(connection: Connection, shard: int, until: int, asked: Asked) -> Integrator:
    """An integrator as it was left; within the transaction that holds the row."""
    integrator = Integrator(until)
    found = connection.execute("SELECT circumstances FROM mmapi_obligationplace WHERE shard = %s", (shard,)).fetchone()
    if found and found[0]:
        known = _decode_circumstances(found[0])
        integrator.halted, integrator.hindrances = known.halted, known.hindrances
    rows = connection.execute(
        "SELECT account_id, market_id, at, standing, since, memory, legs FROM mmapi_obligationcourse WHERE shard = %s",
        (shard,),
    )
    for account, market, *values, legs in rows.fetchall():
        place = Place(account, market)
        interest = integrator.interests[place] = interest_of(legs)
        if values[3] and place in asked.members:
            programme, spans = asked.programmes[market], asked.members[place]
            integrator.courses[place] = course_of(programme, spans, interest, values)
    integrator.ask(asked.programmes.values(), asked.members)
    return integrator


def interest_of(legs: bytes) -> Interest:
    interest = Interest()
    for leg, rank, lots in _decode_legs(legs) if legs else ():
        interest.put(leg, rank if leg & 1 else -rank, lots)
    return interest


def course_of(programme: Programme, spans: tuple[Span, ...], interest: Interest, values: Any) -> Course:
    """From the columns `at`, `standing`, `since` and `memory`."""
    at, standing, since, memory = values
    known = _decode_memory(memory)
    course = Course(programme, spans, interest, at)
    course.standing, course.since = Standing(standing), since
    if known.run is not None:
        *when, day, of_run = known.run
        course.run = Run(when[0], when[1], day, Standing(of_run))
    course.halted, course.disconnected = known.halted, known.disconnected
    course.frozen_until = known.frozen_until
    course.tallies = {day: Tally.of([int(word) for word in text.split()]) for day, text in known.tallies.items()}
    return course


# Out of memory


def save(connection: Connection, shard: int, integrator: Integrator, reached: Reached) -> None:
    """What the last step changed, and how far it came."""
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT_DAY, list(day_rows(integrator.courses.items())))
        cursor.executemany(_INSERT_INTERVAL, list(interval_rows(integrator.courses.items())))
        save_courses(cursor, shard, integrator, integrator.changed)
        cursor.execute(
            "UPDATE mmapi_obligationplace SET sequence = %s, report = %s, until = %s, circumstances = %s "
            "WHERE shard = %s",
            (*reached, circumstances_of(integrator), shard),
        )
    forget(integrator)


def circumstances_of(integrator: Integrator) -> bytes:
    return _encode(Circumstances(integrator.halted, integrator.hindrances))


def save_courses(cursor: Cursor, shard: int, integrator: Integrator, changed: Iterable[Place]) -> None:
    legs = [(shard, *place, legs_of(integrator.interests[place])) for place in changed]
    cursor.executemany(_INSERT_LEGS, legs)
    courses = [
        (shard, *place, course.at, int(course.standing), course.since, memory_of(course))
        for place, course in integrator.courses.items()
    ]
    cursor.executemany(_INSERT_COURSE, courses)


def legs_of(interest: Interest) -> bytes:
    return _encode([(leg, rank, lots) for leg, (rank, lots) in interest.legs.items()])


def memory_of(course: Course) -> bytes:
    tallies = {day: " ".join(map(str, tally.values())) for day, tally in recent(course).items()}
    run = course.run and (*course.run[:3], int(course.run.standing))
    return _encode(Memory(run, course.halted, course.frozen_until, course.disconnected, tallies))


def recent(course: Course) -> dict[int, Tally]:
    """The days that may still change."""
    last = max(course.tallies, default=0)
    return {day: tally for day, tally in course.tallies.items() if day > last - _DAYS_KEPT}


def forget(integrator: Integrator) -> None:
    """What was written."""
    integrator.changed.clear()
    for course in integrator.courses.values():
        course.runs.clear()
        course.tallies = recent(course)


def day_rows(courses: Iterable[tuple[Place, Course]]) -> Iterator[tuple[Any, ...]]:
    for place, course in courses:
        for day, tally in course.tallies.items():
            sums = (tally.required, tally.quoted, tally.spread, tally.bid, tally.ask)
            yield (*place, date.fromordinal(day), *tally.times[: len(SUMS)], *sums)


def interval_rows(courses: Iterable[tuple[Place, Course]]) -> Iterator[tuple[Any, ...]]:
    for place, course in courses:
        for run in (*course.runs, *((course.run,) if course.run else ())):
            yield (*place, date.fromordinal(run.day), run.starts, run.ends, int(run.standing))


def replace(cursor: Cursor, shard: int, integrator: Integrator, markets: list[int]) -> None:
    """All figures of those markets, by those of an integrator that began at the beginning; its followers read anew."""
    for table in ("mmapi_obligationday", "mmapi_obligationinterval", "mmapi_obligationcourse"):
        cursor.execute(f"DELETE FROM {table} WHERE market_id = ANY(%s)", (markets,))
    courses = list(integrator.courses.items())
    for table, columns, found in (
        ("mmapi_obligationday", _DAY_COLUMNS, day_rows(courses)),
        ("mmapi_obligationinterval", _INTERVAL_COLUMNS, interval_rows(courses)),
    ):
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as into:
            for row in found:
                into.write_row(row)
    save_courses(cursor, shard, integrator, [place for place in integrator.interests if place.market in markets])
    cursor.execute(
        "UPDATE mmapi_obligationplace SET version = version + 1, circumstances = %s WHERE shard = %s",
        (circumstances_of(integrator), shard),
    )


def stored(connection: Connection, markets: list[int]) -> tuple[set[Any], set[Any]]:
    """Days and intervals as they are in the tables, in the form of `day_rows` and `interval_rows`."""
    days = connection.execute(
        f"SELECT {', '.join(_DAY_COLUMNS)} FROM mmapi_obligationday WHERE market_id = ANY(%s)", (markets,)
    )
    intervals = connection.execute(
        f"SELECT {', '.join(_INTERVAL_COLUMNS)} FROM mmapi_obligationinterval WHERE market_id = ANY(%s)", (markets,)
    )
    return set(days.fetchall()), set(intervals.fetchall())
