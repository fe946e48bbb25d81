"""How far a search of the journal can speak for sure: everything that had reached the inbox by now is committed."""

import time
from typing import Any, Final, NamedTuple

from venue import streams
from venue.queries import fetch

_PATIENCE: Final = 1.0  # seconds; a commit takes milliseconds
_INTERVAL: Final = 0.005


class Settled(NamedTuple):
    """Read before the search, so that the search has seen at least this: the shard's last command and its time (ms).
    `definite` is False where something in the inbox was not committed in time."""

    shard: int
    sequence: int
    applied_at: int
    definite: bool


def settle(shard: int) -> Settled:
    """Wait until all that is in the shard's inbox at this moment is in the journal; normally it is."""
    wanted = _last_entry(shard)
    deadline = time.monotonic() + _PATIENCE
    while True:
        found = _read(shard, wanted)
        if found.definite or time.monotonic() > deadline:
            return found
        time.sleep(_INTERVAL)


def _read(shard: int, wanted: tuple[int, int]) -> Settled:
    sql = "SELECT sequence, applied_at, inbox_id FROM venue_shard WHERE number = %s"
    sequence, applied_at, inbox_id = fetch(sql, [shard])[0]
    return Settled(shard, sequence, applied_at, _place(inbox_id) >= wanted)


def _last_entry(shard: int) -> tuple[int, int]:
    client: Any = streams.client()
    newest = client.xrevrange(streams.inbox(shard), count=1)
    return _place(newest[0][0].decode()) if newest else (0, 0)


def _place(entry_id: str) -> tuple[int, int]:
    millis, _, number = entry_id.partition("-")
    return int(millis), int(number)
