"""What clients read back: their orders and fills, and the markets that everybody may see."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from accounts.bodies import Fields, fault
from accounts.credentials import Credential
from accounts.refusals import InvalidParameters, Refusal
from venue import books, markets, queries
from venue.engine.rejects import RejectCode
from venue.fields import to_millis
from venue.markets import Terms
from venue.models import Market
from venue.notation import ORDER_STATUSES, ClientId, entity_number
from venue.ordering import MarketName, known_order, market_named
from venue.queries import FillSelection, OrderRow, Selection, Span
from venue.rejections import rejected
from venue.serializers import (
    BookShape,
    MarketShape,
    OrderShape,
    OwnTradeShape,
    Pagination,
    Shape,
    TradeShape,
    book_shape,
    fill_shape,
    market_shape,
    order_shape,
    own_trade_shape,
    pagination,
    trade_shape,
)

PageLimit = Annotated[int, Meta(ge=1, le=100)]
PageOffset = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Moment = Annotated[datetime, Meta(tz=True)]


class OrderFilter(Fields, frozen=True):
    status: Literal["open", "partially_filled", "filled", "cancelled", "rejected", "expired"] | None = None
    market: MarketName | None = None
    client_order_id: ClientId | None = None
    limit: PageLimit = 50
    offset: PageOffset = 0


class TradeFilter(Fields, frozen=True):
    """`since` is included, `until` is not."""

    market: MarketName | None = None
    order_id: str | None = None
    quote_id: str | None = None
    since: Moment | None = None
    until: Moment | None = None
    limit: PageLimit = 50
    offset: PageOffset = 0


class BookDepth(Fields, frozen=True):
    depth: PageLimit = 20


class TradeCount(Fields, frozen=True):
    limit: PageLimit = 50


class OrdersShape(Shape, frozen=True):
    orders: list[OrderShape]
    pagination: Pagination


class OwnTradesShape(Shape, frozen=True):
    trades: list[OwnTradeShape]
    pagination: Pagination


class TradesShape(Shape, frozen=True):
    trades: list[TradeShape]


class MarketsShape(Shape, frozen=True):
    markets: list[MarketShape]


class BookUnavailable(Refusal):
    status_code = 503
    code = "BOOK_UNAVAILABLE"
    default_detail = "The market's book is not published at the moment."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


def orders(credential: Credential, wanted: OrderFilter) -> OrdersShape:
    accounts = queries.accounts_of(credential)
    selection = Selection(
        list(accounts),
        [market_named(wanted.market).number] if wanted.market is not None else None,
        ORDER_STATUSES[wanted.status] if wanted.status is not None else None,
        wanted.client_order_id,
    )
    span = Span(wanted.limit, wanted.offset)
    shapes = order_shapes(queries.orders(selection, span), accounts if credential.firm_wide else {})
    return OrdersShape(shapes, pagination(span, queries.count("venue_order", selection)))


def order(credential: Credential, order_id: str) -> OrderShape:
    accounts = queries.accounts_of(credential)
    row = queries.order(known_order(order_id)[0], list(accounts))
    if row is None:
        raise rejected(RejectCode.UNKNOWN_ORDER)
    return order_shapes([row], accounts if credential.firm_wide else {})[0]


def order_shapes(rows: list[OrderRow], named: dict[int, str]) -> list[OrderShape]:
    fills = queries.fills_of([row.id for row in rows if row.filled])
    shapes = []
    for row in rows:
        terms = markets.existing(row.market)
        own_fills = [fill_shape(fill, terms) for fill in fills.get(row.id, ())]
        shapes.append(order_shape(row, terms, own_fills, row.updated_at, account_name(named, row.account)))
    return shapes


def own_trades(credential: Credential, wanted: TradeFilter) -> OwnTradesShape:
    accounts = queries.accounts_of(credential)
    selection = FillSelection(
        list(accounts),
        market_named(wanted.market).number if wanted.market is not None else None,
        entity_wanted(wanted),
        to_millis(wanted.since) if wanted.since else 0,
        to_millis(wanted.until) if wanted.until else 1 << 62,
    )
    span = Span(wanted.limit, wanted.offset)
    named = accounts if credential.firm_wide else {}
    shapes = [
        own_trade_shape(row, markets.existing(row.market), account_name(named, row.account))
        for row in queries.fills(selection, span)
    ]
    return OwnTradesShape(shapes, pagination(span, queries.count_fills(selection)))


def account_name(named: dict[int, str], account: int) -> str | UnsetType:
    """Told to firm-wide keys only, since the others have one account."""
    return named.get(account, UNSET)


def entity_wanted(wanted: TradeFilter) -> int | None:
    """The order's or the quote's number; an id that cannot be one selects nothing."""
    if wanted.order_id is not None and wanted.quote_id is not None:
        raise InvalidParameters(errors=[fault("quoteId", "NOT_ALLOWED", "Give orderId or quoteId, not both.")])
    if wanted.order_id is not None:
        return entity_number("order", wanted.order_id) or 0
    if wanted.quote_id is not None:
        return entity_number("quote", wanted.quote_id) or 0
    return None


def every_market() -> MarketsShape:
    return MarketsShape([market_shape(row, markets.existing(row.number)) for row in Market.objects.all()])


def book(symbol: str, wanted: BookDepth) -> BookShape:
    terms = market_at(symbol)
    published = books.read(terms.number)
    if published is None:
        raise BookUnavailable
    return book_shape(published, terms, wanted.depth)


def trades(symbol: str, wanted: TradeCount) -> TradesShape:
    terms = market_at(symbol)
    return TradesShape([trade_shape(row, terms) for row in queries.trades(terms.number, wanted.limit)])


def market_at(symbol: str) -> Terms:
    """The market of an address, where a name that is not known is no bad parameter but nothing."""
    terms = markets.by_symbol(symbol)
    if terms is None:
        raise rejected(RejectCode.UNKNOWN_MARKET)
    return terms
