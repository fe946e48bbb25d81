"""How far consumers are: their marks in rows, for good, and what is connected right now in Redis."""

import time
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from msgspec import Struct

from accounts.connections import redis_client, redis_name
from mmapi.history import Stream
from mmapi.models import Consumer
from venue.queries import fetch

_FORGOTTEN_AFTER_MS: Final = 10_000  # without a word from its process a connection counts as gone
_KEPT_SECONDS: Final = 60

_SAVE: Final = (
    "INSERT INTO mmapi_consumer (firm_id, shard, name, acked, acked_at) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (firm_id, shard, name) DO UPDATE SET acked = excluded.acked, acked_at = excluded.acked_at "
    "WHERE mmapi_consumer.acked < excluded.acked RETURNING acked"
)


class Connected(Struct, frozen=True, kw_only=True):
    """One connection as its process last reported it; times are epoch ms."""

    connection: str
    consumer: str
    key_id: str
    address: str
    connected_at: int
    sent: int
    live: bool
    seen_at: int


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Connected).decode


def save(stream: Stream, consumer: str, sequence: int) -> None:
    """A mark only ever moves on."""
    fetch(_SAVE, [*stream, consumer, sequence, time.time_ns() // 1_000_000])


def acked(stream: Stream, consumer: str) -> int:
    """0 where the consumer never acknowledged anything."""
    found = Consumer.objects.filter(firm_id=stream.firm, shard=stream.shard, name=consumer)
    return found.values_list("acked", flat=True).first() or 0


def show(connected: Iterable[tuple[Stream, Connected]]) -> None:
    """Say that these are connected, in one round trip; to be repeated each second."""
    with redis_client().pipeline(transaction=False) as pipeline:
        for stream, one in connected:
            pipeline.hset(_name(stream), one.connection, _encode(one))  # type: ignore[arg-type]
            pipeline.expire(_name(stream), _KEPT_SECONDS)
        pipeline.execute()


def forget(stream: Stream, connection: str) -> None:
    redis_client().hdel(_name(stream), connection)


def connected(stream: Stream) -> list[Connected]:
    kept: Any = redis_client().hvals(_name(stream))
    return _recent(kept)


def connected_to(streams: list[Stream]) -> dict[Stream, list[Connected]]:
    """Of many streams at once; those that nobody is connected to are left out."""
    with redis_client().pipeline(transaction=False) as pipeline:
        for stream in streams:
            pipeline.hvals(_name(stream))
        found = pipeline.execute()
    return {stream: present for stream, kept in zip(streams, found, strict=True) if (present := _recent(kept))}


def _recent(kept: list[Any]) -> list[Connected]:
    recently = time.time_ns() // 1_000_000 - _FORGOTTEN_AFTER_MS
    return sorted(
        (one for one in map(_decode, kept) if one.seen_at > recently),
        key=lambda one: (one.connected_at, one.connection),
    )


def _name(stream: Stream) -> str:
    return redis_name("dropcopy", str(stream.firm), str(stream.shard))
