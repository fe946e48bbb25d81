"""The Quotes API's bodies and answers, as its specification has them."""

from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Raw, UnsetType

from accounts.bodies import Fields, Number
from quotes.queries import QuoteRow
from venue.engine.events import QuoteEvent
from venue.engine.terms import OrdStatus
from venue.markets import Terms
from venue.notation import ClientId, amount, entity_id, moment, number, words
from venue.serializers import Pagination, Shape

STATUSES: Final = {
    "active": OrdStatus.NEW,
    "partially_filled": OrdStatus.PARTIALLY_FILLED,
    "filled": OrdStatus.FILLED,
    "cancelled": OrdStatus.CANCELED,
    "expired": OrdStatus.EXPIRED,
}
STATUS_WORDS: Final = words(STATUSES)
DEFAULT_VALIDITY: Final = 30  # seconds

Asset = Annotated[str, Meta(min_length=1, max_length=16)]
Validity = Annotated[int, Meta(ge=1, le=300)]


class NewQuote(Fields, frozen=True):
    asset: Asset
    bid_price: Number
    ask_price: Number
    bid_size: Number
    ask_size: Number
    valid_for_seconds: Validity | None = None
    client_quote_id: ClientId | None = None
    metadata: Raw = Raw()


class QuoteChange(Fields, frozen=True):
    """New terms; what is left out stays. Prices and sizes stay undecoded: most have been read before."""

    bid_price: Raw = Raw()
    ask_price: Raw = Raw()
    bid_size: Raw = Raw()
    ask_size: Raw = Raw()
    valid_for_seconds: Validity | None = None


class BatchEntry(QuoteChange, frozen=True, kw_only=True):
    quote_id: Annotated[str, Meta(max_length=64)]


Batch = Annotated[list[BatchEntry], Meta(min_length=1)]


class QuoteScope(Fields, frozen=True):
    """Which quotes to cancel; without an asset all of them."""

    asset: Asset | None = None


class QuoteFilter(Fields, frozen=True):
    status: Literal["active", "partially_filled", "filled", "cancelled", "expired"] | None = None
    asset: Asset | None = None
    client_quote_id: ClientId | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    offset: Annotated[int, Meta(ge=0, le=1_000_000_000)] = 0


class QuoteShape(Shape, frozen=True, kw_only=True):
    """`account` is told to firm-wide keys only."""

    quote_id: str
    client_quote_id: str | UnsetType = UNSET
    account: str | UnsetType = UNSET
    asset: str
    bid_price: Raw
    ask_price: Raw
    bid_size: Raw
    ask_size: Raw
    bid_filled: Raw
    ask_filled: Raw
    status: str
    valid_for_seconds: Raw
    expires_at: str
    metadata: Raw | UnsetType = UNSET
    created_at: str
    updated_at: str


class QuotesShape(Shape, frozen=True):
    quotes: list[QuoteShape]
    pagination: Pagination


class CancelledQuoteShape(Shape, frozen=True):
    quote_id: str
    status: str
    cancelled_at: str


class CancelledQuotesShape(Shape, frozen=True):
    cancelled_count: int
    cancelled_quotes: list[str]


class EntryShape(Shape, frozen=True):
    success: bool
    quote_id: str
    error: dict[str, Any] | UnsetType = UNSET


class Summary(Shape, frozen=True):
    total: int
    successful: int
    failed: int


class BatchShape(Shape, frozen=True):
    results: list[EntryShape]
    summary: Summary


def quote_shape(
    quote: QuoteEvent | QuoteRow, terms: Terms, updated_at: int, account: str | UnsetType = UNSET
) -> QuoteShape:
    return QuoteShape(
        quote_id=entity_id("quote", quote.id),
        client_quote_id=quote.client_id or UNSET,
        account=account,
        asset=terms.base_asset,
        bid_price=number(terms.price(quote.bid_price)),
        ask_price=number(terms.price(quote.ask_price)),
        bid_size=number(terms.size(quote.bid_size)),
        ask_size=number(terms.size(quote.ask_size)),
        bid_filled=number(terms.size(quote.bid_filled)),
        ask_filled=number(terms.size(quote.ask_filled)),
        status=STATUS_WORDS[quote.status],
        valid_for_seconds=seconds(quote.valid_for_ms),
        expires_at=moment(quote.expires_at),
        metadata=Raw(quote.metadata) if quote.metadata else UNSET,
        created_at=moment(quote.created_at),
        updated_at=moment(updated_at),
    )


def seconds(millis: int) -> Raw:
    return amount(Decimal(millis).scaleb(-3))
