"""A programme's makers on one day, as the desk draws them: standings, timelines, and the days of the month as bars."""

import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from accounts.models import TradingAccount
from mmapi.obligations import reading, shaping, wording
from mmapi.obligations.asked import Asked
from mmapi.obligations.integration.course import Run
from mmapi.obligations.integration.frames import terms_at
from mmapi.obligations.integration.integrator import Place
from mmapi.obligations.integration.schedule import local_time, session_of
from mmapi.obligations.integration.tally import Tally
from mmapi.obligations.integration.terms import FOREVER, REASONS, WHOLE, Programme, Standing
from mmapi.obligations.models import ObligationProgramme
from mmapi.obligations.reading import Figures
from venue.markets import Terms, existing
from venue.queries import fetch

WIDTH: Final = 1_000  # of a timeline, in its own units
HEIGHT: Final = 24
COLUMNS: Final = 480  # what is shorter than one of so many parts of the day cannot be seen by itself
LEGEND: Final = tuple(Standing)[:10]
COLOURS: Final = {"compliant": "success", "non_compliant": "danger", "excluded": "default"}


class Shape(NamedTuple):
    """A part of a timeline: where, which colour, and what it says when asked."""

    x: str
    width: str
    y: str
    height: str
    word: str
    title: str


class Bar(NamedTuple):
    """A day of the month; the height is of 100."""

    day: int
    height: str
    needed: str
    word: str
    title: str


class Maker(NamedTuple):
    account: str
    firm: str
    standing: str
    status: str
    since: str
    presence: str
    filled: str  # percent of the bar
    mark: str
    sentence: str
    month: str
    spread: str
    sizes: str
    shapes: list[Shape]
    bars: list[Bar]
    reasons: list[tuple[str, str]]


def context(programme: ObligationProgramme, wanted: date | None) -> dict[str, Any]:
    """What the template draws; the day is today's where none is asked for."""
    market, now = existing(programme.market_id), time.time_ns() // 1_000_000
    found = reading.programme_of(market)
    asked = found.programmes[market.number]
    terms, _ = terms_at(asked, now)
    zone = terms.time_zone if terms else "UTC"
    today = local_time(zone, now).date()
    day = min(wanted or today, today)
    figures = reading.figures(market, found, [place.account for place in found.members], now)
    return {
        "programme": programme,
        "day": day,
        "is_today": day == today,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < today else None,
        "time_zone": zone,
        "makers": makers(market, found, figures, day, day == today),
        "ticks": ticks(asked, day, zone),
        "legend": [(shaping.WORDS[one], words(one)) for one in LEGEND],
        "terms": terms_in_words(market, asked, now),
    }


def words(standing: Standing) -> str:
    return shaping.WORDS[standing].replace("_", " ").replace("one sided", "one-sided")


def terms_in_words(market: Terms, programme: Programme, now: int) -> list[tuple[str, str]]:
    terms, _ = terms_at(programme, now)
    if terms is None:
        return []
    return [
        (
            name,
            f"{shaping.hundredths(bounds.presence).normalize():f}% of the time within "
            f"{shaping.hundredths(bounds.spread).normalize():f} bp, at least {market.size(bounds.size):f} "
            f"{market.base_asset} a side, at most {shaping.hundredths(bounds.ratio).normalize():f} to 1",
        )
        for name, bounds in (("Normal", terms.normal), ("Stressed", terms.stressed))
    ]


def makers(market: Terms, found: Asked, figures: list[Figures], day: date, is_today: bool) -> list[Maker]:
    names = {
        row.pk: row
        for row in TradingAccount.objects.filter(pk__in=[one.account for one in figures]).select_related("firm")
    }
    programme = found.programmes[market.number]
    told = [maker(market, programme, one, names[one.account], day, is_today) for one in figures]
    return sorted(told, key=lambda one: (one.firm, one.account))


def maker(
    market: Terms, programme: Programme, figures: Figures, account: TradingAccount, day: date, is_today: bool
) -> Maker:
    place, number = Place(figures.account, market.number), day.toordinal()
    first, last = reading.month_of(number)
    days = reading.days_between(figures.course, place, first, last)
    tally = days.get(number, Tally())
    terms, _ = terms_at(programme, figures.course.at)
    zone = terms.time_zone if terms else "UTC"
    standing = figures.course.standing
    presence = shaping.presence(tally)
    return Maker(
        account=account.name,
        firm=account.firm.code,
        standing=words(standing),
        status=status_of(standing),
        since=f"since {local_time(zone, figures.course.since):%d %b %H:%M:%S}" if figures.course.since else "",
        presence="-" if presence is None else f"{presence:.2f}%",
        filled=f"{presence or 0:.2f}",
        mark=f"{mark_of(tally):.2f}",
        sentence=wording.of_day(figures.outlook, zone) if is_today else met_in_words(tally),
        month=wording.of_month(figures.month),
        spread="-" if shaping.spread(tally) is None else f"{shaping.spread(tally):.2f} bp",
        sizes=sizes(market, tally),
        shapes=shapes(runs_of(figures, place, day), programme, number, zone),
        bars=[bar(date.fromordinal(one), days.get(one, Tally())) for one in range(first, last + 1)],
        reasons=[(words(one), wording.duration(tally.times[one])) for one in REASONS if tally.times[one]],
    )


def status_of(standing: Standing) -> str:
    if standing is Standing.COMPLIANT:
        return "success"
    return "danger" if standing in REASONS else "default"


def mark_of(tally: Tally) -> Decimal:
    """The presence that is required of what counted, in percent."""
    return Decimal(tally.required * 100) / (WHOLE * tally.counted) if tally.counted else Decimal(0)


def met_in_words(tally: Tally) -> str:
    return {True: "Met.", False: "Missed.", None: "Nothing counted."}[shaping.met(tally)]


def sizes(market: Terms, tally: Tally) -> str:
    bid, ask = shaping.size(tally.bid, tally, market), shaping.size(tally.ask, tally, market)
    if bid is None or ask is None:
        return "-"
    return f"{bid.quantize(market.lot_size):f} / {ask.quantize(market.lot_size):f}"


def runs_of(figures: Figures, place: Place, day: date) -> list[Run]:
    """The day's intervals: those kept, and what the course has gone on to since."""
    kept = fetch(
        "SELECT starts_at, ends_at, standing FROM mmapi_obligationinterval "
        "WHERE account_id = %s AND market_id = %s AND day = %s",
        [*place, day],
    )
    number = day.toordinal()
    runs = {starts: Run(starts, ends, number, Standing(standing)) for starts, ends, standing in kept}
    course = figures.course
    runs |= {run.starts: run for run in (*course.runs, *([course.run] if course.run else [])) if run.day == number}
    return [runs[starts] for starts in sorted(runs)]


def shapes(runs: list[Run], programme: Programme, day: int, zone: str) -> list[Shape]:
    """Each interval where it was; where some are too short to be seen, the day in columns, each by its shares."""
    session = span_of(programme, day)
    if session is None or not runs:
        return []
    opens, closes = session
    width = -(-(closes - opens) // COLUMNS)
    if min(run.ends - run.starts for run in runs) < width:
        columns = in_columns(runs, opens, width)
    else:
        columns = [(run.starts, run.ends, {run.standing: run.ends - run.starts}) for run in runs]
    scale = Decimal(WIDTH) / (closes - opens)
    return [shape for column in columns for shape in stacked(*column, opens, scale, zone)]


def stacked(
    starts: int, ends: int, shares: dict[Standing, int], opens: int, scale: Decimal, zone: str
) -> Iterator[Shape]:
    """A column by its shares, compliance at the bottom."""
    parts = [(words(one), wording.duration(took)) for one, took in shares.items()]
    said = ", ".join(f"{name} {took}" for name, took in parts) if len(parts) > 1 else parts[0][0]
    title = f"{local_time(zone, starts):%H:%M:%S} to {local_time(zone, ends):%H:%M:%S}: {said}"
    whole, bottom = sum(shares.values()), Decimal(HEIGHT)
    for standing, took in sorted(shares.items()):
        height = Decimal(HEIGHT * took) / whole
        bottom -= height
        x, width = (starts - opens) * scale, (ends - starts) * scale
        yield Shape(f"{x:.2f}", f"{width:.2f}", f"{bottom:.2f}", f"{height:.2f}", shaping.WORDS[standing], title)


def span_of(programme: Programme, day: int) -> tuple[int, int] | None:
    """From the first opening to the last closing of the day by the terms in force then."""
    sessions: list[tuple[int, int]] = []
    ends = [*(terms.starts for terms in programme.terms), FOREVER][1:]
    for terms, until in zip(programme.terms, ends, strict=True):
        session = session_of(terms, day)
        if session is not None and max(session.opens, terms.starts) < min(session.closes, until):
            sessions.append((max(session.opens, terms.starts), min(session.closes, until)))
    return (min(sessions)[0], max(closes for _, closes in sessions)) if sessions else None


Column = tuple[int, int, dict[Standing, int]]


def in_columns(runs: list[Run], opens: int, width: int) -> list[Column]:
    """Spans of at least that width with the ms of each standing; neighbours that are of one and the same are one."""
    shares: dict[int, dict[Standing, int]] = {}
    for run in runs:
        starts = run.starts
        while starts < run.ends:
            column = (starts - opens) // width
            ends = min(run.ends, opens + (column + 1) * width)
            share = shares.setdefault(column, {})
            share[run.standing] = share.get(run.standing, 0) + ends - starts
            starts = ends
    merged: list[Column] = []
    for column, share in sorted(shares.items()):
        starts = opens + column * width
        ends = min(starts + width, runs[-1].ends)
        if merged and merged[-1][1] == starts and len(share) == 1 and merged[-1][2].keys() == share.keys():
            ((standing, took),) = share.items()
            merged[-1] = (merged[-1][0], ends, {standing: merged[-1][2][standing] + took})
        else:
            merged.append((starts, ends, share))
    return merged


def bar(day: date, tally: Tally) -> Bar:
    presence = shaping.presence(tally)
    word = {True: "met", False: "missed", None: "none"}[shaping.met(tally)]
    said = "nothing counted" if presence is None else f"{presence:.2f}% of {wording.duration(tally.counted)}, {word}"
    return Bar(day.day, f"{presence or 0:.2f}", f"{mark_of(tally):.2f}", word, f"{day:%d %b}: {said}")


def ticks(programme: Programme, day: date, zone: str) -> list[tuple[str, str]]:
    """Where on the timeline (percent) which time of the day is."""
    session = span_of(programme, day.toordinal())
    if session is None:
        return []
    opens, closes = session
    return [
        (f"{quarter * 25}", f"{local_time(zone, opens + (closes - opens) * quarter // 4):%H:%M}")
        for quarter in range(5)
    ]
