"""What became of one entry of a batch or of a cancel-replace, read from the events that it caused."""

from collections.abc import Sequence

from venue.engine.events import (
    CommandRejected,
    EntryResult,
    Event,
    Fill,
    FillTold,
    OrderEvent,
    OrderRejected,
    QuoteEvent,
    Traded,
)
from venue.engine.rejects import Reject
from venue.engine.terms import Kind, OrdStatus, Outcome, Side


def failed(kind: Kind, entity_id: int, reject: Reject) -> EntryResult:
    return EntryResult(kind, Outcome.FAILURE, entity_id, OrdStatus.REJECTED, 0, 0, reject)


def entered(kind: Kind, told: Sequence[Event]) -> EntryResult:
    """Of an order or quote that was placed or replaced: the first event is its own, fills of others may follow."""
    first = told[0]
    if isinstance(first, OrderRejected | CommandRejected):
        return failed(kind, 0, first.reject)
    if isinstance(first, QuoteEvent):
        return _of_quote(first, told)
    assert isinstance(first, OrderEvent)
    return _of_order(first, told)


def _of_quote(quote: QuoteEvent, told: Sequence[Event]) -> EntryResult:
    status, bid_filled, ask_filled = quote.status, quote.bid_filled, quote.ask_filled
    fills = []
    for trade, fill in _fills(told, quote.id):
        status = fill.status
        if fill.side is Side.BUY:
            bid_filled = fill.filled
        else:
            ask_filled = fill.filled
        fills.append(_told(trade, fill))
    return EntryResult(Kind.QUOTE, Outcome.SUCCESS, quote.id, status, bid_filled, ask_filled, None, tuple(fills))


def _of_order(order: OrderEvent, told: Sequence[Event]) -> EntryResult:
    status, filled, fills = order.status, order.filled, []
    for trade, fill in _fills(told, order.id):
        status, filled = fill.status, fill.filled
        fills.append(_told(trade, fill))
    for event in told:
        if isinstance(event, OrderEvent) and event.id == order.id and event.status is OrdStatus.CANCELED:
            status = OrdStatus.CANCELED
    return EntryResult(Kind.ORDER, Outcome.SUCCESS, order.id, status, filled, 0, None, tuple(fills))


def _fills(told: Sequence[Event], entity_id: int) -> list[tuple[Traded, Fill]]:
    if len(told) == 1:
        return []
    trades = [event for event in told if isinstance(event, Traded)]
    return [(trade, fill) for trade in trades for fill in (trade.maker, trade.taker) if fill.id == entity_id]


def _told(trade: Traded, fill: Fill) -> FillTold:
    return FillTold(trade.id, fill.side, trade.price, trade.size, fill.liquidity, fill.fee)
