"""How far a search of the journal can speak for sure: everything that had reached the inbox by now is committed."""

import time
from typing import Any, Final, NamedTuple

from venue import streams
from venue.queries import fetch
from venue.streams import Lane

_PATIENCE: Final = 1.0  # seconds; a commit takes milliseconds
_INTERVAL: Final = 0.005

Places = dict[Lane, tuple[int, int]]  # of each lane the id of an entry of its stream


class Settled(NamedTuple):
    """Read before the search, so that the search has seen at least this: the shard's last command and its time (ms).
    `definite` is False where something in the inbox was not committed in time."""

    shard: int
    sequence: int
    applied_at: int
    definite: bool


def settle(shard: int) -> Settled:
    """Wait until all that is in the shard's inbox at this moment is in the journal; normally it is."""
    wanted = _last_entries(shard)
    deadline = time.monotonic() + _PATIENCE
    while True:
        found = _read(shard, wanted)
        if found.definite or time.monotonic() > deadline:
            return found
        time.sleep(_INTERVAL)


def _read(shard: int, wanted: Places) -> Settled:
    sql = "SELECT sequence, applied_at, inbox_id, fast_inbox_id FROM venue_shard WHERE number = %s"
    sequence, applied_at, standard, fast = fetch(sql, [shard])[0]
    reached = {Lane.STANDARD: _place(standard), Lane.FAST: _place(fast)}
    return Settled(shard, sequence, applied_at, all(reached[lane] >= place for lane, place in wanted.items()))


def _last_entries(shard: int) -> Places:
    """Of each lane."""
    client: Any = streams.client()
    newest = {lane: client.xrevrange(streams.inbox(shard, lane), count=1) for lane in Lane}
    return {lane: _place(entries[0][0].decode()) if entries else (0, 0) for lane, entries in newest.items()}


def _place(entry_id: str) -> tuple[int, int]:
    millis, _, number = entry_id.partition("-")
    return int(millis), int(number)
