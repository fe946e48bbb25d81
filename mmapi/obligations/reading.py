"""Figures as they are at a moment: what the follower has kept, gone on with until now by the same integration."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from mmapi.obligations import asked, store
from mmapi.obligations.asked import Asked
from mmapi.obligations.integration.course import Course
from mmapi.obligations.integration.forecast import Month, Outlook, month, outlook, scheduled_days
from mmapi.obligations.integration.frames import frame_at, terms_at
from mmapi.obligations.integration.integrator import Place
from mmapi.obligations.integration.interest import Interest
from mmapi.obligations.integration.schedule import local_day
from mmapi.obligations.integration.tally import Tally
from mmapi.obligations.integration.terms import REASONS, WHOLE, Programme, Span, Standing
from mmapi.obligations.models import ObligationDay
from venue.engine.terms import MarketStatus
from venue.markets import Terms
from venue.queries import fetch

_HALTS = (MarketStatus.HALTED, MarketStatus.CLOSED)


class Figures(NamedTuple):
    """One account's: its course up to now, how far the journal was known, and the day that counts as today."""

    account: int
    spans: tuple[Span, ...]
    course: Course
    followed_until: int
    today: int
    tally: Tally
    outlook: Outlook
    month: Month
    month_tally: Tally


def programme_of(market: Terms) -> Asked:
    return asked.of_markets([market.number])


def figures(market: Terms, found: Asked, accounts: Sequence[int], now: int) -> list[Figures]:
    """Of those of the accounts that are members or were, in the order given."""
    programme = found.programmes[market.number]
    members = [Place(account, market.number) for account in accounts if Place(account, market.number) in found.members]
    kept = {
        account: values
        for account, *values in fetch(
            "SELECT account_id, at, standing, since, memory, legs FROM mmapi_obligationcourse "
            "WHERE market_id = %s AND account_id = ANY(%s)",
            [market.number, [place.account for place in members]],
        )
    }
    return [_figures(programme, place, found.members[place], kept.get(place.account), now) for place in members]


def _figures(programme: Programme, place: Place, spans: tuple[Span, ...], kept: Any, now: int) -> Figures:
    course = _course(programme, place, spans, kept)
    followed_until = course.at
    course.settle(max(now, course.at))
    today = day_of(programme, spans, course.at)
    tally = course.tallies.get(today, Tally())
    ahead = outlook(programme, spans, today, tally, course.at)
    first, last = month_of(today)
    past = days_between(course, place, first, today - 1)
    to_come = scheduled_days(programme, spans, today + 1, last)
    of_month = Tally()
    for one in (*past.values(), tally):
        of_month.include(one)
    counts = month(list(past.values()), ahead, to_come)
    return Figures(place.account, spans, course, followed_until, today, tally, ahead, counts, of_month)


def _course(programme: Programme, place: Place, spans: tuple[Span, ...], kept: Any) -> Course:
    """As the follower left it; of a member that it has not met yet, from its joining on."""
    if kept is not None and kept[3]:
        *values, legs = kept
        return store.course_of(programme, spans, store.interest_of(legs), values)
    course = Course(programme, spans, store.interest_of(kept[4]) if kept else Interest(), spans[0].starts)
    ((status,),) = fetch("SELECT status FROM venue_market WHERE number = %s", [place.market])
    course.halted = status in _HALTS
    return course


def day_of(programme: Programme, spans: Sequence[Span], at: int) -> int:
    """The day of the session that is open, outside of one the local date."""
    frame = frame_at(programme, spans, at)
    if frame.day:
        return frame.day
    terms, _ = terms_at(programme, at)
    return local_day(terms.time_zone if terms else "UTC", at)


def month_of(day: int) -> tuple[int, int]:
    """The first and the last day of its calendar month."""
    first = date.fromordinal(day).replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first.toordinal(), following.toordinal() - 1


def days_between(course: Course, place: Place, first: int, last: int) -> dict[int, Tally]:
    """Days that have figures, in their order: those kept, and what the course has gone on to since."""
    columns = ", ".join(store.SUMS)
    found = fetch(
        f"SELECT day, {columns}, required, quoted, spread, bid, ask FROM mmapi_obligationday "
        "WHERE account_id = %s AND market_id = %s AND day BETWEEN %s AND %s",
        [*place, date.fromordinal(first), date.fromordinal(last)],
    )
    days = {day.toordinal(): _tally(values) for day, *values in found}
    days |= {day: tally for day, tally in course.tallies.items() if first <= day <= last}
    return dict(sorted(days.items()))


def _tally(values: list[Any]) -> Tally:
    sums = len(store.SUMS)
    times = [*map(int, values[:sums]), *[0] * (len(Standing) - sums)]
    return Tally.of([*times, *map(int, values[sums:])])


def part_of(day: ObligationDay) -> Fraction | None:
    """How much of what a day asks was met, at most all of it; None where it asks nothing."""
    return min(Fraction(day.compliant * WHOLE, day.required), Fraction(1)) if day.required else None


def part_met(account: int, market: int, day: date) -> Fraction | None:
    """The same of one day in the programme's own time zone; for tiers that ask for compliance."""
    kept = ObligationDay.objects.filter(account=account, market=market, day=day).first()
    return part_of(kept) if kept else None


def presence_of(day: ObligationDay) -> Decimal | None:
    """In percent of the time that counted; None where none did."""
    counted = day.compliant + sum(getattr(day, reason.name.lower()) for reason in REASONS)
    return Decimal(100 * day.compliant) / counted if counted else None
