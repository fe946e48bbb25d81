"""GET /mm/markets/{id}/quote-obligations as clients see it."""

import time
from datetime import date
from typing import Any, Final, Literal

import msgspec

from accounts.bodies import Fields, fault
from accounts.credentials import Credential
from accounts.refusals import InvalidParameters, Refusal
from mmapi.obligations import reading, shaping, wording
from mmapi.obligations.integration.frames import terms_at
from mmapi.obligations.integration.integrator import Place
from mmapi.obligations.integration.schedule import session_of
from mmapi.obligations.integration.tally import Tally
from mmapi.obligations.integration.terms import FOREVER, REASONS, Condition, Programme, Standing
from mmapi.obligations.models import DeclaredState
from mmapi.obligations.programmes import millis
from mmapi.obligations.reading import Figures
from mmapi.obligations.shapes import (
    AccountShape,
    DayShape,
    MonthShape,
    NeededShape,
    ObligationsShape,
    StandingShape,
    StateShape,
    TodayShape,
)
from venue import queries
from venue.listing import account_name, market_at
from venue.markets import Terms
from venue.notation import moment

MOST_DAYS: Final = 400


class NotObliged(Refusal):
    status_code = 404
    code = "NOT_OBLIGED"
    default_detail = "No account of this key is or was a member of an obligation programme in this market."


class ObligationFilter(Fields, frozen=True):
    """`from` and `to` are days of the programme's calendar, both included."""

    from_day: date | None = msgspec.field(default=None, name="from")
    to_day: date | None = msgspec.field(default=None, name="to")
    format: Literal["json", "csv"] = "json"


class Told(msgspec.Struct, frozen=True):
    """What is answered, before its form is chosen."""

    market: Terms
    programme: Programme
    now: int
    figures: list[Figures]
    names: dict[int, str]
    firm_wide: bool


def tell(credential: Credential, symbol: str, wanted: ObligationFilter) -> Told:
    """The figures of the key's accounts; 404 where there is nothing they owe or owed."""
    market = market_at(symbol)
    refuse_faults(wanted)
    now = time.time_ns() // 1_000_000
    found, names = reading.programme_of(market), queries.accounts_of(credential)
    if not any(Place(account, market.number) in found.members for account in names):
        raise NotObliged
    figures = reading.figures(market, found, sorted(names), now)
    return Told(market, found.programmes[market.number], now, figures, names, credential.firm_wide)


def refuse_faults(wanted: ObligationFilter) -> None:
    first, last = wanted.from_day, wanted.to_day
    if last is not None and first is None:
        raise InvalidParameters(errors=[fault("from", "REQUIRED", "`to` goes with `from`.")])
    if first is None or last is None:
        return
    if last < first:
        raise InvalidParameters(errors=[fault("to", "OUT_OF_RANGE", "`to` is before `from`.")])
    if (last - first).days >= MOST_DAYS:
        raise InvalidParameters(errors=[fault("to", "OUT_OF_RANGE", f"At most {MOST_DAYS} days at once.")])


def shape(told: Told, wanted: ObligationFilter) -> ObligationsShape:
    market, programme, now = told.market, told.programme, told.now
    terms, changes = terms_at(programme, now)
    following = next((one for one in programme.terms if one.starts == changes), None)
    return ObligationsShape(
        market=market.symbol,
        as_of=moment(now),
        journal_as_of=moment(min(now, *(one.followed_until for one in told.figures))),
        terms=shaping.terms_shape(terms, market) if terms else None,
        next_terms=shaping.terms_shape(following, market) if following else None,
        market_state=state_shape(programme, now),
        accounts=[account_shape(told, one, wanted) for one in told.figures],
    )


def state_shape(programme: Programme, now: int) -> StateShape:
    """Of states that overlap the last one declared holds."""
    rows = list(DeclaredState.objects.filter(programme__market=programme.market).order_by("id"))
    spans = [(millis(row.starts_at), millis(row.ended_at) or millis(row.planned_end) or FOREVER, row) for row in rows]
    for starts, ends, row in reversed(spans):
        if starts <= now < ends:
            word = Condition(row.condition).name.lower()
            return StateShape(word, row.reason, moment(starts), moment(ends) if ends < FOREVER else None)
    since = max((ends for _, ends, _ in spans if ends <= now), default=0)
    until = min((starts for starts, ends, _ in spans if now < starts < ends), default=0)
    return StateShape("normal", None, moment(since) if since else None, moment(until) if until else None)


def account_shape(told: Told, figures: Figures, wanted: ObligationFilter) -> AccountShape:
    last = figures.spans[-1]
    more = {} if wanted.from_day is None else {"days": days_shape(told, figures, wanted)}
    return AccountShape(
        account=account_name(told.names if told.firm_wide else {}, figures.account),
        joined_at=moment(last.starts),
        left_at=moment(last.ends) if last.ends < FOREVER else None,
        now=standing_shape(figures),
        today=today_shape(told, figures),
        month=month_shape(told, figures),
        **more,
    )


def standing_shape(figures: Figures) -> StandingShape:
    standing, since = figures.course.standing, figures.course.since
    status = "compliant" if standing is Standing.COMPLIANT else "non_compliant" if standing in REASONS else "excluded"
    reason = None if standing is Standing.COMPLIANT else shaping.WORDS[standing]
    return StandingShape(status, reason, moment(since) if since else None)


def today_shape(told: Told, figures: Figures) -> TodayShape:
    terms, _ = terms_at(told.programme, told.now)
    session = session_of(terms, figures.today) if terms else None
    ahead = figures.outlook
    return TodayShape(
        day=date.fromordinal(figures.today).isoformat(),
        opens=moment(session.opens) if session else None,
        closes=moment(session.closes) if session else None,
        still_needed=NeededShape(
            wording.status_of(ahead),
            shaping.seconds(ahead.needed),
            shaping.seconds(ahead.left),
            shaping.seconds(ahead.required),
            moment(ahead.latest) if ahead.latest and ahead.is_possible else None,
            wording.of_day(ahead, terms.time_zone if terms else "UTC"),
        ),
        **shaping.sums(figures.tally, told.market),
    )


def month_shape(told: Told, figures: Figures) -> MonthShape:
    counts = figures.month
    return MonthShape(
        month=f"{date.fromordinal(figures.today):%Y-%m}",
        trading_days=counts.days,
        days_met=counts.met,
        days_needed=counts.needed,
        days_open=counts.open,
        status=counts.standing,
        sentence=wording.of_month(counts),
        **shaping.sums(figures.month_tally, told.market),
    )


def days_shape(told: Told, figures: Figures, wanted: ObligationFilter) -> list[DayShape]:
    return [
        DayShape(day=date.fromordinal(day).isoformat(), met=shaping.met(tally), **shaping.sums(tally, told.market))
        for day, tally in days(told, figures, wanted).items()
    ]


def days(told: Told, figures: Figures, wanted: ObligationFilter) -> dict[int, Tally]:
    """Those asked for; by themselves the running month's."""
    first, last = reading.month_of(figures.today)
    if wanted.from_day is not None:
        first = wanted.from_day.toordinal()
        last = min(wanted.to_day.toordinal() if wanted.to_day else figures.today, first + MOST_DAYS - 1)
    place = Place(figures.account, told.market.number)
    return reading.days_between(figures.course, place, first, last)


def row_values(told: Told, figures: Figures, day: int, tally: Tally) -> dict[str, Any]:
    """One day as a line of a table."""
    market = told.market
    return {
        "market": market.symbol,
        "account": told.names.get(figures.account, ""),
        "day": date.fromordinal(day).isoformat(),
        "met": {True: "yes", False: "no", None: ""}[shaping.met(tally)],
        "counted_seconds": shaping.exact_seconds(tally.counted),
        "compliant_seconds": shaping.exact_seconds(tally.compliant),
        "required_seconds": shaping.exact_seconds(shaping.required(tally)),
        "presence_percent": shaping.presence(tally),
        **{
            f"{shaping.WORDS[one]}_seconds": shaping.exact_seconds(tally.times[one])
            for one in (*REASONS, Standing.HALTED, Standing.EXCEPTIONAL)
        },
        "two_sided_seconds": shaping.exact_seconds(tally.quoted),
        "spread_bps": shaping.spread(tally),
        "bid_size": shaping.size(tally.bid, tally, market),
        "ask_size": shaping.size(tally.ask, tally, market),
    }
