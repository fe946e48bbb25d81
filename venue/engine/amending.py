"""Amend in place, and cancel-replace. Less at the same price keeps its place in the queue, anything else loses it."""

from typing import Final

from venue.engine.checks import exposure_refused, lock_refuses, market_refuses, meets, position_refused, terms_refused
from venue.engine.client_ids import already_bound
from venue.engine.commands import CancelReplace, PlaceOrder, PlaceQuote, QuoteUpdate, ReplaceLeg, ReplaceOrder
from venue.engine.events import CancelReplaced, CommandRejected, EntryResult, OrderRejected, OrderReplaced
from venue.engine.locks import mass_cancel_refuses
from venue.engine.matching import cancel, match, shrink
from venue.engine.order_entry import place_order
from venue.engine.orders import Order, Quote
from venue.engine.quoting import change_quote, place_quote
from venue.engine.rejects import Reject, RejectCode
from venue.engine.results import entered, failed
from venue.engine.savepoints import savepoint
from venue.engine.snapshots import order_event
from venue.engine.state import EngineState
from venue.engine.targets import find, unknown
from venue.engine.terms import CancelReason, Kind, MarketStatus, OrdStatus, Outcome, Side

_REJECTED: Final = (OrderRejected, CommandRejected)


def replace_order(state: EngineState, command: ReplaceOrder) -> None:
    order = find(state, state.accounts.get(command.account), command.target)
    if not isinstance(order, Order):
        _refuse(state, command, unknown(Kind.ORDER))
        return
    price = command.price or order.price
    size = max(command.size or order.size, order.filled)
    refused = _client_id_refused(order, command.new_client_id) or _refused(state, order, price, size - order.filled)
    if refused is not None:
        owner = (order.account.id, order.firm)
        state.refuse(Kind.ORDER, order.id, order.market.number, owner, order.client_id, refused)
        return
    if command.new_client_id:
        _rename(state, order, command.new_client_id)
    _amend(state, order, price, size, bool(command.new_client_id))


def replace_leg(state: EngineState, command: ReplaceLeg) -> None:
    """One side of a quote; the quote stays one unit, so a bad side leaves all of it as it was."""
    quote = find(state, state.accounts.get(command.account), command.target)
    if not isinstance(quote, Quote):
        _refuse(state, command, unknown(Kind.QUOTE))
    elif command.side is Side.BUY:
        change_quote(state, quote, QuoteUpdate(quote.id, bid_price=command.price, bid_size=command.size))
    else:
        change_quote(state, quote, QuoteUpdate(quote.id, ask_price=command.price, ask_size=command.size))


def _refuse(state: EngineState, command: ReplaceOrder | ReplaceLeg, reject: Reject) -> None:
    kind = Kind.ORDER if isinstance(command, ReplaceOrder) else Kind.QUOTE
    owner, target = (command.account, command.firm), command.target
    state.refuse(kind, target.id, 0, owner, target.client_id, reject)


def _client_id_refused(order: Order, client_id: str) -> Reject | None:
    if not client_id or client_id == order.client_id or client_id not in order.account.client_ids[Kind.ORDER].first:
        return None
    return Reject(RejectCode.CLIENT_ID_IN_USE)


def _refused(state: EngineState, order: Order, price: int, leaves: int) -> Reject | None:
    """Why the order may not stand on these terms; one that only gives size back may always."""
    if price == order.price and leaves <= order.leaves:
        return None
    market = order.market
    met = meets(market, order, order.side, price)
    dearest = max(price, met.price) if met else price
    return (
        market_refuses(market, state.now)
        or lock_refuses(order.account, market.number, order.session)
        or mass_cancel_refuses(order, state.now)
        or (terms_refused(market, price, order.filled + leaves) if leaves else None)
        or position_refused(order.position, order.side, leaves - order.leaves)
        or exposure_refused(order.position, dearest * leaves - order.price * order.leaves)
        or (Reject(RejectCode.MARKET_POST_ONLY) if met and market.status is MarketStatus.POST_ONLY else None)
        or (Reject(RejectCode.POST_ONLY_WOULD_CROSS) if met and order.post_only else None)
    )


def _rename(state: EngineState, order: Order, client_id: str) -> None:
    """The order answers to the new client id alone; its last one is free."""
    ids = order.account.client_ids[Kind.ORDER]
    if order.client_id:
        ids.unbind(order.client_id)
    order.client_id = client_id
    ids.bind(client_id, order.created_sequence, order.digest, order.id)


def _amend(state: EngineState, order: Order, price: int, size: int, renamed: bool) -> None:
    market, leaves = order.market, size - order.filled
    if not leaves or (price == order.price and leaves <= order.leaves):
        shrink(market, order, size)
        if not leaves:
            order.status = OrdStatus.FILLED
        state.events.append(order_event(OrderReplaced, order, CancelReason.NONE, renamed))
        if not leaves:
            state.close(order, OrdStatus.FILLED)
        return
    state.withdraw(market, order)
    order.price, order.size, order.leaves = price, size, leaves
    order.priority = state.next_priority()
    state.events.append(order_event(OrderReplaced, order, CancelReason.NONE, renamed))
    if not match(state, market, order, price, order.firm, order.self_trade_prevention):
        cancel(state, order, CancelReason.SELF_TRADE_PREVENTION)
    elif order.leaves:
        state.add_to_book(market, order)
    else:
        state.close(order, OrdStatus.FILLED)


def cancel_replace(state: EngineState, command: CancelReplace) -> None:
    """Cancel, then enter; atomic: if either is refused nothing has happened."""
    account, place = state.account(command.account, command.firm), command.place
    kind = Kind.ORDER if isinstance(place, PlaceOrder) else Kind.QUOTE
    if place.client_id and already_bound(state, kind, account, place):
        return
    with savepoint(state) as point:
        if market := state.markets.get(place.market):
            point.save_market(market)
        cancelled = _cancel(state, command)
        if cancelled.outcome is not Outcome.SUCCESS and (command.atomic or command.stop_on_failure):
            placed = EntryResult(kind, Outcome.NOT_ATTEMPTED)
        else:
            placed = _place(state, place, kind)
        if command.atomic and placed.outcome is Outcome.FAILURE:
            point.undo()
            cancelled = EntryResult(cancelled.kind, Outcome.NOT_ATTEMPTED, cancelled.id)
            assert placed.reject is not None
            owner = (command.account, command.firm)
            state.refuse(kind, 0, place.market, owner, place.client_id, placed.reject)
    state.events.append(CancelReplaced(command.account, cancelled, placed))


def _cancel(state: EngineState, command: CancelReplace) -> EntryResult:
    entity = find(state, state.accounts.get(command.account), command.target)
    if entity is None:
        return failed(command.target.kind, command.target.id, unknown(command.target.kind))
    filled = sum(leg.filled for leg in entity.legs)
    if command.if_filled not in (-1, filled):
        reject = Reject(RejectCode.FILLED_SIZE_DIFFERS, command.if_filled, filled, command.if_filled - filled)
        return failed(entity.kind, entity.id, reject)
    cancel(state, entity, CancelReason.REQUESTED)
    ask_filled = entity.ask.filled if isinstance(entity, Quote) else 0
    return EntryResult(entity.kind, Outcome.SUCCESS, entity.id, entity.status, filled - ask_filled, ask_filled)


def _place(state: EngineState, place: PlaceOrder | PlaceQuote, kind: Kind) -> EntryResult:
    mark = len(state.events)
    if isinstance(place, PlaceOrder):
        place_order(state, place)
    else:
        place_quote(state, place)
    return entered(kind, state.events[mark:])
