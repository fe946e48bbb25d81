"""One-sided orders: enter, match, rest or cancel what is left."""

from typing import Final

from venue.engine.accounts import MOST_WORTH, Account
from venue.engine.checks import (
    exposure_refused,
    lock_refuses,
    market_refuses,
    meets,
    open_orders_refused,
    position_refused,
    protection_refuses,
    standing_refuses,
    terms_refused,
)
from venue.engine.client_ids import already_bound
from venue.engine.commands import CancelOrder, PlaceOrder
from venue.engine.events import OrderCancelled, OrderRejected
from venue.engine.locks import mass_cancel_refuses
from venue.engine.matching import cancel, match
from venue.engine.orders import Order
from venue.engine.protection import survivors
from venue.engine.rejects import Reject, RejectCode
from venue.engine.snapshots import order_event, order_placed
from venue.engine.state import EngineState, MarketState
from venue.engine.terms import (
    CancelReason,
    Kind,
    MarketStatus,
    OrderType,
    OrdStatus,
    SelfTradePrevention,
    Side,
    TimeInForce,
)

_BUY: Final = Side.BUY
_OPEN: Final = MarketStatus.OPEN
_NEW: Final = OrdStatus.NEW
_MARKET: Final = OrderType.MARKET
_GOOD_TILL_CANCEL: Final = TimeInForce.GOOD_TILL_CANCEL
_GOOD_TILL_DATE: Final = TimeInForce.GOOD_TILL_DATE
_FILL_OR_KILL: Final = TimeInForce.FILL_OR_KILL
_CANCEL_OLDEST: Final = SelfTradePrevention.CANCEL_OLDEST
_REMAINDER_REASONS: Final = {
    TimeInForce.IMMEDIATE_OR_CANCEL: CancelReason.IMMEDIATE_OR_CANCEL,
    TimeInForce.FILL_OR_KILL: CancelReason.FILL_OR_KILL,
}


def place_order(state: EngineState, command: PlaceOrder) -> None:
    account = state.accounts.get(command.account) or state.account(command.account, command.firm)
    market = state.markets.get(command.market)
    if market is None:
        reject = Reject(RejectCode.UNKNOWN_MARKET)
        owner = (account.id, account.firm)
        state.refuse(Kind.ORDER, 0, command.market, owner, command.client_id, reject)
        return
    if command.client_id and already_bound(state, Kind.ORDER, account, command):
        return
    order = _new_order(state, market, account, command)
    refused = _refused(state, order, command)
    if refused is not None:
        order.status = OrdStatus.REJECTED
        order.leaves = 0
        state.events.append(order_event(OrderRejected, order, refused))
        return
    if command.client_id:
        state.bind_client_id(order)
    _execute(state, market, order)


def cancel_order(state: EngineState, command: CancelOrder) -> None:
    order = state.orders.get(command.order_id)
    if order is None or order.account.id != command.account:
        market = order.market.number if order else 0
        owner = (command.account, command.firm)
        reject = Reject(RejectCode.UNKNOWN_ORDER)
        state.refuse(Kind.ORDER, command.order_id, market, owner, "", reject)
        return
    cancel(state, order, CancelReason.REQUESTED)


def _new_order(state: EngineState, market: MarketState, account: Account, command: PlaceOrder) -> Order:
    order = Order()
    order.id = market.last_id = market.last_id + 1
    order.market = market
    order.account = account
    order.position = account.positions.get(market.number) or account.position_in(market)
    order.firm = account.firm
    order.client_id = command.client_id
    order.digest = command.digest
    order.side = command.side
    order.type = command.type
    order.price = command.price
    order.size = order.leaves = command.size
    order.filled = order.filled_value = order.priority = 0
    order.level = order.previous = order.next = None
    order.status = _NEW
    order.time_in_force = command.time_in_force
    order.post_only = command.post_only
    order.self_trade_prevention = command.self_trade_prevention
    order.expires_at = command.expires_at
    order.created_at = state.now
    order.created_sequence = state.sequence
    order.session = command.session
    return order


def _refused(state: EngineState, order: Order, command: PlaceOrder) -> Reject | None:
    """Nearly always nothing is wrong, which one expression tells; else each check is asked for its reason."""
    market, account, position, size = order.market, order.account, order.position, command.size
    price = dearest = command.price or _price_of_market_order(order)
    if command.side is _BUY:
        reached = position.net + position.open_buy + size
    else:
        reached = position.open_sell - position.net + size
        if price < market.book.bids.touch:
            dearest = market.book.bids.touch
    count = len(account.open)
    if (
        not command.expires_at
        and not command.post_only
        and market.status is _OPEN
        and state.now <= market.takes_until
        and not account.suspended
        and not account.locks
        and not account.mass_cancel_locks
        and account.firm not in state.suspended_firms
        and market.lowest <= price
        and price <= market.highest
        and market.least_size <= size
        and size <= market.most_size
        and count < account.max_open_orders
        and (not command.max_open_orders or count < command.max_open_orders)
        and (position.protection is None or state.now >= position.protection.frozen_until)
        and reached <= position.lots_limit
        and account.exposure + dearest * size * market.value_scale <= position.exposure_limit
    ):
        return None
    return _reason_refused(state, order, command, price)


def _reason_refused(state: EngineState, order: Order, command: PlaceOrder, price: int) -> Reject | None:
    market = order.market
    if command.expires_at and command.expires_at <= state.now:
        return Reject(RejectCode.EXPIRY_IN_PAST)
    return (
        market_refuses(market, state.now)
        or standing_refuses(state, order.account)
        or mass_cancel_refuses(order, state.now)
        or lock_refuses(order.account, market.number, order.session)
        or protection_refuses(order, state.now)
        or terms_refused(market, price, order.size)
        or open_orders_refused(order.account, command.max_open_orders)
        or position_refused(order.position, order.side, order.size)
        or exposure_refused(order.position, _dearest(order, price) * order.size)
        or _taking_refused(order)
    )


def _price_of_market_order(order: Order) -> int:
    """What a market order is valued at before it trades: the reference, else the best price opposite, else 1 tick."""
    market = order.market
    if market.reference_price:
        return market.reference_price
    best = market.opposite(order.side).best()
    return abs(best.rank) if best else market.lowest


def _dearest(order: Order, price: int) -> int:
    """The highest price it may trade at: who sells may get more than was asked for, the best bid's price."""
    best = None if order.side is _BUY else order.market.book.bids.best()
    return max(price, best.rank) if best else price


def _taking_refused(order: Order) -> Reject | None:
    """Post-only orders, and any order in a post-only market, may not take."""
    market = order.market
    if market.status is MarketStatus.POST_ONLY and not order.post_only:
        return Reject(RejectCode.MARKET_POST_ONLY)
    if order.post_only and meets(market, order, order.side, order.price):
        return Reject(RejectCode.POST_ONLY_WOULD_CROSS)
    return None


def _execute(state: EngineState, market: MarketState, order: Order) -> None:
    """Trade what can trade, then rest or cancel the rest. The order is reported as placed first."""
    kept = order.time_in_force
    rests = (kept is _GOOD_TILL_CANCEL or kept is _GOOD_TILL_DATE) and order.type is not _MARKET
    if rests:
        order.priority = state.priority = state.priority + 1
    state.events.append(order_placed(order))
    limit = order.price or _furthest(market, order)
    if kept is _FILL_OR_KILL and not _fillable(market, order, limit, state.now):
        _finish(state, order, CancelReason.FILL_OR_KILL)
    elif not match(state, market, order, limit, order.firm, order.self_trade_prevention):
        _finish(state, order, CancelReason.SELF_TRADE_PREVENTION)
    elif not order.leaves:
        if order.client_id:
            _finish(state, order, None)
    elif rests:
        order.owner = order
        state.open(order)
        state.add_to_book(market, order)
    elif order.type is _MARKET:
        _finish(state, order, CancelReason.MARKET_ORDER_REMAINDER)
    else:
        _finish(state, order, _REMAINDER_REASONS[kept])


def _finish(state: EngineState, order: Order, reason: CancelReason | None) -> None:
    """End an order that never came to rest: canceled for a reason, or filled without one."""
    if order.client_id:
        state.retire_client_id(order)
    if reason is not None:
        order.status = OrdStatus.CANCELED
        state.events.append(order_event(OrderCancelled, order, reason))


def _furthest(market: MarketState, order: Order) -> int:
    """How far a market order may go: to the end of the band, and no further than what it costs can be counted."""
    if order.side is _BUY:
        return min(market.highest, MOST_WORTH // order.size)
    return market.lowest


def _fillable(market: MarketState, order: Order, limit: int, now: int) -> bool:
    """The whole order could trade now, without its own firm's orders."""
    opposite = market.opposite(order.side)
    wanted = order.leaves
    for resting in survivors(opposite.within(limit * opposite.sign), order.firm, now):
        if resting.owner.firm != order.firm:
            wanted -= resting.leaves
        elif order.self_trade_prevention is not _CANCEL_OLDEST:
            return False
        if wanted <= 0:
            return True
    return False
