"""Pre-trade risk: each check answers None, or the refusal with the rule, its limit, what was seen and the headroom."""

from typing import Final

from venue.engine.accounts import Account, Position
from venue.engine.orders import Leg, Order, Quote
from venue.engine.protection import rests, survivors
from venue.engine.rejects import Reject, RejectCode, above, below
from venue.engine.state import EngineState, MarketState
from venue.engine.terms import MarketStatus, Side

_BUY: Final = Side.BUY
_POST_ONLY: Final = MarketStatus.POST_ONLY


def market_refuses(market: MarketState, now: int) -> Reject | None:
    """The market takes no new interest: halted, closed, or its reference price is too old to trust."""
    if now <= market.takes_until:
        return None
    if market.status > _POST_ONLY:
        halted = market.status is MarketStatus.HALTED
        return Reject(RejectCode.MARKET_HALTED if halted else RejectCode.MARKET_CLOSED)
    return above(RejectCode.REFERENCE_PRICE_STALE, market.reference_max_age_ms, now - market.reference_at)


def standing_refuses(state: EngineState, account: Account) -> Reject | None:
    """The firm or the account is suspended."""
    if account.firm in state.suspended_firms:
        return Reject(RejectCode.FIRM_SUSPENDED)
    if account.suspended:
        return Reject(RejectCode.ACCOUNT_SUSPENDED)
    return None


def lock_refuses(account: Account, market: int, session: int) -> Reject | None:
    """Cancel-on-disconnect has fired on the scope and locked it."""
    if any(lock.covers(market, session) for lock in account.locks):
        return Reject(RejectCode.SESSION_LOCKED)
    return None


def protection_refuses(entity: Order | Quote, now: int) -> Reject | None:
    """The protection of its market is frozen. What only takes is none of its business."""
    protection = entity.position.protection
    if protection is None or not (protection.covers(entity) and rests(entity)):
        return None
    return protection.refusal(now)


def terms_refused(market: MarketState, price: int, size: int) -> Reject | None:
    """Price outside the band, size or notional outside the market's limits."""
    if (
        market.lowest <= price <= market.highest
        and size <= market.max_order_size
        and market.least_worth <= price * size <= market.most_worth
    ):
        return None
    value = price * size * market.value_scale
    if price < market.lowest:
        return below(RejectCode.PRICE_OUTSIDE_BAND, market.lowest, price)
    if price > market.highest:
        return above(RejectCode.PRICE_OUTSIDE_BAND, market.highest, price)
    if size > market.max_order_size:
        return above(RejectCode.ORDER_SIZE_ABOVE_LIMIT, market.max_order_size, size)
    if value < market.min_notional:
        return below(RejectCode.NOTIONAL_BELOW_MINIMUM, market.min_notional, value)
    return above(RejectCode.NOTIONAL_ABOVE_LIMIT, market.max_notional, value)


def open_orders_refused(account: Account, tier_limit: int) -> Reject | None:
    """One more open order or quote (a quote counts as one) would be too many for the account or its key's tier."""
    limit = min(account.max_open_orders, tier_limit or account.max_open_orders)
    if len(account.open) < limit:
        return None
    return above(RejectCode.OPEN_ORDERS_ABOVE_LIMIT, limit, len(account.open) + 1)


def position_refused(position: Position, side: Side, more_lots: int) -> Reject | None:
    """If everything working on this side filled, the position would be too large."""
    reached = position.net + position.open_buy if side is _BUY else position.open_sell - position.net
    if more_lots <= 0 or reached + more_lots <= position.lots_limit:
        return None
    return above(RejectCode.POSITION_ABOVE_LIMIT, position.lots_limit, reached + more_lots)


def exposure_refused(position: Position, more_worth: int) -> Reject | None:
    """Open notional plus positions would exceed the account's limit; `more_worth` is in ticks x lots."""
    if more_worth <= 0:
        return None
    exposure = position.account.exposure + more_worth * position.market.value_scale
    if exposure <= position.exposure_limit:
        return None
    return above(RejectCode.EXPOSURE_ABOVE_LIMIT, position.exposure_limit, exposure)


def meets(market: MarketState, owner: Order | Quote, side: Side, price: int) -> Leg | None:
    """The first leg that interest on `side` at `price` would trade with, its own quote's other leg aside."""
    opposite = market.opposite(side)
    limit_rank = price * opposite.sign
    if opposite.touch * opposite.sign < limit_rank:
        return None
    best = opposite.best()
    if best is None or best.rank < limit_rank:
        return None
    return next((leg for leg in opposite.within(limit_rank) if leg.owner is not owner), None)


def meets_own_firm(owner: Quote, side: Side, price: int, lots: int, now: int) -> bool:
    """Taking `lots` up to `price` would reach an order of the same firm, other than the quote's own leg."""
    opposite = owner.market.opposite(side)
    for resting in survivors(opposite.within(price * opposite.sign), owner.firm, now):
        if lots <= 0:
            return False
        if resting.owner is owner:
            continue
        if resting.owner.firm == owner.firm:
            return True
        lots -= resting.leaves
    return False
