"""The shapes of markets, books, trades and orders as clients see them."""

from decimal import Context, Decimal
from typing import Any, Final

from msgspec import UNSET, Raw, Struct, UnsetType

from venue.books import Levels, PublishedBook
from venue.engine.events import OrderEvent, Traded
from venue.engine.rejects import RejectCode
from venue.engine.terms import OPEN_STATUSES, PPM, CancelReason, Kind, Liquidity, MarketStatus, OrdStatus
from venue.markets import Terms
from venue.models import Market
from venue.notation import (
    ORDER_STATUSES,
    ORDER_TYPES,
    SELF_TRADE_PREVENTIONS,
    SIDES,
    TIMES_IN_FORCE,
    amount,
    entity_id,
    moment,
    number,
    words,
)
from venue.queries import FillRow, OrderRow, Span, TradeRow

SIDE_WORDS: Final = words(SIDES)
TYPE_WORDS: Final = words(ORDER_TYPES)
TIME_IN_FORCE_WORDS: Final = words(TIMES_IN_FORCE)
SELF_TRADE_PREVENTION_WORDS: Final = words(SELF_TRADE_PREVENTIONS)
STATUS_WORDS: Final = words(ORDER_STATUSES)
LIQUIDITY_WORDS: Final = {liquidity: liquidity.name.lower() for liquidity in Liquidity}
MARKET_STATUS_WORDS: Final = {status: status.name.lower() for status in MarketStatus}
KIND_WORDS: Final = {Kind.ORDER: "order", Kind.QUOTE: "quote"}
# Averages are rounded to 20 digits, half even.
_AVERAGES: Final = Context(prec=20)


class Shape(Struct, frozen=True, rename="camel"):
    """What answers derive from: camelCase outside; what is UNSET is left out."""


class Pagination(Shape, frozen=True, kw_only=True):
    limit: int
    offset: int
    total: int


class MarketShape(Shape, frozen=True, kw_only=True):
    """`market_number` is its name in binary messages."""

    market: str
    market_number: int
    base_asset: str
    quote_currency: str
    is_asset_default: bool
    status: str
    tick_size: Raw
    lot_size: Raw
    reference_price: Raw | None
    reference_at: str | None
    last_price: Raw | None
    price_band_bps: int | None
    max_order_size: Raw | None
    min_notional: Raw | None
    max_notional: Raw | None
    maker_fee_rate: Raw
    taker_fee_rate: Raw


class BookShape(Shape, frozen=True, kw_only=True):
    market: str
    sequence: int
    bids: list[tuple[Raw, Raw]]
    asks: list[tuple[Raw, Raw]]


class TradeShape(Shape, frozen=True, kw_only=True):
    """`side` is the aggressor's."""

    trade_id: str
    market: str
    price: Raw
    size: Raw
    side: str
    executed_at: str


class FillShape(Shape, frozen=True, kw_only=True):
    trade_id: str
    price: Raw
    size: Raw
    fee: Raw
    liquidity: str


class OwnTradeShape(Shape, frozen=True, kw_only=True):
    """An account's part of a trade; `side` is its own, a negative fee is a rebate."""

    trade_id: str
    market: str
    account: str | UnsetType = UNSET
    order_id: str | UnsetType = UNSET
    quote_id: str | UnsetType = UNSET
    client_order_id: str | UnsetType = UNSET
    client_quote_id: str | UnsetType = UNSET
    side: str
    price: Raw
    size: Raw
    fee: Raw
    fee_currency: str
    liquidity: str
    executed_at: str


class OrderShape(Shape, frozen=True, kw_only=True):
    order_id: str
    client_order_id: str | UnsetType = UNSET
    account: str | UnsetType = UNSET
    market: str
    side: str
    type: str
    price: Raw | None
    size: Raw
    time_in_force: str
    expires_at: str | UnsetType = UNSET
    post_only: bool
    self_trade_prevention: str
    status: str
    reason: str | UnsetType = UNSET
    filled_size: Raw
    remaining_size: Raw
    average_price: Raw | None
    fills: list[FillShape]
    created_at: str
    updated_at: str


class CancelledOrderShape(Shape, frozen=True, kw_only=True):
    order_id: str
    client_order_id: str | UnsetType = UNSET
    status: str
    filled_size: Raw
    cancelled_at: str


class CancelledOrdersShape(Shape, frozen=True, kw_only=True):
    cancelled_count: int
    cancelled_orders: list[str]


def market_shape(row: Market, terms: Terms) -> MarketShape:
    return MarketShape(
        market=terms.symbol,
        market_number=terms.number,
        base_asset=terms.base_asset,
        quote_currency=terms.quote_currency,
        is_asset_default=terms.is_asset_default,
        status=MARKET_STATUS_WORDS[MarketStatus(row.status)],
        tick_size=number(terms.tick_size),
        lot_size=number(terms.lot_size),
        reference_price=_price_or_none(terms, row.reference_price),
        reference_at=f"{row.reference_at:%Y-%m-%dT%H:%M:%S.%f}"[:-3] + "Z" if row.reference_at else None,
        last_price=_price_or_none(terms, row.last_price),
        price_band_bps=row.band_bps or None,
        max_order_size=number(terms.size(row.max_order_size)) if row.max_order_size else None,
        min_notional=_value_or_none(row.min_notional),
        max_notional=_value_or_none(row.max_notional),
        maker_fee_rate=amount(Decimal(row.maker_fee_ppm) / PPM),
        taker_fee_rate=amount(Decimal(row.taker_fee_ppm) / PPM),
    )


def _price_or_none(terms: Terms, ticks: int) -> Raw | None:
    return number(terms.price(ticks)) if ticks else None


def _value_or_none(value: int) -> Raw | None:
    return amount(Decimal(value).scaleb(-9)) if value else None


def book_shape(book: PublishedBook, terms: Terms, depth: int) -> BookShape:
    return BookShape(
        market=terms.symbol,
        sequence=book.sequence,
        bids=_levels(book.bids[:depth], terms),
        asks=_levels(book.asks[:depth], terms),
    )


def _levels(levels: Levels, terms: Terms) -> list[tuple[Raw, Raw]]:
    return [(number(terms.price(ticks)), number(terms.size(lots))) for ticks, lots in levels]


def trade_shape(row: TradeRow, terms: Terms) -> TradeShape:
    return TradeShape(
        trade_id=entity_id("trade", row.id),
        market=terms.symbol,
        price=number(terms.price(row.price)),
        size=number(terms.size(row.size)),
        side=SIDE_WORDS[row.aggressor_side],  # type: ignore[index]
        executed_at=moment(row.executed_at),
    )


def own_trade_shape(row: FillRow, terms: Terms, account: str | UnsetType) -> OwnTradeShape:
    kind = KIND_WORDS[Kind(row.kind)]
    owner: dict[str, Any] = {f"{kind}_id": entity_id(kind, row.entity_id)}
    if row.client_id:
        owner[f"client_{kind}_id"] = row.client_id
    return OwnTradeShape(
        trade_id=entity_id("trade", row.trade_id),
        market=terms.symbol,
        account=account,
        **owner,
        side=SIDE_WORDS[row.side],
        price=number(terms.price(row.price)),
        size=number(terms.size(row.size)),
        fee=amount(terms.fee(row.fee)),
        fee_currency=terms.quote_currency,
        liquidity=LIQUIDITY_WORDS[Liquidity(row.liquidity)],
        executed_at=moment(row.executed_at),
    )


def fill_shape(row: FillRow, terms: Terms) -> FillShape:
    return FillShape(
        trade_id=entity_id("trade", row.trade_id),
        price=number(terms.price(row.price)),
        size=number(terms.size(row.size)),
        fee=amount(terms.fee(row.fee)),
        liquidity=LIQUIDITY_WORDS[Liquidity(row.liquidity)],
    )


def taken_shape(trade: Traded, terms: Terms) -> FillShape:
    """The aggressor's part of a trade that has just happened."""
    return FillShape(
        trade_id=entity_id("trade", trade.id),
        price=number(terms.price(trade.price)),
        size=number(terms.size(trade.size)),
        fee=amount(terms.fee(trade.taker.fee)),
        liquidity=LIQUIDITY_WORDS[trade.taker.liquidity],
    )


def order_shape(
    order: OrderEvent | OrderRow,
    terms: Terms,
    fills: list[FillShape],
    updated_at: int,
    account: str | UnsetType = UNSET,
) -> OrderShape:
    open_lots = order.size - order.filled if order.status in OPEN_STATUSES else 0
    return OrderShape(
        order_id=entity_id("order", order.id),
        client_order_id=order.client_id or UNSET,
        account=account,
        market=terms.symbol,
        side=SIDE_WORDS[order.side],
        type=TYPE_WORDS[order.type],
        price=_price_or_none(terms, order.price),
        size=number(terms.size(order.size)),
        time_in_force=TIME_IN_FORCE_WORDS[order.time_in_force],
        expires_at=moment(order.expires_at) if order.expires_at else UNSET,
        post_only=order.post_only,
        self_trade_prevention=SELF_TRADE_PREVENTION_WORDS[order.self_trade_prevention],
        status=STATUS_WORDS[order.status],
        reason=_reason(order),
        filled_size=number(terms.size(order.filled)),
        remaining_size=number(terms.size(open_lots)),
        average_price=_average_price(order, terms),
        fills=fills,
        created_at=moment(order.created_at),
        updated_at=moment(updated_at),
    )


def _reason(order: OrderEvent | OrderRow) -> str | UnsetType:
    """Why it was cancelled, or the code it was rejected with."""
    reason = getattr(order, "reason", 0)
    if order.status == OrdStatus.CANCELED and reason:
        return CancelReason(reason).name.lower()
    return RejectCode(reason).name if order.status == OrdStatus.REJECTED and reason else UNSET


def _average_price(order: OrderEvent | OrderRow, terms: Terms) -> Raw | None:
    if not order.filled:
        return None
    return amount(_AVERAGES.divide(terms.price(order.filled_value), Decimal(order.filled)))


def pagination(span: Span, total: int) -> Pagination:
    return Pagination(limit=span.limit, offset=span.offset, total=total)
