"""The shard's stream of commands, read from the last entry committed on; so a redelivery cannot happen."""

import logging
from typing import Any, NamedTuple

import msgspec
import redis

from venue import streams
from venue.streams import Envelope

logger = logging.getLogger(__name__)


class Taken(NamedTuple):
    """What was waiting, in order, and the id of the last entry; an entry that cannot be read is left out."""

    envelopes: list[tuple[str, Envelope]]
    last_id: str


class Inbox:
    def __init__(self, client: redis.Redis, shard: int, after: str) -> None:
        self._client = client
        self._name = streams.inbox(shard)
        self.after = after
        self._number_on()

    def _number_on(self) -> None:
        """New entries must have later ids than the last one committed, even if Redis has lost the stream since, or
        its clock stands behind: earlier ones would never be read."""
        try:
            self._client.xadd(self._name, {b"": b""}, id=self.after)
        except redis.ResponseError as error:
            logger.debug("the inbox is not behind %s: %s", self.after, error)

    def take(self, limit: int, block_ms: int) -> Taken:
        """Up to `limit` waiting commands; waits up to `block_ms` for the first."""
        answer: Any = self._client.xread({self._name: self.after}, count=limit, block=block_ms)
        if not answer:
            return Taken([], self.after)
        envelopes = []
        for entry_id, fields in answer[0][1]:
            self.after = entry_id.decode()
            envelope = _decode(self.after, fields)
            if envelope is not None:
                envelopes.append((self.after, envelope))
        return Taken(envelopes, self.after)


def _decode(entry_id: str, fields: dict[bytes, bytes]) -> Envelope | None:
    try:
        return streams.decode_envelope(fields[streams.ENVELOPE_FIELD])
    except (KeyError, msgspec.DecodeError) as error:
        logger.error("inbox entry %s is no envelope and was skipped: %s", entry_id, error)
        return None
