"""Random days: the integrator, cut off anywhere and gone on with, agrees with a naive look at each second."""

from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from mmapi.obligations import store
from mmapi.obligations.integration.integrator import Integrator, Place
from mmapi.obligations.integration.tally import Tally
from mmapi.obligations.integration.terms import Bounds, Condition, Programme, Span, Standing, State, Terms
from mmapi.tests.obligations.naive import Day, Fact, Rules, midnight, seconds_by_standing

ZERO: Final = midnight(2026, 3, 3)
PLACE: Final = Place(7, 1)
TUESDAY: Final = date(2026, 3, 3).toordinal()
ENDS: Final = 240  # seconds that are looked at
NAMES: Final = ("a", "b", "c")
CONDITIONS: Final = {"stressed": Condition.STRESSED, "exceptional": Condition.EXCEPTIONAL}

seconds = st.integers(0, ENDS)
bounds = st.builds(
    Bounds,
    st.integers(1, 10_000),
    st.sampled_from((4_000, 2_000, 6_000, 400)),
    st.sampled_from((2, 3, 4, 1)),
    st.sampled_from((200, 100, 150, 400)),
)
distances = st.sampled_from((0, 2, 5, 9, 14, 20, 30))
sizes = st.sampled_from((2, 1, 3, 1, 0, 2, 4))
# Few prices and small sizes, so that levels are shared and sums meet the least size exactly.
legs = st.tuples(st.sampled_from(NAMES), st.sampled_from(("buy", "sell")), distances, sizes)
facts = st.one_of(
    st.builds(lambda at, leg: Fact(at, "leg", leg), seconds, legs),
    st.builds(lambda at, leg: Fact(at, "leg", leg), seconds, legs),
    st.builds(lambda at, leg: Fact(at, "leg", leg), seconds, legs),
    st.builds(lambda at, leg: Fact(at, "leg", leg), seconds, legs),
    st.builds(Fact, seconds, st.sampled_from(("halt", "resume", "fire", "arm")), st.just(())),
    st.builds(lambda at, lasts: Fact(at, "freeze", (lasts,)), seconds, st.integers(1, 100)),
)


@st.composite
def days(draw: Any) -> tuple[Day, Programme, tuple[Span, ...]]:
    """The same day for both: minutes are of 60 s, so opening and closing are whole minutes."""
    opens, closes = draw(st.sampled_from(((0, 4), (0, 3), (1, 4), (1, 3))))
    moments = sorted({draw(st.integers(0, 60)), *(draw(seconds) for _ in range(draw(st.integers(0, 2))))})
    asked = [(moment, draw(bounds), draw(bounds)) for moment in moments]
    states = [
        (draw(st.sampled_from(sorted(CONDITIONS))), *sorted((draw(seconds), draw(seconds))))
        for _ in range(draw(st.integers(0, 2)))
    ]
    joined, left = draw(st.integers(0, 60)), draw(st.integers(150, 400))
    day = Day(
        opens * 60,
        closes * 60,
        tuple(states),
        tuple((at, rules(one), rules(two)) for at, one, two in asked),
        joined,
        left,
    )
    programme = Programme(
        1,
        tuple(Terms(ms(at), opens, closes, (2,), "UTC", one, two) for at, one, two in asked),
        tuple(State(CONDITIONS[name], ms(starts), ms(ends)) for name, starts, ends in states),
    )
    return day, programme, (Span(ms(joined), ms(left)),)


def ms(second: int) -> int:
    return ZERO + second * 1_000


def rules(one: Bounds) -> Rules:
    return Rules(Fraction(one.presence, 10_000), Fraction(one.spread, 1_000_000), one.size, Fraction(one.ratio, 100))


def placed(happened: list[Fact]) -> list[Fact]:
    """In time, freezes to their end and none within another, and prices so that an account never crosses itself."""
    found: list[Fact] = []
    thaws = 0
    for fact in sorted(happened, key=lambda one: one.at):
        if fact.what == "freeze":
            if fact.at >= thaws:
                thaws = fact.at + fact.values[0]
                found.append(fact._replace(values=(thaws,)))
        elif fact.what == "leg":
            name, side, distance, size = fact.values
            price = 10_000 + (1 + distance if side == "sell" else -1 - distance)
            found.append(fact._replace(values=(name, side, price, size)))
        else:
            found.append(fact)
    return found


def tell(integrator: Integrator, fact: Fact) -> None:
    at = ms(fact.at)
    if fact.what == "leg":
        name, side, price, size = fact.values
        leg = (0, *PLACE, NAMES.index(name) + 1, 0, 1 if side == "buy" else 2, price, size, 0, 0, "", at)
        integrator.take_reports([leg])
    elif fact.what == "freeze":
        terms = SimpleNamespace(
            account=PLACE.account, group="", market=1, markets=(1,), frozen_ms=ms(fact.values[0]) - at
        )
        integrator.take_command((at, "ConfigureProtection", terms))
        integrator.take_reports([(0, *PLACE, 0, 21, 0, 0, 0, 0, 0, "", at)])
    elif fact.what in ("halt", "resume"):
        integrator.take_command(
            (at, "SetMarketStatus", SimpleNamespace(market=1, status=3 if fact.what == "halt" else 1))
        )
    elif fact.what == "fire":
        setting = {"session": 5, "scope": 1, "market": 0, "account": PLACE.account, "lock": False, "timeout_ms": 1}
        integrator.take_command((at, "ConfigureDisconnect", SimpleNamespace(**setting, armed_at=at)))
        integrator.take_command((at, "FireDisconnect", SimpleNamespace(**setting, deadline=at + 1)))
    else:
        integrator.take_command((at, "RearmDisconnect", SimpleNamespace(session=5, heard_at=at + 2)))


def gone_on_with(integrator: Integrator, programme: Programme, spans: tuple[Span, ...]) -> Integrator:
    """Written down as the follower does, and read back."""
    later = Integrator(integrator.until)
    known = store._decode_circumstances(store.circumstances_of(integrator))
    later.halted, later.hindrances = known.halted, known.hindrances
    later.interests[PLACE] = store.interest_of(store.legs_of(integrator.interest(PLACE)))
    course = integrator.courses[PLACE]
    values = (course.at, int(course.standing), course.since, store.memory_of(course))
    later.courses[PLACE] = store.course_of(programme, spans, later.interests[PLACE], values)
    later.courses[PLACE].runs = course.runs
    later.ask([programme], {PLACE: spans})
    return later


@settings(max_examples=150, deadline=None)
@given(days(), st.lists(facts, min_size=12, max_size=40), st.sets(seconds, max_size=4))
def test_both_agree(asked: tuple[Day, Programme, tuple[Span, ...]], happened: list[Fact], cuts: set[int]) -> None:
    day, programme, spans = asked
    told = placed(happened)
    integrator = Integrator(ZERO)
    integrator.hindrances.markets.add(PLACE.market)
    integrator.ask([programme], {PLACE: spans})
    for fact in sorted([*told, *(Fact(cut, "cut") for cut in cuts)], key=lambda one: one.at):
        if fact.what == "cut":
            integrator.advance(ms(fact.at))
            integrator = gone_on_with(integrator, programme, spans)
        else:
            tell(integrator, fact)
    integrator.advance(ms(ENDS))
    counted, required = seconds_by_standing(day, told, ENDS)
    tally = integrator.courses[PLACE].tallies.get(TUESDAY, Tally())
    inside = {one: counted[one.name.lower()] for one in Standing if one < Standing.OUTSIDE_SCHEDULE}
    assert {one: Fraction(tally.times[one], 1_000) for one in inside} == inside
    assert Fraction(tally.required, 10_000 * 1_000) == required
    assert runs_of(integrator) == Counter({one: n for one, n in inside.items() if n})


def runs_of(integrator: Integrator) -> Counter[Standing]:
    """The same seconds by the intervals, which leave no gap and differ from their neighbours."""
    course = integrator.courses[PLACE]
    runs = [*course.runs, *([course.run] if course.run else [])]
    for one, two in pairwise(runs):
        assert one.ends <= two.starts
        assert one.ends < two.starts or one.standing != two.standing
    sums: Counter[Standing] = Counter()
    for run in runs:
        sums[run.standing] += (run.ends - run.starts) // 1_000
    return sums
