"""The closed set of messages of the stream. docs/dropcopy.md shows each."""

from collections.abc import Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from venue.serializers import Shape

HEARTBEAT_SECONDS: Final = 5


class Ack(Struct, frozen=True, tag="ack", forbid_unknown_fields=True):
    """All up to `sequence` has been taken over; the consumer's mark moves on to it."""

    sequence: Annotated[int, Meta(ge=0, le=1 << 53)]


read_ack: Final = msgspec.json.Decoder(Ack).decode


class Welcome(Shape, frozen=True, kw_only=True, tag="welcome"):
    """`next` is the first sequence that will be delivered; with a snapshot, that follows it instead."""

    firm: str
    shard: int
    consumer: str
    first: int
    last: int
    next: int
    acked: int
    snapshot: bool
    heartbeat_seconds: int
    time: str


class SnapshotBegin(Shape, frozen=True, kw_only=True, tag="snapshotBegin"):
    sequence: int
    count: int


class SnapshotEnd(Shape, frozen=True, kw_only=True, tag="snapshotEnd"):
    sequence: int


class Live(Shape, frozen=True, kw_only=True, tag="live"):
    """Everything up to `sequence` was delivered; from here on reports come as they happen."""

    sequence: int


class Acked(Shape, frozen=True, kw_only=True, tag="acked"):
    """The consumer's mark is stored at `sequence`."""

    sequence: int


class Heartbeat(Shape, frozen=True, kw_only=True, tag="heartbeat"):
    """`sequence`: delivered through; `last`: the newest there is."""

    sequence: int
    last: int
    time: str


Message = Welcome | SnapshotBegin | SnapshotEnd | Live | Acked | Heartbeat

_encode: Final = msgspec.json.Encoder().encode


def text(message: Message) -> str:
    return _encode(message).decode()


def snapshot(entries: Sequence[bytes]) -> str:
    """A part of a snapshot."""
    return f'{{"type":"snapshot","orders":[{b",".join(entries).decode()}]}}'
