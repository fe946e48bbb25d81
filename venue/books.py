"""Books as the matcher publishes them after each commit, and as anybody may read them."""

from typing import Final, cast

import msgspec
from msgspec import Struct

from venue import streams

PUBLISHED_DEPTH: Final = 100  # levels a side

Levels = list[tuple[int, int]]


class PublishedBook(Struct, frozen=True, array_like=True):
    """The best levels of a market as (price in ticks, quantity in lots), after the shard's `sequence` commands."""

    market: int
    sequence: int
    bids: Levels
    asks: Levels


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(PublishedBook).decode


# A matcher that stood still while another took over may wake up with old pictures in its hands. The sequence stands
# before the book as text, since unpacking a book only to see its sequence took longer than all else about showing it.
_SEQUENCE_DIGITS: Final = 20
_UNLESS_LATER: Final = f"""
local shown = tonumber(redis.call('GETRANGE', KEYS[1], 0, {_SEQUENCE_DIGITS - 1}))
if not shown or shown <= tonumber(string.sub(ARGV[1], 1, {_SEQUENCE_DIGITS})) then
  redis.call('SET', KEYS[1], ARGV[1])
end
"""


def showing(book: PublishedBook) -> streams.RedisCommand:
    """The Redis command that shows the book, unless a later one of its market is shown."""
    content = b"%0*d" % (_SEQUENCE_DIGITS, book.sequence) + _encode(book)
    return ("EVAL", _UNLESS_LATER, 1, streams.published_book(book.market), content)


def read(market: int) -> PublishedBook | None:
    """The book last published; None before a matcher ever served the market."""
    raw = cast("bytes | None", streams.client().get(streams.published_book(market)))
    return decode(raw) if raw else None


def read_all(markets: list[int]) -> dict[int, PublishedBook]:
    """In one round trip; an empty book where none was published yet."""
    if not markets:
        return {}
    raw = cast("list[bytes | None]", streams.client().mget([streams.published_book(market) for market in markets]))
    return {
        market: decode(one) if one else PublishedBook(market, 0, [], [])
        for market, one in zip(markets, raw, strict=True)
    }


def decode(raw: bytes) -> PublishedBook:
    """What a key of `streams.published_book` holds."""
    return _decode(raw[_SEQUENCE_DIGITS:])
