"""What the matcher answers to a command, after it is durable."""

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct

from venue.engine import commands, events
from venue.engine.commands import Command
from venue.engine.events import Event
from venue.engine.rejects import Reject


class _Reply(Struct, frozen=True, array_like=True, tag=True, tag_field="name"):
    sequence: int
    now: int


class Applied(_Reply, frozen=True):
    """What the command caused, in order; things that merely expired before it are not its own."""

    events: tuple[Event, ...]


class QuotesUpdated(_Reply, frozen=True):
    """To several updates: one result each, in their order: None, or the refusal. A single one is `Applied`."""

    results: tuple[Reject | None, ...]


class MassCancelled(_Reply, frozen=True):
    """`reduced_ids` are quotes of which only the side that was asked for went."""

    order_ids: tuple[int, ...]
    quote_ids: tuple[int, ...]
    reduced_ids: tuple[int, ...] = ()


class Batched(_Reply, frozen=True):
    """What became of a batch."""

    batch: events.BatchApplied


class Replayed(_Reply, frozen=True):
    """The client id was answered before, by the command of `first_sequence`."""

    first_sequence: int


class NotApplied(_Reply, frozen=True):
    """The command changed nothing: it was past its deadline when its turn came, or the engine failed on it."""


Reply = Applied | QuotesUpdated | Batched | MassCancelled | Replayed | NotApplied

encode: Final = msgspec.msgpack.Encoder().encode
decode: Final = msgspec.msgpack.Decoder(Reply).decode

_CANCELLED: Final = (events.OrderCancelled, events.QuoteCancelled)
_EXPIRED: Final = (events.OrderExpired, events.QuoteExpired)


def answer(sequence: int, now: int, command: Command, happened: list[Event]) -> Reply:
    """The reply to a command that was applied."""
    if isinstance(command, commands.UpdateQuotes) and len(command.updates) != 1:
        return QuotesUpdated(sequence, now, _update_results(happened))
    if happened and isinstance(happened[-1], events.BatchApplied):
        return Batched(sequence, now, happened[-1])
    own = tuple(event for event in happened if not isinstance(event, _EXPIRED))
    if isinstance(command, commands.MassCancel):
        orders = tuple(event.id for event in own if isinstance(event, events.OrderCancelled))
        quotes = tuple(event.id for event in own if isinstance(event, events.QuoteCancelled))
        reduced = tuple(event.id for event in own if isinstance(event, events.QuoteReplaced))
        return MassCancelled(sequence, now, orders, quotes, reduced)
    if len(own) == 1 and isinstance(own[0], events.CommandReplayed):
        return Replayed(sequence, now, own[0].first_sequence)
    return Applied(sequence, now, own)


def cancelled_by(reply: Reply) -> int:
    """How many orders and quotes a command of operations has cancelled."""
    if isinstance(reply, MassCancelled):
        return len(reply.order_ids) + len(reply.quote_ids)
    return sum(isinstance(event, _CANCELLED) for event in reply.events) if isinstance(reply, Applied) else 0


def update_results(reply: Reply) -> tuple[Reject | None, ...]:
    """One result an update, whichever way the matcher has answered."""
    if isinstance(reply, QuotesUpdated):
        return reply.results
    assert isinstance(reply, Applied)
    return _update_results(reply.events)


def _update_results(happened: Iterable[Event]) -> tuple[Reject | None, ...]:
    """Each update left exactly one of these two behind, fills aside."""
    return tuple(
        event.reject if isinstance(event, events.CommandRejected) else None
        for event in happened
        if isinstance(event, (events.QuoteReplaced, events.CommandRejected))
    )
