"""The engine of one shard: commands in, events out. What is due expires before anything else happens."""

from collections.abc import Callable
from heapq import heappop
from typing import Any, Final

from venue.engine import commands, events
from venue.engine.amending import cancel_replace, replace_leg, replace_order
from venue.engine.batches import batch
from venue.engine.commands import Command
from venue.engine.disconnects import DISCONNECTS
from venue.engine.events import Event
from venue.engine.fees import FEES
from venue.engine.locks import lift_expired, reset_locks
from venue.engine.mass_cancel import mass_cancel
from venue.engine.operations import OPERATIONS
from venue.engine.order_entry import cancel_order, place_order
from venue.engine.orders import Order
from venue.engine.protection_control import PROTECTION_CONTROL
from venue.engine.quoting import cancel_quote, place_quote
from venue.engine.repricing import update_quotes
from venue.engine.snapshots import order_event, quote_event
from venue.engine.state import PRIORITIES_PER_COMMAND, EngineState
from venue.engine.terms import OrdStatus


def expire_due(state: EngineState, command: commands.ExpireDue) -> None:
    """What is due has expired before the command; locks end with the beat."""
    lift_expired(state)


HANDLERS: Final[dict[type, Callable[[EngineState, Any], None]]] = {
    commands.PlaceQuote: place_quote,
    commands.UpdateQuotes: update_quotes,
    commands.CancelQuote: cancel_quote,
    commands.PlaceOrder: place_order,
    commands.CancelOrder: cancel_order,
    commands.Batch: batch,
    commands.ReplaceOrder: replace_order,
    commands.ReplaceLeg: replace_leg,
    commands.CancelReplace: cancel_replace,
    commands.MassCancel: mass_cancel,
    commands.ResetLocks: reset_locks,
    commands.ExpireDue: expire_due,
    **OPERATIONS,
    **FEES,
    **DISCONNECTS,
    **PROTECTION_CONTROL,
}


class MarketEngine:
    """All markets of one shard. The same commands with the same stamps give the same events, anywhere, always."""

    def __init__(self, state: EngineState | None = None) -> None:
        self.state = state or EngineState()

    def apply(self, sequence: int, now: int, command: Command) -> list[Event]:
        """Carry out one command, stamped with its sequence number and the time in epoch ms."""
        state = self.state
        state.sequence = sequence
        state.now = now
        state.priority = sequence << PRIORITIES_PER_COMMAND
        told = state.events = []
        if state.expiries and state.expiries[0][0] <= now:
            _expire(state)
        HANDLERS[type(command)](state, command)
        return told


def _expire(state: EngineState) -> None:
    """Expire what is due, in the order of its time. An entry that was put off since goes back with its new time."""
    now = state.now
    while state.expiries and state.expiries[0][0] <= now:
        due, entity_id = heappop(state.expiries)
        entity = state.quotes.get(entity_id) or state.orders.get(entity_id)
        if entity is None or not entity.expires_at:
            continue  # closed since, or undone and its id given anew
        if entity.expires_at > due:
            state.expire_at(entity)
            continue
        state.close(entity, OrdStatus.EXPIRED)
        if isinstance(entity, Order):
            state.events.append(order_event(events.OrderExpired, entity))
        else:
            state.events.append(quote_event(events.QuoteExpired, entity))
