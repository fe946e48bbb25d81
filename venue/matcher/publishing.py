"""Which books have changed, and pictures of them to publish once the change is durable."""

import time
from typing import Final

from venue.books import PUBLISHED_DEPTH, PublishedBook
from venue.engine.events import Event
from venue.engine.market import MarketEngine

_LEAST_INTERVAL: Final = 0.02  # seconds between two pictures of one book


class Pictures:
    """Pictures of changed books, each book's at most every 20 ms, the last change always included in time."""

    def __init__(self, engine: MarketEngine) -> None:
        self._state = engine.state
        self._changed: set[int] = set(self._state.markets)
        self._taken: dict[int, float] = {}

    @property
    def pending(self) -> bool:
        return bool(self._changed)

    def note(self, happened: list[Event]) -> None:
        self._changed.update([getattr(event, "market", 0) for event in happened])
        self._changed.discard(0)

    def take(self) -> dict[int, PublishedBook]:
        """The books that are due, by market."""
        now = time.monotonic()
        due = [market for market in self._changed if now - self._taken.get(market, 0.0) >= _LEAST_INTERVAL]
        self._changed.difference_update(due)
        self._taken.update(dict.fromkeys(due, now))
        return {market: self._picture(market) for market in due if market in self._state.markets}

    def _picture(self, number: int) -> PublishedBook:
        book = self._state.markets[number].book
        bids, asks = book.bids.depth(PUBLISHED_DEPTH), book.asks.depth(PUBLISHED_DEPTH)
        return PublishedBook(number, self._state.sequence, bids, asks)
