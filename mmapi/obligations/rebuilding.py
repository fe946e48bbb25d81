"""From the first report on: the same figures once more, beside the follower, and how they differ from those kept."""

import time
from typing import NamedTuple

from psycopg import Connection

from mmapi.obligations import asked, journal, store
from mmapi.obligations.following import connect
from mmapi.obligations.integration.integrator import Integrator
from mmapi.obligations.journal import Reached
from venue.markets import Terms
from venue.queries import fetch


class Rebuilt(NamedTuple):
    """What was read, and how many rows of days and intervals were other than those kept."""

    shard: int
    reports: int
    days: int
    intervals: int
    changed_days: int
    changed_intervals: int
    seconds: float


def rebuild(shard: int, market: Terms | None = None, *, keep: bool = True) -> Rebuilt:
    """The figures of a shard or of one of its markets up to the follower's own place. The long way there is read beside
    the follower; it waits only for the last part. Without `keep` they are compared alone."""
    began = time.monotonic()
    integrator = Integrator()
    with connect() as connection:
        start = store.followed(connection, shard).reached
        with connection.transaction():
            _ask(integrator, shard, market)
            journal.integrate(connection, shard, integrator, Reached(0, 0, 0), start)
        with connection.transaction():
            place = store.locked(connection, shard)
            _ask(integrator, shard, market)
            journal.integrate(connection, shard, integrator, start, place.reached)
            differences = _settle(connection, shard, integrator, _markets(shard, market), keep)
    return Rebuilt(shard, place.reached.report, *differences, round(time.monotonic() - began, 3))


def _settle(
    connection: Connection, shard: int, integrator: Integrator, markets: list[int], keep: bool
) -> tuple[int, int, int, int]:
    days, intervals = store.stored(connection, markets)
    courses = list(integrator.courses.items())
    own_days, own_intervals = set(store.day_rows(courses)), set(store.interval_rows(courses))
    if keep:
        with connection.cursor() as cursor:
            store.replace(cursor, shard, integrator, markets)
    return len(own_days), len(own_intervals), len(days ^ own_days), len(intervals ^ own_intervals)


def _ask(integrator: Integrator, shard: int, market: Terms | None) -> None:
    found = asked.of_markets([market.number]) if market else asked.of_shard(shard)
    integrator.ask(found.programmes.values(), found.members)


def _markets(shard: int, market: Terms | None) -> list[int]:
    if market is not None:
        return [market.number]
    return [number for (number,) in fetch("SELECT number FROM venue_market WHERE shard = %s", [shard])]
