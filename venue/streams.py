"""Redis between the doors and the matchers: names, connections, and the envelope a command travels in."""

from enum import Enum
from functools import cache
from typing import Any, Final

import msgspec
import redis
from django.conf import settings
from msgspec import Struct
from redis.backoff import NoBackoff
from redis.retry import Retry

from venue.engine.commands import Command

ENVELOPE_FIELD: Final = b"e"

RedisCommand = tuple[str | bytes | int, ...]


class Lane(Enum):
    """The two ways into a shard. What is in the fast one is carried out before what waits in the standard one."""

    FAST = "fast"
    STANDARD = "standard"


class Envelope(Struct, frozen=True, array_like=True):
    """A command on its way: where the reply goes, when it came and until when it may be applied (epoch ms)."""

    reply_to: str
    received_at: int
    deadline: int
    key_id: str
    command: Command


class News(Struct, frozen=True, array_like=True):
    """A wake-up after a commit: the firms that have something new to read, each with the number of its last report."""

    shard: int
    last: dict[int, int]


encode: Final = msgspec.msgpack.Encoder().encode
decode_envelope: Final = msgspec.msgpack.Decoder(Envelope).decode
decode_news: Final = msgspec.msgpack.Decoder(News).decode


def inbox(shard: int, lane: Lane = Lane.STANDARD) -> str:
    """The stream of a shard's commands in a lane."""
    name = f"{settings.REDIS_PREFIX}inbox:{shard}"
    return name if lane is Lane.STANDARD else f"{name}:{lane.value}"


def lease(shard: int) -> str:
    return f"{settings.REDIS_PREFIX}lease:{shard}"


def reply(envelope_id: str) -> str:
    """The list on which one caller waits for one reply."""
    return f"{settings.REDIS_PREFIX}reply:{envelope_id}"


def news() -> str:
    """The channel on which matchers say after each commit whose reports it holds."""
    return f"{settings.REDIS_PREFIX}news"


def published_book(market: int) -> str:
    return f"{settings.REDIS_PREFIX}book:{market}"


def pulse(shard: int) -> str:
    return f"{settings.REDIS_PREFIX}pulse:{shard}"


def options() -> dict[str, Any]:
    """How this process connects. Nothing is ever sent twice by itself: only the sender knows whether that is safe."""
    patience = settings.SUBMIT_TIMEOUT_MS / 1000 + 2
    return {"retry": Retry(NoBackoff(), 0), "socket_connect_timeout": 1, "socket_timeout": patience, "protocol": 2}


@cache
def connections() -> redis.ConnectionPool:
    return redis.ConnectionPool.from_url(settings.REDIS_URL, **options())


def client() -> redis.Redis:
    return redis.Redis(connection_pool=connections())
