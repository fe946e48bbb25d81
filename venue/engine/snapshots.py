"""Events that carry an order, a quote or a market as it stands now."""

from typing import Any, TypeVar

from venue.engine.accounts import NO_LIMIT, Account
from venue.engine.events import AccountChanged, MarketChanged, OrderEvent, OrderPlaced, QuoteEvent
from venue.engine.orders import Order, Quote
from venue.engine.state import MarketState

AnyOrderEvent = TypeVar("AnyOrderEvent", bound=OrderEvent)
AnyQuoteEvent = TypeVar("AnyQuoteEvent", bound=QuoteEvent)


def order_placed(order: Order) -> OrderPlaced:
    """`order_event` of the most frequent kind, which has nothing to add."""
    # fmt: off
    return OrderPlaced(
        order.id, order.market.number, order.account.id, order.firm, order.client_id, order.digest, order.side,
        order.type, order.price, order.size, order.filled, order.leaves, order.filled_value, order.priority,
        order.status, order.time_in_force, order.post_only, order.self_trade_prevention, order.expires_at,
        order.created_at, order.created_sequence, order.session,
    )
    # fmt: on


def order_event(kind: type[AnyOrderEvent], order: Order, *more: Any) -> AnyOrderEvent:
    """The event of `kind` about the order; `more` is what that kind adds (a reason, a reject)."""
    return kind(
        order.id,
        order.market.number,
        order.account.id,
        order.firm,
        order.client_id,
        order.digest,
        order.side,
        order.type,
        order.price,
        order.size,
        order.filled,
        order.leaves,
        order.filled_value,
        order.priority,
        order.status,
        order.time_in_force,
        order.post_only,
        order.self_trade_prevention,
        order.expires_at,
        order.created_at,
        order.created_sequence,
        order.session,
        *more,
    )


def quote_event(kind: type[AnyQuoteEvent], quote: Quote, *more: Any) -> AnyQuoteEvent:
    """The event of `kind` about the quote; `more` is what that kind adds (a reason)."""
    bid = quote.bid
    ask = quote.ask
    return kind(
        quote.id,
        quote.market.number,
        quote.account.id,
        quote.firm,
        quote.client_id,
        quote.digest,
        bid.price,
        bid.size,
        bid.filled,
        bid.leaves,
        bid.priority,
        ask.price,
        ask.size,
        ask.filled,
        ask.leaves,
        ask.priority,
        quote.status,
        quote.valid_for_ms,
        quote.expires_at,
        quote.created_at,
        quote.created_sequence,
        quote.metadata,
        quote.session,
        *more,
    )


def market_changed(market: MarketState) -> MarketChanged:
    terms, rules = market.terms, market.rules
    return MarketChanged(
        market.number,
        terms.symbol,
        terms.base_asset,
        terms.quote_currency,
        terms.tick_size,
        terms.lot_size,
        terms.value_scale,
        terms.shard,
        terms.is_asset_default,
        market.status,
        market.status_reason,
        rules.band_bps,
        rules.max_order_size,
        rules.min_notional,
        rules.max_notional,
        rules.max_position,
        rules.maker_fee_ppm,
        rules.taker_fee_ppm,
        rules.reference_source,
        rules.reference_max_age_ms,
        market.reference_price,
        market.reference_at,
    )


def account_changed(account: Account) -> AccountChanged:
    max_open_orders = 0 if account.max_open_orders == NO_LIMIT else account.max_open_orders
    max_exposure = 0 if account.max_exposure == NO_LIMIT else account.max_exposure
    return AccountChanged(account.id, account.firm, max_open_orders, max_exposure, account.suspended)
