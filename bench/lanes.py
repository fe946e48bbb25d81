"""How long single quotes take by either lane while batches of the standard lane saturate the matcher."""

import statistics
import time
from typing import Final, NamedTuple

from bench import load
from bench.load import Lane
from bench.makers import LADDERS, BatchMaker, SingleMaker
from bench.own_venue import OwnVenue

_SATURATING: Final = 16  # makers; each holds a thread of REST while it waits
_ENTRIES: Final = 200
_SINGLES: Final = 4


class Timed:
    """A lane that keeps its own latencies, in seconds, each with when its answer came."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._sent_at = 0.0
        self.latencies: list[tuple[float, float]] = []

    def request(self) -> bytes:
        message = self._lane.request()
        self._sent_at = time.perf_counter()
        return message

    def answered(self, status: int, body: bytes) -> int:
        now = time.perf_counter()
        self.latencies.append((now, now - self._sent_at))
        return self._lane.answered(status, body)


class Latencies(NamedTuple):
    """Of single quotes by one lane, in milliseconds."""

    lane: str
    median: float
    p99: float


class Measured(NamedTuple):
    quotes_per_second: float
    standard: Latencies
    colocated: Latencies


def measure(venue: OwnVenue, seconds: float) -> Measured:
    """All of them at the same time, so that both lanes meet the same load."""
    port = venue.servers.rest_port
    batches = [
        BatchMaker(port, key, LADDERS[n % len(LADDERS)], _ENTRIES, n)
        for n, key in enumerate(venue.issue_keys(_SATURATING))
    ]
    standard, colocated = _singles(venue, "unlimited"), _singles(venue, "unlimited-colocated")
    measured = load.run(port, [*batches, *standard, *colocated], seconds, warm_up=2)
    since = time.perf_counter() - measured.seconds
    lanes = (_latencies("standard", standard, since), _latencies("co-located", colocated, since))
    return Measured(measured.per_second, *lanes)


def _singles(venue: OwnVenue, tier: str) -> list[Timed]:
    keys = venue.issue_keys(_SINGLES, tier)
    return [Timed(SingleMaker(key, LADDERS[n % len(LADDERS)], n)) for n, key in enumerate(keys)]


def _latencies(lane: str, makers: list[Timed], since: float) -> Latencies:
    """Without the warm-up."""
    every = [1_000 * latency for maker in makers for at, latency in maker.latencies if at >= since]
    return Latencies(lane, statistics.median(every), statistics.quantiles(every, n=100)[98])
