"""What a matcher says of itself: counted group by group, told a few times a second."""

import os
import socket
import time
from collections import Counter
from typing import Final, NamedTuple

from venue.engine.events import QuotePlaced, QuoteReplaced
from venue.matcher.journal import Applied
from venue.pulse import Pulse

_LEAST_INTERVAL: Final = 0.2  # seconds between two pulses
_WINDOW: Final = 1.0  # seconds that rates are taken over
_REMEMBERED: Final = 10.0  # seconds for which the slowest commit counts


class Count(NamedTuple):
    """What of some commands is counted: the last one's number, when the first was received, how many they were, and how
    many quotes in each market."""

    sequence: int
    received_at: int
    commands: int
    quotes: Counter[int]


def count(applied: list[Applied]) -> Count:
    """Of one command at least."""
    quotes = Counter(
        [event.market for one in applied for event in one.events if type(event) in (QuotePlaced, QuoteReplaced)]  # type: ignore[union-attr]
    )
    received_at = min(one.received_at for one in applied)
    return Count(applied[-1].stamp.sequence, received_at, len(applied), quotes)


class Measures:
    """Used by one thread at a time: whichever tells."""

    def __init__(self, shard: int) -> None:
        self._shard = shard
        self._host, self._process = socket.gethostname(), os.getpid()
        self._since = _millis()
        self._sequence = 0
        self._commit = self._latency = 0.0
        self._slowest: list[tuple[float, float]] = []  # (until when, seconds), falling
        self._told_at = self._window_from = time.monotonic()
        self._commands = 0
        self._quotes: Counter[int] = Counter()
        self._rates: tuple[float, dict[int, float]] = (0.0, {})

    def note(self, counts: list[Count], seconds: float) -> None:
        """What has become durable in one commit, and how long that took."""
        now = time.monotonic()
        self._commit = seconds
        self._slowest = [one for one in self._slowest if one[0] > now and one[1] > seconds]
        self._slowest.append((now + _REMEMBERED, seconds))
        if not counts:
            return
        self._sequence = counts[-1].sequence
        for one in counts:
            self._commands += one.commands
            self._quotes.update(one.quotes)
        self._latency = max(0, _millis() - min(one.received_at for one in counts))

    def due(self) -> Pulse | None:
        now = time.monotonic()
        if now - self._told_at < _LEAST_INTERVAL:
            return None
        self._told_at = now
        if now - self._window_from >= _WINDOW:
            self._turn_window(now)
        return Pulse(
            shard=self._shard,
            host=self._host,
            process=self._process,
            since=self._since,
            at=_millis(),
            sequence=self._sequence,
            commit=1_000 * self._commit,
            slowest=1_000 * self._slowest[0][1] if self._slowest else 0.0,
            latency=self._latency,
            commands=self._rates[0],
            quotes=self._rates[1],
        )

    def _turn_window(self, now: float) -> None:
        seconds = now - self._window_from
        self._rates = (self._commands / seconds, {market: n / seconds for market, n in self._quotes.items()})
        self._window_from, self._commands = now, 0
        self._quotes.clear()


def _millis() -> int:
    return time.time_ns() // 1_000_000
