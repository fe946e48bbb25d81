"""Market makers of the demo: a ladder of two-sided quotes on every market, moved along with the walk."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from venue.demo.client import Client
from venue.demo.traders import Listing, Trader
from venue.demo.walk import Walk

_QUOTES: Final = "/api/sdk/quotes"
_TURN: Final = 2.0  # seconds
_LEVELS: Final = 4
_NOTIONAL: Final = Decimal(1_000)  # of the best level; the n-th has n times that
_SHORTEST: Final = 60  # seconds
_LONGEST: Final = 120

Fields = dict[str, Any]


class Ladder:
    """One market's quotes, by level, and the price they were last put around."""

    def __init__(self) -> None:
        self.quotes: dict[int, str] = {}
        self.centre = Decimal(0)

    def should_move(self, fair: Decimal, width: Decimal) -> bool:
        return abs(fair - self.centre) > fair * width / 4

    def drop(self, quote_id: str) -> None:
        self.quotes = {level: known for level, known in self.quotes.items() if known != quote_id}


class Maker(Trader):
    """`width` is the distance from one level to the next, as a fraction of the price."""

    def __init__(self, name: str, client: Client, walks: Mapping[str, Walk], width: Decimal) -> None:
        super().__init__(name, client)
        self._walks = walks
        self._width = width
        self._chance = random.Random(name)
        self._ladders: defaultdict[str, Ladder] = defaultdict(Ladder)
        self._knows_its_quotes = False

    def turn(self) -> float:
        if not self._knows_its_quotes:
            self._start_over()
        listings = self.markets()
        self._refresh(listings, self._traded())
        for listing in listings:
            self._complete(listing)
        return _TURN

    def distrust(self) -> None:
        super().distrust()
        self._knows_its_quotes = False

    def leave(self) -> None:
        """Not without taking its quotes along."""
        self.client.delete(_QUOTES)
        super().leave()

    def _start_over(self) -> None:
        self.client.delete(_QUOTES)
        self._ladders.clear()
        self._knows_its_quotes = True

    def _traded(self) -> dict[str, Fields]:
        """Open quotes that something was taken from, by id."""
        answer = self.client.get(f"{_QUOTES}?status=partially_filled&limit=100")
        return {quote["quoteId"]: quote for quote in answer.content["quotes"]}

    def _refresh(self, listings: list[Listing], traded: Mapping[str, Fields]) -> None:
        """Move and refill with one request whatever needs it."""
        updates = [update for listing in listings for update in self._updates(listing, traded)]
        if not updates:
            return
        answer = self.client.patch(f"{_QUOTES}/batch/update", updates)
        for result in answer.content["results"]:
            if not result["success"]:
                self._give_up(result)

    def _updates(self, listing: Listing, traded: Mapping[str, Fields]) -> Iterator[Fields]:
        ladder = self._ladders[listing.asset]
        fair = self._walks[listing.asset].price(listing.reference_price)
        moves = ladder.should_move(fair, self._width)
        if moves:
            ladder.centre = fair
        for level, quote_id in ladder.quotes.items():
            update = self._prices(listing, level) if moves else {}
            if quote_id in traded:
                update |= self._refill(listing, level, traded[quote_id])
            if update:
                yield {"quoteId": quote_id, **update}

    def _refill(self, listing: Listing, level: int, quote: Fields) -> Fields:
        """A size is a total, what was filled included."""
        size = self._size(listing, level)
        return {"bidSize": size + quote["bidFilled"], "askSize": size + quote["askFilled"]}

    def _give_up(self, result: Fields) -> None:
        """It has expired, is filled, or may not stand where it should: in no case does it stay as it is."""
        quote_id = result["quoteId"]
        if result["error"]["code"] != "QUOTE_NOT_OPEN":
            self.client.delete(f"{_QUOTES}/{quote_id}")
        for ladder in self._ladders.values():
            ladder.drop(quote_id)

    def _complete(self, listing: Listing) -> None:
        """Quote the levels that are missing; where one is refused the rest would be too."""
        ladder = self._ladders[listing.asset]
        for level in range(_LEVELS):
            if level in ladder.quotes:
                continue
            answer = self.client.post(_QUOTES, self._quote(listing, level))
            if not answer.ok:
                return
            ladder.quotes[level] = answer.content["quoteId"]

    def _quote(self, listing: Listing, level: int) -> Fields:
        size = self._size(listing, level)
        return {
            "asset": listing.asset,
            **self._prices(listing, level),
            "bidSize": size,
            "askSize": size,
            # Each its own time, so that they do not all expire together.
            "validForSeconds": self._chance.randint(_SHORTEST, _LONGEST),
        }

    def _prices(self, listing: Listing, level: int) -> Fields:
        centre = self._ladders[listing.asset].centre
        distance = max(centre * self._width, listing.tick_size) * (level + 1)
        return {"bidPrice": listing.below(centre - distance), "askPrice": listing.above(centre + distance)}

    def _size(self, listing: Listing, level: int) -> Decimal:
        return listing.size(_NOTIONAL * (level + 1))
