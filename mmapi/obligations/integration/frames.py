"""What is asked for at a moment, and until when that stays so: terms, schedule, declared state and membership as
frames of time that leave no gap."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mmapi.obligations.integration.schedule import sessions_from
from mmapi.obligations.integration.terms import (
    FOREVER,
    Bounds,
    Condition,
    Programme,
    Span,
    Standing,
    State,
    Terms,
)


class Frame(NamedTuple):
    """From `starts` until before `ends` nothing of what is asked changes. Without bounds nothing is asked, and
    `excluded` says why; `day` is that of the session, 0 outside of one."""

    starts: int
    ends: int
    day: int
    bounds: Bounds | None
    excluded: Standing


def terms_at(programme: Programme, at: int) -> tuple[Terms | None, int]:
    """The terms in force, and when the next ones take over."""
    found = bisect_right(programme.terms, at, key=lambda one: one.starts)
    ends = programme.terms[found].starts if found < len(programme.terms) else FOREVER
    return (programme.terms[found - 1] if found else None), ends


def state_at(states: Sequence[State], at: int) -> tuple[Condition, int]:
    """The market's state, and until when; of states that overlap the last one declared holds."""
    ends = FOREVER
    for state in reversed(states):
        if state.starts <= at < state.ends:
            return state.condition, min(ends, state.ends)
        if at < state.starts < state.ends:
            ends = min(ends, state.starts)
    return Condition.NORMAL, ends


def frame_at(programme: Programme, spans: Sequence[Span], at: int) -> Frame:
    """What is asked of an account that is a member for those spans."""
    span = next((one for one in spans if at < one.ends and one.starts < one.ends), None)
    if span is None or at < span.starts:
        return Frame(at, span.starts if span else FOREVER, 0, None, Standing.NOT_OBLIGED)
    terms, terms_end = terms_at(programme, at)
    ends = min(span.ends, terms_end)
    if terms is None:
        return Frame(at, ends, 0, None, Standing.NOT_OBLIGED)
    session = next(sessions_from(terms, at), None)
    if session is None or at < session.opens:
        ends = min(ends, session.opens) if session else ends
        return Frame(at, ends, 0, None, Standing.OUTSIDE_SCHEDULE)
    condition, state_ends = state_at(programme.states, at)
    ends = min(ends, session.closes, state_ends)
    if condition is Condition.EXCEPTIONAL:
        return Frame(at, ends, session.day, None, Standing.EXCEPTIONAL)
    bounds = terms.normal if condition is Condition.NORMAL else terms.stressed
    return Frame(at, ends, session.day, bounds, Standing.COMPLIANT)


def frames_between(programme: Programme, spans: Sequence[Span], starts: int, ends: int) -> Iterator[Frame]:
    """All frames of a time, the last one cut off at its end."""
    while starts < ends:
        frame = frame_at(programme, spans, starts)
        yield frame._replace(ends=min(frame.ends, ends))
        starts = frame.ends
