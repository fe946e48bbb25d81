"""Mass cancel: everything that matches all selectors, and nothing new of that scope while its lock holds."""

from collections.abc import Iterable

from venue.engine import events
from venue.engine.commands import MassCancel
from venue.engine.events import Lock, QuoteReplaced
from venue.engine.locks import accounts_of, lock
from venue.engine.matching import cancel, shrink
from venue.engine.orders import Order, Quote
from venue.engine.snapshots import quote_event
from venue.engine.state import EngineState
from venue.engine.terms import Side, market_of


def mass_cancel(state: EngineState, command: MassCancel) -> None:
    """Oldest id first."""
    chosen = sorted((one for one in _candidates(state, command) if _selected(one, command)), key=lambda one: one.id)
    for entity in chosen:
        if isinstance(entity, Quote) and command.side and _other_side_works(entity, command.side):
            _take_side_back(state, entity, command)
        else:
            cancel(state, entity, command.reason)
    if command.lock_ms:
        until = 0 if command.lock_ms < 0 else state.now + command.lock_ms
        scope = Lock(until, command.market, command.kind, command.side, command.session)
        for account in accounts_of(state, command.account, command.firm):
            lock(state, account, scope)
    state.events.append(events.MassCancelled(len(chosen)))


def _candidates(state: EngineState, command: MassCancel) -> Iterable[Order | Quote]:
    if not command.account:
        return state.everything_open()
    account = state.accounts.get(command.account)
    return account.open.values() if account else ()


def _selected(entity: Order | Quote, command: MassCancel) -> bool:
    return (
        (not command.firm or entity.firm == command.firm)
        and (not command.market or market_of(entity.id) == command.market)
        and (not command.kind or entity.kind is command.kind)
        and (not command.session or entity.session == command.session)
        and (not command.side or any(leg.leaves and leg.side == command.side for leg in entity.legs))
    )


def _other_side_works(quote: Quote, side: int) -> bool:
    return bool((quote.ask if side == Side.BUY else quote.bid).leaves)


def _take_side_back(state: EngineState, quote: Quote, command: MassCancel) -> None:
    leg = quote.bid if command.side == Side.BUY else quote.ask
    shrink(quote.market, leg, leg.filled)
    state.events.append(quote_event(QuoteReplaced, quote, command.reason))
