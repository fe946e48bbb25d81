"""Trading hours in a zone, over changes of its clocks and past midnight."""

from datetime import UTC, date, datetime

import pytest

from mmapi.obligations.integration.schedule import session_of, sessions_from
from mmapi.obligations.integration.terms import Bounds, Terms

BOUNDS = Bounds(5_000, 10_000, 1, 200)
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


def terms(opens: str, closes: str, zone: str = "UTC", days: tuple[int, ...] = EVERY_DAY) -> Terms:
    return Terms(0, minutes(opens), minutes(closes), days, zone, BOUNDS, BOUNDS)


def minutes(clock: str) -> int:
    hours, minute = clock.split(":")
    return int(hours) * 60 + int(minute)


def millis(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000


def ordinal(text: str) -> int:
    return date.fromisoformat(text).toordinal()


@pytest.mark.parametrize(
    ("zone", "day", "opens", "closes"),
    [
        ("Europe/Berlin", "2026-03-27", "2026-03-27T08:00", "2026-03-27T16:30"),  # winter: UTC+1
        ("Europe/Berlin", "2026-03-30", "2026-03-30T07:00", "2026-03-30T15:30"),  # summer: UTC+2
        ("America/New_York", "2026-03-27", "2026-03-27T13:00", "2026-03-27T21:30"),
        ("Asia/Tokyo", "2026-03-27", "2026-03-27T00:00", "2026-03-27T08:30"),
    ],
)
def test_hours_are_local(zone: str, day: str, opens: str, closes: str) -> None:
    session = session_of(terms("09:00", "17:30", zone), ordinal(day))
    assert session == (millis(opens), millis(closes), ordinal(day))


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)])
def test_a_day_round_the_clock_is_as_long_as_it_is(day: str, hours: int) -> None:
    session = session_of(terms("00:00", "00:00", "Europe/Berlin"), ordinal(day))
    assert session is not None
    assert session.closes - session.opens == hours * 3_600_000


def test_a_session_past_midnight_belongs_to_the_day_it_opens_on() -> None:
    friday = terms("22:00", "06:00", days=(5,))
    session = session_of(friday, ordinal("2026-03-06"))
    assert session == (millis("2026-03-06T22:00"), millis("2026-03-07T06:00"), ordinal("2026-03-06"))
    assert session_of(friday, ordinal("2026-03-07")) is None
    assert next(sessions_from(friday, millis("2026-03-07T05:00"))) == session


def test_the_next_session_is_a_week_away_at_most() -> None:
    mondays = terms("09:00", "10:00", days=(1,))
    after = next(sessions_from(mondays, millis("2026-03-02T10:00")))
    assert after.opens == millis("2026-03-09T09:00")
