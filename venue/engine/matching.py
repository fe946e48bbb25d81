"""Price-time matching, written once for both sides: the aggressor trades at the resting prices until it is
filled, the rest is beyond its limit, or self-trade prevention ends it."""

from typing import Final

from venue.engine import events
from venue.engine.events import Fill, ReferencePriceMoved, Traded
from venue.engine.orders import Leg, Order, Quote
from venue.engine.protection import Protection
from venue.engine.snapshots import order_event, quote_event
from venue.engine.state import EngineState, MarketState
from venue.engine.terms import CancelReason, Kind, Liquidity, OrdStatus, SelfTradePrevention, Side

_BUY: Final = Side.BUY
_ORDER: Final = Kind.ORDER
_QUOTE: Final = Kind.QUOTE
_MAKER: Final = Liquidity.MAKER
_TAKER: Final = Liquidity.TAKER
_FILLED: Final = OrdStatus.FILLED
_PARTIALLY_FILLED: Final = OrdStatus.PARTIALLY_FILLED
_CANCEL_NEWEST: Final = SelfTradePrevention.CANCEL_NEWEST
_PREVENTED: Final = CancelReason.SELF_TRADE_PREVENTION


def match(
    state: EngineState, market: MarketState, taker: Leg, limit: int, firm: int, mode: SelfTradePrevention
) -> bool:
    """Trade the firm's leg against the book as far as `limit` (ticks). False: self-trade prevention stopped it."""
    opposite = market.book.asks if taker.side is _BUY else market.book.bids
    limit_rank = limit * opposite.sign
    if opposite.touch * opposite.sign < limit_rank:
        return True
    while taker.leaves:
        level = opposite.best()
        if level is None or level.rank < limit_rank:
            return True
        maker = level.head
        assert maker is not None
        owner = maker.owner
        if owner.firm != firm:
            level.quantity -= trade(state, market, maker, taker)
            if not maker.leaves:
                _retire(state, market, maker)
            if owner.position.protection is not None:
                _protect(state, owner.position.protection)
        elif not _prevent_self_trade(state, maker, taker, mode):
            return False
    return True


def trade(state: EngineState, market: MarketState, maker: Leg, taker: Leg) -> int:
    """Exchange as much as both have at the maker's price; how much that was."""
    if state.savepoint is not None:
        state.savepoint.save(maker.owner)
        state.savepoint.save(taker if isinstance(taker, Order) else taker.owner)
    price = maker.price
    size = min(taker.leaves, maker.leaves)
    worth = price * size
    trade_id = market.last_id = market.last_id + 1
    # Orders and quotes go separate ways: Python is a good deal faster on code that only ever meets one class.
    position = maker.owner.position
    fee = worth * position.maker_fee_ppm
    if isinstance(maker, Order):
        made = _fill_order(maker, price, size, worth, _MAKER, fee)
    else:
        made = _fill_quote(maker, price, size, worth, _MAKER, fee)
    if maker.side is _BUY:
        position.open_buy -= size
    else:
        position.open_sell -= size
    position.account.exposure -= worth * market.value_scale
    if isinstance(taker, Order):
        taken = _fill_order(taker, price, size, worth, _TAKER, worth * taker.position.taker_fee_ppm)
    else:
        taken = _fill_quote(taker, price, size, worth, _TAKER, worth * taker.owner.position.taker_fee_ppm)
    state.events.append(Traded(trade_id, market.number, price, size, made, taken))
    if market.follows_trades:
        market.move_reference(price, state.now)
        state.events.append(ReferencePriceMoved(market.number, price, state.now))
    return size


def _fill_order(order: Order, price: int, size: int, worth: int, liquidity: Liquidity, fee: int) -> Fill:
    leaves = order.leaves = order.leaves - size
    filled = order.filled = order.filled + size
    filled_value = order.filled_value = order.filled_value + worth
    status = order.status = _PARTIALLY_FILLED if leaves else _FILLED
    side = order.side
    net, cost = order.position.fill(side, size, worth, price)
    # fmt: off
    return Fill(
        _ORDER, order.id, order.account.id, order.firm, order.client_id, side, order.price, order.size, filled,
        leaves, filled_value, status, liquidity, fee, net, cost,
    )
    # fmt: on


def _fill_quote(leg: Leg, price: int, size: int, worth: int, liquidity: Liquidity, fee: int) -> Fill:
    quote = leg.owner
    assert isinstance(quote, Quote)
    leaves = leg.leaves = leg.leaves - size
    filled = leg.filled = leg.filled + size
    if not leaves:
        quote.fits = None
    status = quote.status = _PARTIALLY_FILLED if quote.bid.leaves or quote.ask.leaves else _FILLED
    side = leg.side
    net, cost = quote.position.fill(side, size, worth, price)
    # fmt: off
    return Fill(
        _QUOTE, quote.id, quote.account.id, quote.firm, quote.client_id, side, leg.price, leg.size, filled,
        leaves, 0, status, liquidity, fee, net, cost,
    )
    # fmt: on


def _retire(state: EngineState, market: MarketState, leg: Leg) -> None:
    """Take a leg that is filled out of the book; its owner ends when nothing of it is left."""
    market.side(leg.side).remove(leg)
    owner = leg.owner
    if owner.status is _FILLED:
        state.close(owner, _FILLED)


def _protect(state: EngineState, protection: Protection) -> None:
    """Count the last trade, whose maker the protection covers. When it triggers, what it covers is gone before the
    aggressor goes on."""
    if state.savepoint is not None:
        state.savepoint.save_protection(protection)
    traded = next(event for event in reversed(state.events) if isinstance(event, Traded))
    triggered = protection.count(traded, state.now)
    if triggered is not None:
        state.events.append(triggered)
        cancel_all(state, protection.covered(), CancelReason.PROTECTION)


def _prevent_self_trade(state: EngineState, maker: Leg, taker: Leg, mode: SelfTradePrevention) -> bool:
    """Apply the aggressor's mode to the resting order of its own firm. False: the aggressor ends here."""
    if mode is _CANCEL_NEWEST:
        return False
    if mode is SelfTradePrevention.DECREMENT:
        return _decrement(state, maker, taker)
    cancel(state, maker.owner, _PREVENTED)
    return mode is SelfTradePrevention.CANCEL_OLDEST


def _decrement(state: EngineState, maker: Leg, taker: Leg) -> bool:
    """Both give up the smaller's size; whoever has nothing left is canceled."""
    lots = min(maker.leaves, taker.leaves)
    owner = maker.owner
    if state.savepoint is not None:
        state.savepoint.save(owner)
    shrink(owner.market, maker, maker.size - lots)
    taker.size -= lots
    taker.leaves -= lots
    if not any(leg.leaves for leg in owner.legs):
        cancel(state, owner, _PREVENTED)
    else:
        _replaced(state, owner)
    if taker.leaves:
        assert isinstance(taker, Order)
        _replaced(state, taker)
    return taker.leaves > 0


def _replaced(state: EngineState, entity: Order | Quote) -> None:
    if isinstance(entity, Order):
        state.events.append(order_event(events.OrderReplaced, entity, _PREVENTED))
    else:
        state.events.append(quote_event(events.QuoteReplaced, entity, _PREVENTED))


def shrink(market: MarketState, leg: Leg, size: int) -> None:
    """Take size from a resting leg, which keeps its place; with nothing left it leaves the book."""
    less, level = leg.size - size, leg.level
    assert level is not None
    if isinstance(leg.owner, Quote):
        leg.owner.fits = None
    leg.size = size
    leg.owner.position.work(leg.side, -less, -leg.price * less)
    level.quantity -= less
    leg.leaves -= less
    if not leg.leaves:
        market.side(leg.side).remove(leg)


def cancel(state: EngineState, entity: Order | Quote, reason: CancelReason) -> None:
    """Cancel an open order or quote, both legs of it."""
    state.close(entity, OrdStatus.CANCELED)
    if isinstance(entity, Order):
        state.events.append(order_event(events.OrderCancelled, entity, reason))
    else:
        state.events.append(quote_event(events.QuoteCancelled, entity, reason))


def cancel_all(state: EngineState, chosen: list[Order | Quote], reason: CancelReason) -> None:
    """Cancel these, oldest id first."""
    chosen.sort(key=_id)
    for entity in chosen:
        cancel(state, entity, reason)


def _id(entity: Order | Quote) -> int:
    return entity.id
