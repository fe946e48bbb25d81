"""Trading hours: local times of a zone as sessions in epoch milliseconds, each with the day it belongs to."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from mmapi.obligations.integration.terms import Terms

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_ONE_DAY: Final = timedelta(days=1)
_DATABASE: Final = files("tzdata")
_WEEK: Final = 8  # days within which a schedule with any day at all has its next session


@cache
def zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(_DATABASE.joinpath("zones").read_text().split())


@cache
def zone(name: str) -> ZoneInfo:
    """By the package's rules, not by the machine's: the same hours everywhere, and in every rebuild."""
    with _DATABASE.joinpath("zoneinfo", *name.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=name)


class Session(NamedTuple):
    """From `opens` until before `closes`; `day` is the ordinal of the local date on which it opens."""

    opens: int
    closes: int
    day: int


def local_day(time_zone: str, at: int) -> int:
    """The ordinal of the local date at a moment."""
    return (_EPOCH + at * _MILLISECOND).astimezone(zone(time_zone)).toordinal()


def local_time(time_zone: str, at: int) -> datetime:
    return (_EPOCH + at * _MILLISECOND).astimezone(zone(time_zone))


@lru_cache(maxsize=4_096)
def session_of(terms: Terms, day: int) -> Session | None:
    """The session that opens on a local date, if there is one."""
    opens_on = date.fromordinal(day)
    if opens_on.isoweekday() not in terms.days:
        return None
    closes_on = opens_on if terms.closes > terms.opens else opens_on + _ONE_DAY
    opens = _millis(opens_on, terms.opens, terms.time_zone)
    closes = _millis(closes_on, terms.closes, terms.time_zone)
    return Session(opens, closes, day) if closes > opens else None


def sessions_from(terms: Terms, at: int) -> Iterator[Session]:
    """Those that close after a moment, in their order, for the week to come."""
    today = local_day(terms.time_zone, at)
    for day in range(today - 1, today + _WEEK):
        session = session_of(terms, day)
        if session is not None and session.closes > at:
            yield session


def _millis(day: date, minutes: int, time_zone: str) -> int:
    """A local time as a moment; one that the clocks skip or repeat is taken by its first meaning."""
    hours, minute = divmod(minutes, 60)
    local = datetime.combine(day, time(hours, minute), zone(time_zone))
    return (local - _EPOCH) // _MILLISECOND
