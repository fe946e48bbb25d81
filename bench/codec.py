"""Decoding 100 quotes: the binary batch against the same as JSON, each as the door does it."""

import json
import timeit
from collections.abc import Callable
from typing import Final, NamedTuple

from accounts import bodies
from mmapi.codec.requests import MESSAGE, BatchRequest, MarketPart, NamedQuote, Quote, decode_request, encode_request
from quotes.serializers import Batch
from venue.notation import entity_id

QUOTES: Final = 100
_ONE: Final = 10**8
_FIRST_ID: Final = (1 << 36) + 1


class Decoding(NamedTuple):
    """Microseconds, the best of many rounds."""

    by_id: float
    by_name: float
    json: float
    json_alone: float  # msgspec's part of it, typed
    bare: float  # struct.iter_unpack of the same quotes, and nothing else

    def parts_of_json(self) -> tuple[float, float]:
        """Percent."""
        return 100 * self.by_id / self.json, 100 * self.by_name / self.json


def measure() -> Decoding:
    quotes = [Quote(_FIRST_ID + level, *prices(level), 30) for level in range(QUOTES)]
    named = [NamedQuote(*quote[1:], client_quote_id=f"btc-level-{level:03d}") for level, quote in enumerate(quotes)]
    by_id = encode_request(BatchRequest([MarketPart(1, quotes=quotes)]))
    by_name = encode_request(BatchRequest([MarketPart(1, named_quotes=named)]))
    text = json.dumps([as_json(quote) for quote in quotes]).encode()
    group = next(block for block in MESSAGE.groups if block.name == "quotes")
    packed = b"".join(group.struct.pack(*quote) for quote in quotes)
    alone = bodies.decoder_of(Batch).decode
    return Decoding(
        by_id=microseconds(lambda: decode_request(by_id, QUOTES)),
        by_name=microseconds(lambda: decode_request(by_name, QUOTES)),
        json=microseconds(lambda: bodies.decode(text, Batch)),
        json_alone=microseconds(lambda: alone(text)),
        bare=microseconds(lambda: list(group.struct.iter_unpack(packed))),
    )


def prices(level: int) -> tuple[int, int, int, int]:
    """Bid price, bid size, ask price, ask size."""
    away = level * _ONE // 100
    return 49_900 * _ONE - away, 5 * _ONE, 50_100 * _ONE + away, 5 * _ONE


def as_json(quote: Quote) -> dict[str, object]:
    return {
        "quoteId": entity_id("quote", quote.quote_id),
        "bidPrice": quote.bid_price / _ONE,
        "bidSize": quote.bid_size / _ONE,
        "askPrice": quote.ask_price / _ONE,
        "askSize": quote.ask_size / _ONE,
        "validForSeconds": quote.valid_for_seconds,
    }


def microseconds(work: Callable[[], object], calls: int = 100, rounds: int = 40) -> float:
    return min(timeit.repeat(work, number=calls, repeat=rounds)) / calls * 1e6
