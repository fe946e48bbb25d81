"""How a matcher is doing, as it publishes it after a commit and as anybody may read it."""

from typing import Final, cast

import msgspec
from msgspec import Struct

from venue import streams

_KEPT_MS: Final = 60_000


class Pulse(Struct, frozen=True, kw_only=True):
    """Of one shard's matcher. Times are epoch ms by its clock; rates are of its last full second; durations are ms, of
    the last commit, of the slowest within ten seconds, and of the command that waited longest from its door to the end
    of the last commit."""

    shard: int
    host: str
    process: int
    since: int
    at: int
    sequence: int
    commit: float
    slowest: float
    latency: float
    commands: float
    quotes: dict[int, float]  # by market, entered and replaced


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Pulse).decode


def showing(pulse: Pulse) -> streams.RedisCommand:
    """The Redis command that shows it."""
    return ("SET", streams.pulse(pulse.shard), _encode(pulse), "PX", _KEPT_MS)


def read_all(shards: list[int]) -> dict[int, Pulse]:
    """Those of matchers that were heard of within the last minute."""
    if not shards:
        return {}
    raw = cast("list[bytes | None]", streams.client().mget([streams.pulse(shard) for shard in shards]))
    return {shard: _decode(one) for shard, one in zip(shards, raw, strict=True) if one}
