"""The shard's two streams of commands, each read from the last entry committed on; so a redelivery cannot happen."""

import logging
from collections import deque
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, Self

import msgspec
import redis

from venue import streams
from venue.streams import Envelope, Lane

logger = logging.getLogger(__name__)

_READ_TOGETHER: Final = 64  # entries of a lane; what has been read and not taken waits in memory, undecoded

Entry = tuple[bytes, list[bytes]]  # id; names and values in turn


class Reached(NamedTuple):
    """The ids of the last entries taken from each lane."""

    standard: str = "0-0"
    fast: str = "0-0"

    def of(self, lane: Lane) -> str:
        return self.fast if lane is Lane.FAST else self.standard

    def after(self, lane: Lane, entry_id: str) -> Self:
        return self._replace(**{lane.value: entry_id})


class Inbox:
    def __init__(self, client: redis.Redis, shard: int, reached: Reached) -> None:
        self._client = client
        self._connection: Any = client.connection_pool.make_connection()  # a read by the client costs twice as much
        self._names = {lane: streams.inbox(shard, lane) for lane in Lane}
        self._lanes = {name.encode(): lane for lane, name in self._names.items()}
        self._read = reached
        self._waiting: dict[Lane, deque[Entry]] = {lane: deque() for lane in Lane}
        self.reached = reached
        for lane in Lane:
            self._number_on(lane)

    def _number_on(self, lane: Lane) -> None:
        """New entries must have later ids than the last one committed, even if Redis has lost the stream since, or
        its clock stands behind: earlier ones would never be read."""
        try:
            self._client.xadd(self._names[lane], {b"": b""}, id=self.reached.of(lane))
        except redis.ResponseError as error:
            logger.debug("the %s inbox is not behind %s: %s", lane.value, self.reached, error)

    def read(self, lanes: tuple[Lane, ...], block_ms: int) -> None:
        """Fetch what has come into these lanes; waits up to `block_ms` for the first entry if none waits here yet."""
        wanted = {self._names[lane]: self._read.of(lane) for lane in lanes if not self._waiting[lane]}
        if not wanted:
            return
        idle = len(wanted) == len(lanes)
        patience = ("BLOCK", block_ms) if idle else ()
        self._connection.send_command("XREAD", "COUNT", _READ_TOGETHER, *patience, "STREAMS", *wanted, *wanted.values())
        for name, entries in self._connection.read_response() or ():
            lane = self._lanes[name]
            self._waiting[lane].extend(entries)
            self._read = self._read.after(lane, entries[-1][0].decode())

    def take(self, lane: Lane) -> Iterator[tuple[str, Envelope]]:
        """What was read of a lane, in order; an entry that cannot be read is skipped. `reached` follows."""
        waiting = self._waiting[lane]
        while waiting:
            raw_id, fields = waiting.popleft()
            entry_id = raw_id.decode()
            self.reached = self.reached.after(lane, entry_id)
            envelope = _decode(entry_id, fields)
            if envelope is not None:
                yield entry_id, envelope


def _decode(entry_id: str, fields: list[bytes]) -> Envelope | None:
    try:
        return streams.decode_envelope(fields[fields.index(streams.ENVELOPE_FIELD) + 1])
    except (ValueError, msgspec.DecodeError) as error:
        logger.error("inbox entry %s is no envelope and was skipped: %s", entry_id, error)
        return None
