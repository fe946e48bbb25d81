"""The batch as a client asks for it: `decode_request` at the venue, `encode_request` at the client.

Entries are bare tuples in the order of the schema's fields, since making objects of them would cost more than all the
rest. `Cancel`, `Quote`, `NamedQuote` and `Order` name their places and are what clients write.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from mmapi.codec import framing
from mmapi.codec.framing import Row, Span
from mmapi.codec.malformations import CodecError, Malformation, invalid
from mmapi.codec.schema import SCHEMA
from mmapi.codec.words import NOT_GIVEN, Atomicity, BatchFlags, CancelScope

MESSAGE: Final = SCHEMA.messages["BatchRequest"]
OLDEST_VERSION: Final = 1
TEXT_SIZE: Final = 64
_GROUP_LIMIT: Final = 0xFFFF

# entity_id, kind, client_id
CancelRow = tuple[int, int, str]
# quote_id, bid_price, bid_size, ask_price, ask_size, valid_for_seconds, flags
QuoteRow = tuple[int, int, int, int, int, int, int]
# bid_price, bid_size, ask_price, ask_size, valid_for_seconds, flags, client_quote_id
NamedQuoteRow = tuple[int, int, int, int, int, int, str]
# price, size, expires_at, side, type, time_in_force, self_trade_prevention, flags, client_order_id
OrderRow = tuple[int, int, int, int, int, int, int, int, str]


class Cancel(NamedTuple):
    """One open order or quote, by either id."""

    entity_id: int = 0
    kind: int = 0
    client_id: str = ""


class Quote(NamedTuple):
    """Prices and sizes are multiples of 10^-8; without a `quote_id` a new quote, with one that quote replaced."""

    quote_id: int
    bid_price: int
    bid_size: int
    ask_price: int
    ask_size: int
    valid_for_seconds: int = 0
    flags: int = 0


class NamedQuote(NamedTuple):
    """As `Quote`, by the client's id."""

    bid_price: int
    bid_size: int
    ask_price: int
    ask_size: int
    valid_for_seconds: int = 0
    flags: int = 0
    client_quote_id: str = ""


class Order(NamedTuple):
    """`price` and `expires_at` (ms) may be NOT_GIVEN; `type`, `time_in_force` and `self_trade_prevention` 0."""

    price: int
    size: int
    expires_at: int
    side: int
    type: int = 0
    time_in_force: int = 0
    self_trade_prevention: int = 0
    flags: int = 0
    client_order_id: str = ""


class MarketPart(Struct, frozen=True):
    """What is asked of one market, by its number: first cancels, then quotes and orders."""

    market: int
    scope: CancelScope = CancelScope.NONE
    cancels: Sequence[CancelRow] = ()
    quotes: Sequence[QuoteRow] = ()
    named_quotes: Sequence[NamedQuoteRow] = ()
    orders: Sequence[OrderRow] = ()


class BatchRequest(Struct, frozen=True):
    """`valid_until` is Unix time in milliseconds."""

    markets: Sequence[MarketPart]
    client_batch_id: str = ""
    atomicity: Atomicity = Atomicity.MARKET
    valid_until: int | None = None
    dry_run: bool = False

    def entry_count(self) -> int:
        """Cancels, quotes and orders together."""
        return sum(
            len(part.cancels) + len(part.quotes) + len(part.named_quotes) + len(part.orders) for part in self.markets
        )


def decode_request(data: bytes, most_entries: int = _GROUP_LIMIT) -> BatchRequest:
    """A batch of at most so many entries, in at most so many markets; raises `CodecError` for anything else.

    Whether prices and sizes are above zero and fit their market is not judged here.
    """
    header = framing.read_header(data)
    _check_version(header.version)
    if header.template_id != MESSAGE.template_id:
        raise CodecError(
            Malformation.UNKNOWN_TEMPLATE,
            f"A batch is template {MESSAGE.template_id}, not {header.template_id}.",
            limit=MESSAGE.template_id,
            observed=header.template_id,
        )
    root, (markets, cancels, quotes, named_quotes, orders) = framing.spans(data, header, MESSAGE)
    _check_counts(markets, (cancels, quotes, named_quotes, orders), most_entries)
    valid_until, atomicity, flags, client_batch_id = framing.root_row(data, root)
    return BatchRequest(
        markets=_parts(
            framing.rows(data, markets),
            _cancels(framing.text_rows(data, cancels)),
            framing.rows(data, quotes),
            framing.text_rows(data, named_quotes, required=True),
            framing.text_rows(data, orders),
        ),
        client_batch_id=framing.read_text(client_batch_id, "clientBatchId"),
        atomicity=Atomicity(atomicity or Atomicity.MARKET),
        valid_until=None if valid_until == NOT_GIVEN else valid_until,
        dry_run=bool(flags & BatchFlags.DRY_RUN),
    )


def _check_version(version: int) -> None:
    """A newer request is refused: what it asks for beyond this version must not be skipped in silence."""
    if not OLDEST_VERSION <= version <= SCHEMA.version:
        raise CodecError(
            Malformation.UNSUPPORTED_VERSION,
            f"Versions {OLDEST_VERSION} to {SCHEMA.version} are supported, not {version}.",
            limit=SCHEMA.version,
            observed=version,
        )


def _check_counts(markets: Span, groups: Iterable[Span], most: int) -> None:
    entries = sum(group.entries for group in groups)
    observed = max(entries, markets.entries)
    if observed > most:
        raise CodecError(
            Malformation.BATCH_TOO_LARGE, f"At most {most} entries or markets.", limit=most, observed=observed
        )


def _cancels(rows: list[Row]) -> list[Row]:
    for index, (entity_id, _, client_id) in enumerate(rows):
        if bool(entity_id) == bool(client_id):
            raise invalid(f"cancels[{index}]", "Either entityId or clientId must be given.")
    return rows


def _parts(markets: list[Row], *groups: list[Row]) -> list[MarketPart]:
    """Deals the entries out to the markets, in order."""
    parts: list[MarketPart] = []
    taken = [0, 0, 0, 0]
    for index, (market, scope, *counts) in enumerate(markets):
        if scope and counts[0]:
            raise invalid(f"markets[{index}].cancelScope", "It does not go with single cancels.")
        ends = [start + count for start, count in zip(taken, counts, strict=True)]
        cut = [group[start:end] for group, start, end in zip(groups, taken, ends, strict=True)]
        parts.append(MarketPart(market, CancelScope(scope), *cut))
        taken = ends
    for block, group, count in zip(MESSAGE.groups[1:], groups, taken, strict=True):
        if count != len(group):
            raise CodecError(
                Malformation.COUNT_MISMATCH,
                f"The markets have {count} of the {len(group)} {block.name}.",
                field=block.name,
                limit=len(group),
                observed=count,
            )
    return parts


def encode_request(request: BatchRequest) -> bytes:
    """Raises `CodecError` (`INVALID_VALUE`) for a value that its field cannot hold."""
    parts = request.markets
    root = (
        NOT_GIVEN if request.valid_until is None else request.valid_until,
        request.atomicity,
        BatchFlags.DRY_RUN if request.dry_run else 0,
        framing.write_text(request.client_batch_id, TEXT_SIZE, "clientBatchId"),
    )
    groups = (
        [_market_row(part) for part in parts],
        with_text("cancels", (row for part in parts for row in part.cancels)),
        [row for part in parts for row in part.quotes],
        with_text("namedQuotes", (row for part in parts for row in part.named_quotes)),
        with_text("orders", (row for part in parts for row in part.orders)),
    )
    return framing.write(MESSAGE, root, groups)


def _market_row(part: MarketPart) -> Row:
    counts = (len(part.cancels), len(part.quotes), len(part.named_quotes), len(part.orders))
    return (part.market, part.scope, *counts)


def with_text(name: str, rows: Iterable[Row]) -> list[Row]:
    """The rows with their last field as bytes."""
    return [(*row[:-1], framing.write_text(row[-1], TEXT_SIZE, f"{name}[{index}]")) for index, row in enumerate(rows)]
