"""What is still needed: of a day that runs, and of a month by the half-of-days rule of RTS 8."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from mmapi.obligations.integration.frames import Frame, frame_at
from mmapi.obligations.integration.schedule import session_of
from mmapi.obligations.integration.tally import Tally
from mmapi.obligations.integration.terms import WHOLE, Programme, Span

_LONGEST_DAY_MS: Final = 3 * 24 * 3_600_000  # from the first to the last moment that may bear one date


class Outlook(NamedTuple):
    """A day as it will be if nothing more changes: ms that will have counted, ms that must be compliant by then, those
    still missing, those left in which they may be made up, and the latest moment to begin (0: none)."""

    counted: int
    required: int
    needed: int
    left: int
    latest: int

    @property
    def is_secured(self) -> bool:
        return self.needed == 0

    @property
    def is_possible(self) -> bool:
        return self.needed <= self.left


def outlook(programme: Programme, spans: Sequence[Span], day: int, tally: Tally, now: int) -> Outlook:
    """Of the day whose sums up to now are given. A halt is taken to end now, a declared state when it is planned to."""
    ahead = [frame for frame in frames_of_day(programme, spans, day, now) if frame.bounds is not None]
    left = sum(frame.ends - frame.starts for frame in ahead)
    asked = sum(frame.bounds.presence * (frame.ends - frame.starts) for frame in ahead if frame.bounds)
    required = -(-(tally.required + asked) // WHOLE)
    needed = max(0, required - tally.compliant)
    return Outlook(tally.counted + left, required, needed, left, _latest(ahead, needed))


def frames_of_day(programme: Programme, spans: Sequence[Span], day: int, starts: int) -> list[Frame]:
    """What is left of a day's sessions from a moment on."""
    found: list[Frame] = []
    ends = starts + _LONGEST_DAY_MS
    while starts < ends:
        frame = frame_at(programme, spans, starts)
        if frame.day == day:
            found.append(frame)
        elif frame.day > day:
            break
        starts = frame.ends
    return found


def _latest(ahead: Sequence[Frame], needed: int) -> int:
    """The last moment from which on the frames hold as much time as is needed."""
    if not needed:
        return 0
    for frame in reversed(ahead):
        length = frame.ends - frame.starts
        if needed <= length:
            return frame.ends - needed
        needed -= length
    return 0


class Month(NamedTuple):
    """Trading days of the month so far and to come, how many are met or secured, how many must be, and how many may yet
    be met."""

    days: int
    met: int
    needed: int
    open: int

    @property
    def standing(self) -> str:
        if self.met >= self.needed:
            return "met"
        return "open" if self.met + self.open >= self.needed else "missed"


def month(past: Sequence[Tally], today: Outlook | None, to_come: int) -> Month:
    """Half of the trading days, rounded up. A day of which nothing counts is none. `to_come` are those after today."""
    traded = [tally for tally in past if tally.counted]
    met = sum(tally.is_met for tally in traded)
    days, still_open = len(traded) + to_come, to_come
    if today is not None and today.counted:
        days += 1
        met += today.is_secured
        still_open += today.is_possible and not today.is_secured
    return Month(days, met, -(-days // 2), still_open)


def scheduled_days(programme: Programme, spans: Sequence[Span], first: int, last: int) -> int:
    """How many of the days from the first to the last one have time of a session that will be asked for."""
    return sum(_is_scheduled(programme, spans, day) for day in range(first, last + 1))


def _is_scheduled(programme: Programme, spans: Sequence[Span], day: int) -> bool:
    for position, terms in enumerate(programme.terms):
        session = session_of(terms, day)
        if session is None:
            continue
        following = programme.terms[position + 1 :]
        starts = max(session.opens, terms.starts)
        ends = min(session.closes, following[0].starts) if following else session.closes
        for span in spans:
            begin, end = max(starts, span.starts), min(ends, span.ends)
            while begin < end:
                frame = frame_at(programme, spans, begin)
                if frame.bounds is not None and frame.day == day:
                    return True
                begin = frame.ends
    return False
