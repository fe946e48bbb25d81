"""What is still needed today and this month."""

from datetime import date

import pytest

from mmapi.obligations import wording
from mmapi.obligations.integration.forecast import Month, Outlook, month, outlook, scheduled_days
from mmapi.obligations.integration.tally import Tally
from mmapi.obligations.integration.terms import FOREVER, Bounds, Condition, Programme, Span, Standing, State, Terms
from mmapi.tests.obligations.test_schedule import millis, ordinal

HALF = Bounds(5_000, 10_000, 1, 200)
FIFTH = Bounds(2_000, 20_000, 1, 300)
WEEKDAYS = (1, 2, 3, 4, 5)
TERMS = Terms(0, 8 * 60, 22 * 60, WEEKDAYS, "UTC", HALF, FIFTH)  # 14 hours
ALWAYS = (Span(0, FOREVER),)
MONDAY = ordinal("2026-03-02")


def tally(compliant: int, other: int, presence: int = 5_000) -> Tally:
    """Minutes."""
    found = Tally()
    found.times[Standing.COMPLIANT] = compliant * 60_000
    found.times[Standing.NO_QUOTE] = other * 60_000
    found.required = (compliant + other) * 60_000 * presence
    return found


def at(clock: str) -> int:
    return millis(f"2026-03-02T{clock}")


def test_two_hours_and_ten_minutes_more() -> None:
    """Of 14 hours 7 are needed. By 19:39 4 h 50 m are there, so 2 h 10 m are missing and 2 h 21 m are left."""
    ahead = outlook(Programme(1, (TERMS,)), ALWAYS, MONDAY, tally(290, 409), at("19:39"))
    assert (ahead.needed, ahead.left) == (130 * 60_000, 141 * 60_000)
    assert ahead.latest == at("19:50")
    assert wording.of_day(ahead, "UTC") == "2 h 10 m more, possible until 19:50."
    assert wording.of_day(ahead, "Europe/Berlin") == "2 h 10 m more, possible until 20:50."


def test_enough_is_enough() -> None:
    ahead = outlook(Programme(1, (TERMS,)), ALWAYS, MONDAY, tally(420, 279), at("19:39"))
    assert ahead.is_secured
    assert wording.of_day(ahead, "UTC") == "Nothing more is needed today."


def test_too_late() -> None:
    ahead = outlook(Programme(1, (TERMS,)), ALWAYS, MONDAY, tally(278, 421), at("19:39"))
    assert wording.of_day(ahead, "UTC") == "2 h 22 m more would be needed, 2 h 21 m are left: today is missed."


def test_an_exceptional_hour_to_come_asks_for_nothing() -> None:
    """13 hours count: 6 h 30 m are needed, 1 h 40 m of them are missing; 21:00 to 22:00 does not count."""
    states = (State(Condition.EXCEPTIONAL, at("21:00"), FOREVER),)
    ahead = outlook(Programme(1, (TERMS,), states), ALWAYS, MONDAY, tally(290, 370), at("19:00"))
    assert (ahead.needed, ahead.left, ahead.latest) == (100 * 60_000, 120 * 60_000, at("19:20"))


def test_a_stressed_hour_to_come_asks_for_its_own_presence() -> None:
    """11 hours are behind: half of 13 h and a fifth of 1 h are 402 minutes."""
    states = (State(Condition.STRESSED, at("20:00"), at("21:00")),)
    ahead = outlook(Programme(1, (TERMS,), states), ALWAYS, MONDAY, tally(290, 370), at("19:00"))
    assert ahead.required == 402 * 60_000
    assert ahead.needed == 112 * 60_000


def test_terms_that_change_during_the_day_count_from_then_on() -> None:
    """From 21:00 on the market closes at 21:30: 13 h 30 m in all."""
    shorter = Terms(at("21:00"), 8 * 60, 21 * 60 + 30, WEEKDAYS, "UTC", HALF, FIFTH)
    ahead = outlook(Programme(1, (TERMS, shorter)), ALWAYS, MONDAY, tally(290, 370), at("19:00"))
    assert (ahead.counted, ahead.required) == (810 * 60_000, 405 * 60_000)


def test_membership_that_ends_asks_for_nothing_more() -> None:
    leaves = (Span(0, at("20:00")),)
    ahead = outlook(Programme(1, (TERMS,)), leaves, MONDAY, tally(290, 370), at("19:00"))
    assert (ahead.required, ahead.left) == (360 * 60_000, 60 * 60_000)


def test_days_to_come_are_those_of_the_schedule() -> None:
    """From the 3rd to the 31st of March 2026 there are 21 weekdays; one of them is exceptional as a whole."""
    programme = Programme(1, (TERMS,))
    first, last = MONDAY + 1, ordinal("2026-03-31")
    assert scheduled_days(programme, ALWAYS, first, last) == 21
    away = State(Condition.EXCEPTIONAL, millis("2026-03-05T00:00"), millis("2026-03-06T00:00"))
    assert scheduled_days(Programme(1, (TERMS,), (away,)), ALWAYS, first, last) == 20
    assert scheduled_days(programme, (Span(0, millis("2026-03-04T09:00")),), first, last) == 2


NOTHING = Outlook(0, 0, 0, 0, 0)
SECURED = Outlook(100, 50, 0, 10, 0)
POSSIBLE = Outlook(100, 50, 5, 10, 1)
MISSED = Outlook(100, 50, 20, 10, 0)


@pytest.mark.parametrize(
    ("past", "today", "to_come", "counts", "standing"),
    [
        ([tally(5, 5), tally(4, 6)], SECURED, 1, Month(4, 2, 2, 1), "met"),
        ([tally(5, 5), tally(4, 6)], POSSIBLE, 2, Month(5, 1, 3, 3), "open"),
        ([tally(4, 6), tally(4, 6)], MISSED, 2, Month(5, 0, 3, 2), "missed"),
        ([Tally(), tally(5, 5)], NOTHING, 0, Month(1, 1, 1, 0), "met"),
        ([], NOTHING, 0, Month(0, 0, 0, 0), "met"),
    ],
    ids=["half", "open", "missed", "a day without trading is none", "nothing"],
)
def test_half_of_the_days(past: list[Tally], today: Outlook, to_come: int, counts: Month, standing: str) -> None:
    found = month(past, today, to_come)
    assert (found, found.standing) == (counts, standing)


@pytest.mark.parametrize(
    ("millis", "words"),
    [
        (0, "0 s"),
        (1, "1 s"),
        (59_001, "1 m"),
        (61_000, "1 m 1 s"),
        (3_599_001, "1 h"),
        (7_799_999, "2 h 10 m"),
        (7_800_001, "2 h 11 m"),
    ],
)
def test_a_duration_is_never_less_than_it_is(millis: int, words: str) -> None:
    assert wording.duration(millis) == words


def test_the_month_in_a_sentence() -> None:
    assert wording.of_month(Month(21, 8, 11, 9)) == "Met on 8 of 21 trading days: 3 more needed, 9 still open."
    assert date.fromordinal(MONDAY).isoweekday() == 1
