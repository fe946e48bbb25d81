"""What is needed to take back what a command has done so far: each order, quote, position and market as it stood
before it was touched first. While no savepoint is set nothing is recorded, and nothing costs anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import attrgetter
from typing import Any, Final, NamedTuple

from venue.engine.accounts import ClientIds, Position
from venue.engine.orders import Leg, Order, Quote
from venue.engine.protection import Protection
from venue.engine.state import EngineState, MarketState

_LEG: Final = ("price", "size", "filled", "leaves", "priority")
_ORDER: Final = ("status", "client_id", "digest", "filled_value", "expires_at")
_QUOTE: Final = ("status", "client_id", "digest", "valid_for_ms", "expires_at", "fits")
_POSITION: Final = ("net", "cost", "last_price", "value", "open_buy", "open_sell")
_leg_values: Final = attrgetter(*_LEG)
_order_values: Final = attrgetter(*_ORDER)
_quote_values: Final = attrgetter(*_QUOTE)
_position_values: Final = attrgetter(*_POSITION)


class Savepoint:
    """What stands before the first change after `begin`; `undo` brings all of it back."""

    __slots__ = (
        "_entities",
        "_event_count",
        "_last",
        "_markets",
        "_opened",
        "_positions",
        "_state",
        "_undoing",
        "undone",
    )

    def __init__(self, state: EngineState) -> None:
        self._state = state
        self._event_count = len(state.events)
        self._entities: dict[int, _Image | _Terms] = {}
        self._last: Position | None = None  # saved already, as mostly it is the same one
        self._opened: dict[int, Order | Quote] = {}
        self._positions: dict[int, tuple[Position, tuple[Any, ...], int]] = {}
        self._markets: dict[int, tuple[MarketState, int, int, int]] = {}
        self._undoing: list[Callable[[], Any]] = []
        self.undone = False

    def save(self, entity: Order | Quote) -> None:
        """The entity is about to change, and with it its position."""
        saved = self._entities.get(entity.id)
        if type(saved) is _Terms:
            self._entities[entity.id] = saved.completed(_image(entity))
        elif saved is None and entity.id not in self._opened:
            self._entities[entity.id] = _image(entity)
            self._save_surroundings(entity)

    def save_terms(self, quote: Quote) -> None:
        """The quote is about to be re-priced, which is done so often that no more is saved than that changes."""
        if quote.id not in self._entities and quote.id not in self._opened:
            bid, ask = quote.bid, quote.ask
            prices = (bid.price, bid.priority, ask.price, ask.priority)
            # Not by its own constructor, which takes as long as all the rest.
            terms = tuple.__new__(_Terms, (quote, *prices, quote.valid_for_ms, quote.expires_at))
            self._entities[quote.id] = terms
            self._save_surroundings(quote)

    def _save_surroundings(self, entity: Order | Quote) -> None:
        if entity.position is not self._last:
            self._last = entity.position
            self.save_position(entity.position)
            self.save_market(entity.market)

    def save_position(self, position: Position) -> None:
        if id(position) not in self._positions:
            self._positions[id(position)] = (position, _position_values(position), position.account.exposure)

    def save_market(self, market: MarketState) -> None:
        if market.number not in self._markets:
            self._markets[market.number] = (market, market.last_id, market.reference_price, market.reference_at)

    def save_protection(self, protection: Protection) -> None:
        """A fill is about to be counted."""
        picture = protection.picture()
        self.on_undo(lambda: protection.restore(picture))

    def save_client_id(self, ids: ClientIds, client_id: str) -> None:
        """The client id is about to name something else, or something at all."""
        shadowed = ids.shadowed.get(client_id)

        def restore() -> None:
            ids.unbind(client_id)
            if shadowed is not None:
                ids.shadowed[client_id] = shadowed

        self.on_undo(restore)

    def note_opened(self, entity: Order | Quote) -> None:
        """The entity has just come among the open ones, and does not count as working yet."""
        self._opened[entity.id] = entity
        self.save_position(entity.position)

    def on_undo(self, step: Callable[[], Any]) -> None:
        """What else must be done to take things back; the last one is done first."""
        self._undoing.append(step)

    def absorb(self, later: Savepoint) -> None:
        """What was done under a later savepoint stands for now, and may have to be undone with all before it."""
        for number, saved in later._entities.items():
            earlier = self._entities.get(number)
            if type(earlier) is _Terms and type(saved) is _Image:
                self._entities[number] = earlier.completed(saved)
            elif earlier is None and number not in self._opened:
                self._entities[number] = saved
        self._opened |= later._opened
        for key, position in later._positions.items():
            self._positions.setdefault(key, position)
        for number, market in later._markets.items():
            self._markets.setdefault(number, market)
        self._undoing += later._undoing

    def undo(self) -> None:
        """Everything as it stood at the beginning. Entries of the heap of expiries stay, and find nothing."""
        self.undone = True
        self._undo_entities()
        for position, values, exposure in [*self._positions.values()][::-1]:
            _set(position, _POSITION, values)
            position.account.exposure = exposure
            position.settle_limits()
        for step in self._undoing[::-1]:
            step()
        for market, last_id, reference_price, reference_at in self._markets.values():
            market.last_id = last_id
            if (market.reference_price, market.reference_at) != (reference_price, reference_at):
                market.move_reference(reference_price, reference_at)
        del self._state.events[self._event_count :]

    def _undo_entities(self) -> None:
        """All that was touched leaves the book before anything comes back to its place there."""
        state = self._state
        images = [_completed(saved) for saved in self._entities.values()]
        for entity in self._opened.values():
            _take_out(entity)
            if entity.id in entity.account.open:
                state.forget(entity)
        for image in images:
            _take_out(image.entity)
        for image in images:
            image.restore(state)


_LegImage = tuple[Leg, Any, tuple[Any, ...]]


class _Image(NamedTuple):
    """An order or quote as it stood, and which of its legs rested."""

    entity: Order | Quote
    names: tuple[str, ...]
    values: tuple[Any, ...]
    legs: tuple[_LegImage, ...]
    was_open: bool

    def restore(self, state: EngineState) -> None:
        entity = self.entity
        _set(entity, self.names, self.values)
        if self.was_open and entity.id not in entity.account.open:
            state.remember(entity)
        for leg, level, values in self.legs:
            _set(leg, _LEG, values)
            if self.was_open:
                leg.owner = entity
            if level is not None:
                entity.market.side(leg.side).put_back(leg)


def _image(entity: Order | Quote) -> _Image:
    was_open = entity.id in entity.account.open
    if isinstance(entity, Order):
        return _Image(entity, _ORDER, _order_values(entity), (_leg(entity),), was_open)
    return _Image(entity, _QUOTE, _quote_values(entity), (_leg(entity.bid), _leg(entity.ask)), was_open)


def _leg(leg: Leg) -> _LegImage:
    return leg, leg.level, _leg_values(leg)


class _Terms(NamedTuple):
    """Of a quote both of whose legs rest, what another price changes."""

    entity: Quote
    bid_price: int
    bid_priority: int
    ask_price: int
    ask_priority: int
    valid_for_ms: int
    expires_at: int

    def completed(self, image: _Image) -> _Image:
        """A picture taken since, as it would have been then."""
        status, client_id, digest, _, _, fits = image.values
        bid, ask = image.legs
        legs = (_moved(bid, self.bid_price, self.bid_priority), _moved(ask, self.ask_price, self.ask_priority))
        return image._replace(values=(status, client_id, digest, self.valid_for_ms, self.expires_at, fits), legs=legs)


def _completed(saved: _Image | _Terms) -> _Image:
    return saved if isinstance(saved, _Image) else saved.completed(_image(saved.entity))


def _moved(image: _LegImage, price: int, priority: int) -> _LegImage:
    leg, level, (_, size, filled, leaves, _) = image
    return leg, level, (price, size, filled, leaves, priority)


def _set(target: Any, names: tuple[str, ...], values: tuple[Any, ...]) -> None:
    for name, value in zip(names, values, strict=True):
        setattr(target, name, value)


def _take_out(entity: Order | Quote) -> None:
    for leg in entity.legs:
        if leg.level is not None:
            entity.market.side(leg.side).remove(leg)


@contextmanager
def savepoint(state: EngineState) -> Iterator[Savepoint]:
    """While in the block all is recorded that `undo` needs. An inner one hands what it kept to the outer one."""
    outer, inner = state.savepoint, Savepoint(state)
    state.savepoint = inner
    try:
        yield inner
    finally:
        state.savepoint = outer
        if outer is not None and not inner.undone:
            outer.absorb(inner)
