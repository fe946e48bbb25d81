"""One account's obligation in one market, integrated from moment to moment."""

from collections.abc import Sequence
from typing import NamedTuple

from mmapi.obligations.integration.frames import Frame, frame_at
from mmapi.obligations.integration.interest import Interest, Verdict
from mmapi.obligations.integration.tally import Tally
from mmapi.obligations.integration.terms import Programme, Span, Standing


class Run(NamedTuple):
    """A time of one day in which the standing did not change."""

    starts: int
    ends: int
    day: int
    standing: Standing


class Course:
    """Integrated up to `at`. `run` goes on until then, `runs` are those that ended and were not taken yet; `since` is
    when the standing became what it is, over days."""

    __slots__ = (
        *("at", "disconnected", "frame", "frozen_until", "halted", "interest", "programme", "run", "runs"),
        *("since", "spans", "standing", "tallies", "verdict"),
    )

    def __init__(self, programme: Programme, spans: Sequence[Span], interest: Interest, at: int) -> None:
        self.programme = programme
        self.spans = tuple(spans)
        self.interest = interest
        self.at = at
        self.frame = Frame(at, at, 0, None, Standing.NOT_OBLIGED)
        self.verdict: Verdict | None = None
        self.halted = False
        self.frozen_until = 0
        self.disconnected = False
        self.standing = Standing.NOT_OBLIGED
        self.since = 0
        self.run: Run | None = None
        self.runs: list[Run] = []
        self.tallies: dict[int, Tally] = {}

    def asked(self, programme: Programme, spans: Sequence[Span]) -> None:
        """From `at` on something else may be asked; what was before stays."""
        self.programme, self.spans = programme, tuple(spans)
        self.frame = Frame(self.at, self.at, 0, None, Standing.NOT_OBLIGED)
        self.verdict = None

    def settle(self, until: int) -> None:
        """Integrate over the time that has passed, as things stood in it."""
        while self.at < until:
            if self.at >= self.frame.ends:
                self.frame = frame_at(self.programme, self.spans, self.at)
                self.verdict = None
            ends = min(until, self.frame.ends)
            if self.at < self.frozen_until < ends:
                ends = self.frozen_until
            self._pass(ends)

    def _pass(self, ends: int) -> None:
        """The time until `ends`, over which nothing changes."""
        frame, took = self.frame, ends - self.at
        if frame.bounds is None:
            standing = frame.excluded
            if frame.day:
                self._tally(frame.day).exclude(standing, took)
        elif self.halted:
            standing = Standing.HALTED
            self._tally(frame.day).exclude(standing, took)
        else:
            verdict = self.verdict
            if verdict is None:
                verdict = self.verdict = self.interest.judge(frame.bounds)
            standing = verdict.standing
            if standing and self.disconnected:
                standing = Standing.DISCONNECTED
            elif standing and self.at < self.frozen_until:
                standing = Standing.PROTECTION_FROZEN
            self._tally(frame.day).add(standing, took, frame.bounds.presence, verdict)
        self._note(standing, frame.day, ends)
        self.at = ends

    def _tally(self, day: int) -> Tally:
        tally = self.tallies.get(day)
        if tally is None:
            tally = self.tallies[day] = Tally()
        return tally

    def _note(self, standing: Standing, day: int, ends: int) -> None:
        """Lengthen the run, or end it and begin the next."""
        if standing != self.standing:
            self.standing = standing
            self.since = 0 if standing is Standing.NOT_OBLIGED else self.at
        run = self.run
        if run is not None and run.standing == standing and run.day == day:
            self.run = Run(run.starts, ends, day, standing)
            return
        if run is not None:
            self.runs.append(run)
        self.run = Run(self.at, ends, day, standing) if day else None
