"""Sums of one account's day in one market."""

from mmapi.obligations.integration.interest import Verdict
from mmapi.obligations.integration.terms import REASONS, WHOLE, Standing


class Tally:
    """Milliseconds by standing; what was required, in ms x basis points; and over the time in which both sides reached
    the least size: spread (millionths of a basis point) and sizes (lots), each times ms."""

    __slots__ = ("ask", "bid", "quoted", "required", "spread", "times")

    def __init__(self) -> None:
        self.times = [0] * len(Standing)
        self.required = 0
        self.quoted = 0
        self.spread = 0
        self.bid = 0
        self.ask = 0

    def add(self, standing: Standing, took: int, presence: int, verdict: Verdict) -> None:
        self.times[standing] += took
        self.required += presence * took
        if verdict.bid:
            self.quoted += took
            self.spread += verdict.spread * took
            self.bid += verdict.bid * took
            self.ask += verdict.ask * took

    def exclude(self, standing: Standing, took: int) -> None:
        self.times[standing] += took

    def include(self, other: "Tally") -> None:
        """Add another day's sums."""
        self.times = [one + two for one, two in zip(self.times, other.times, strict=True)]
        for name in ("required", "quoted", "spread", "bid", "ask"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def compliant(self) -> int:
        return self.times[Standing.COMPLIANT]

    @property
    def counted(self) -> int:
        """The denominator."""
        return self.compliant + sum(self.times[reason] for reason in REASONS)

    @property
    def is_met(self) -> bool:
        return self.compliant * WHOLE >= self.required

    def values(self) -> list[int]:
        """All sums, the times first."""
        return [*self.times, self.required, self.quoted, self.spread, self.bid, self.ask]

    @classmethod
    def of(cls, values: list[int]) -> "Tally":
        tally = cls()
        count = len(tally.times)
        tally.times = list(values[:count])
        tally.required, tally.quoted, tally.spread, tally.bid, tally.ask = values[count:]
        return tally
