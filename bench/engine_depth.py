"""The engine alone in a deep book: what one more quote, and one update of it, cost with up to a million open orders."""

import random
import statistics
import time
from collections.abc import Iterator
from typing import Final, NamedTuple

from bench.engine_ladder import MAKER, MARKET, NOON, REFERENCE, TAKER, collector_as_in_the_matcher, new_market
from venue.engine import commands, events
from venue.engine.commands import Command
from venue.engine.market import MarketEngine
from venue.engine.terms import OrderType, Side

DEPTHS: Final = (1_000, 10_000, 100_000, 1_000_000)
APART: Final = "at distinct prices"  # every order at a price of its own
NEAR: Final = "near the touch"  # all of them on the best twenty prices of their side
_REACH: Final = 1_000_000  # ticks on each side
_NEAR_PRICES: Final = 20


class Depth(NamedTuple):
    """Microseconds of one two-sided quote placed or updated, the median."""

    open_orders: int
    where: str
    microseconds: float


class DeepBook:
    """An engine with so many open orders, half on each side, and a maker who quotes among them."""

    def __init__(self, depth: int, arrangement: str) -> None:
        self.engine: MarketEngine = new_market()
        self._near = arrangement == NEAR
        self._random = random.Random(depth)
        step = max(2, 2 * _REACH // depth)
        for number in range(depth):
            side = Side.SELL if number % 2 else Side.BUY
            away = 2 + (number // 2) * step if not self._near else 2 + number // 2 % _NEAR_PRICES
            price = REFERENCE + away if side is Side.SELL else REFERENCE - away
            self.apply(commands.PlaceOrder(*TAKER, MARKET, side, OrderType.LIMIT, price, 10))

    def apply(self, command: Command) -> list[events.Event]:
        return self.engine.apply(self.engine.state.sequence + 1, NOON, command)

    def quotes(self, count: int) -> list[Command]:
        return [
            commands.PlaceQuote(*MAKER, MARKET, bid, 10, ask, 10, 30_000)
            for bid, ask in (self._prices() for _ in range(count))
        ]

    def updates(self, quote_ids: list[int]) -> list[Command]:
        made: list[Command] = []
        for quote_id in quote_ids:
            bid, ask = self._prices()
            made.append(commands.UpdateQuotes(*MAKER, (commands.QuoteUpdate(quote_id, bid, 0, ask),)))
        return made

    def _prices(self) -> tuple[int, int]:
        """Among the orders, and where they lie apart, between two of them."""
        if self._near:
            return REFERENCE - self._random.randint(2, 21), REFERENCE + self._random.randint(2, 21)
        below, above = (1 + 2 * self._random.randrange(_REACH // 2) for _ in range(2))
        return REFERENCE - below, REFERENCE + above

    def microseconds(self, made: list[Command]) -> float:
        """The cost of one of these."""
        apply, first = self.engine.apply, self.engine.state.sequence + 1
        start = time.perf_counter()
        for sequence, command in enumerate(made, start=first):
            apply(sequence, NOON, command)
        return (time.perf_counter() - start) / len(made) * 1e6


def measure(batch: int = 200, rounds: int = 25) -> Iterator[Depth]:
    """The depths take turns, so that whatever else the machine does falls on all of them; medians over the rounds."""
    for arrangement in (APART, NEAR):
        books = {depth: DeepBook(depth, arrangement) for depth in DEPTHS}
        placed: dict[int, list[float]] = {depth: [] for depth in DEPTHS}
        updated: dict[int, list[float]] = {depth: [] for depth in DEPTHS}
        with collector_as_in_the_matcher():
            for _ in range(rounds):
                for depth, book in books.items():
                    placed[depth].append(book.microseconds(book.quotes(batch)))
                    updated[depth].append(book.microseconds(book.updates(sorted(book.engine.state.quotes))))
                    book.apply(commands.MassCancel(account=MAKER[0]))
        for what, taken in (("placed", placed), ("updated", updated)):
            for depth in DEPTHS:
                yield Depth(depth, f"{what}, {arrangement}", statistics.median(taken[depth]))


def main() -> None:
    for open_orders, where, microseconds in measure():
        print(f"{where:32}{open_orders:12,d}{microseconds:10.2f} us")


if __name__ == "__main__":
    main()
