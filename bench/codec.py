"""Decoding 100 quotes: the binary batch against the same as JSON, each as the door does it."""

import json
import timeit
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from accounts import bodies
from mmapi.codec.requests import MESSAGE, BatchRequest, MarketPart, NamedQuote, Quote, decode_request, encode_request
from mmapi.json_batch import BatchBody
from venue.notation import entity_id

QUOTES: Final = 100
_ONE: Final = 10**8
_FIRST_ID: Final = (1 << 36) + 1


def prices(level: int) -> tuple[int, int, int, int]:
    """Bid price, bid size, ask price, ask size."""
    away = level * _ONE // 100
    return 49_900 * _ONE - away, 5 * _ONE, 50_100 * _ONE + away, 5 * _ONE


KNOWN: Final = {str(mantissa / _ONE).encode(): mantissa for level in range(QUOTES) for mantissa in prices(level)}


class Decoding(NamedTuple):
    """Microseconds, the best of many rounds; of JSON with its numbers looked up by their text, as the door does."""

    by_id: float
    by_name: float
    json_by_id: float
    json_by_name: float
    json_alone: float  # msgspec's part of the former, typed
    bare: float  # struct.iter_unpack of the same quotes, and nothing else

    def parts_of_json(self) -> tuple[float, float]:
        """Percent."""
        return 100 * self.by_id / self.json_by_id, 100 * self.by_name / self.json_by_name


def measure() -> Decoding:
    quotes = [Quote(_FIRST_ID + level, *prices(level), 30) for level in range(QUOTES)]
    named = [NamedQuote(*quote[1:], client_quote_id=f"btc-level-{level:03d}") for level, quote in enumerate(quotes)]
    by_id = encode_request(BatchRequest([MarketPart(1, quotes=quotes)]))
    by_name = encode_request(BatchRequest([MarketPart(1, named_quotes=named)]))
    text = as_json(quotes, [{"quoteId": entity_id("quote", quote.quote_id)} for quote in quotes])
    named_text = as_json(quotes, [{"clientQuoteId": one.client_quote_id} for one in named])
    group = next(block for block in MESSAGE.groups if block.name == "quotes")
    packed = b"".join(group.struct.pack(*quote) for quote in quotes)
    alone = bodies.decoder_of(BatchBody).decode
    fastest = microseconds(
        lambda: decode_request(by_id, QUOTES),
        lambda: decode_request(by_name, QUOTES),
        lambda: decode_json(text),
        lambda: decode_json(named_text),
        lambda: alone(text),
        lambda: list(group.struct.iter_unpack(packed)),
    )
    return Decoding(*fastest)


def decode_json(text: bytes) -> list[tuple[int | None, ...]]:
    """To numbers, as the binary batch is."""
    (market,) = bodies.decode(text, BatchBody).markets
    known = KNOWN.get
    return [
        (
            known(bytes(one.bid_price)),
            known(bytes(one.bid_size)),
            known(bytes(one.ask_price)),
            known(bytes(one.ask_size)),
        )
        for one in market.quotes
    ]


def as_json(quotes: Sequence[Quote], names: Sequence[dict[str, str]]) -> bytes:
    entries = [name | sides(quote) for name, quote in zip(names, quotes, strict=True)]
    return json.dumps({"markets": [{"market": "BTC-USD", "quotes": entries}]}).encode()


def sides(quote: Quote) -> dict[str, object]:
    return {
        "bidPrice": quote.bid_price / _ONE,
        "bidSize": quote.bid_size / _ONE,
        "askPrice": quote.ask_price / _ONE,
        "askSize": quote.ask_size / _ONE,
        "validForSeconds": quote.valid_for_seconds,
    }


def microseconds(*works: Callable[[], object], calls: int = 100, rounds: int = 40) -> list[float]:
    """Of each the best round; turn by turn, since the machine's pace changes."""
    turns = [[timeit.timeit(work, number=calls) for work in works] for _ in range(rounds)]
    return [min(taken) / calls * 1e6 for taken in zip(*turns, strict=True)]
