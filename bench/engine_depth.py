"""The engine alone: what one more quote costs, placed and refreshed, the deeper the book gets."""

import statistics
import time
from collections.abc import Iterator
from typing import Final, NamedTuple

from bench.engine_ladder import MAKER, MARKET, NOON, REFERENCE, collector_as_in_the_matcher, new_market
from venue.engine import commands
from venue.engine.market import MarketEngine
from venue.engine.terms import OrderType, Side

DEPTHS: Final = (1_000, 10_000, 100_000, 1_000_000)
OTHERS: Final = (3, 3)  # account, firm
ROUNDS: Final = 2_000
LOTS: Final = 1_000_000


class Depth(NamedTuple):
    """Microseconds that placing, refreshing and cancelling one quote take together, the median."""

    open_orders: int
    where: str
    microseconds: float


def measure() -> Iterator[Depth]:
    for where, price in {"spread over the band": _spread, "at the touch": _at_the_touch}.items():
        for depth in DEPTHS:
            engine = new_market()
            for number in range(depth):
                engine.apply(engine.state.sequence + 1, NOON, _resting(number % 2 == 0, price(number)))
            with collector_as_in_the_matcher():
                yield Depth(depth, where, _one_more(engine))


def _resting(buys: bool, away: int) -> commands.PlaceOrder:
    side, price = (Side.BUY, REFERENCE - away) if buys else (Side.SELL, REFERENCE + away)
    return commands.PlaceOrder(*OTHERS, MARKET, side, OrderType.LIMIT, price, LOTS)


def _spread(number: int) -> int:
    """Nearly every order at a price of its own, all over the band, in no order."""
    return 10 + number * 7_919 % 1_000_003


def _at_the_touch(number: int) -> int:
    """A hundred prices a side, thousands of orders at each."""
    return 10 + number % 200


def _one_more(engine: MarketEngine) -> float:
    taken = []
    for number in range(ROUNDS):
        away = 20 + number * 7_919 % 500_000
        begin = time.perf_counter()
        _place_refresh_cancel(engine, away)
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken) * 1e6


def _place_refresh_cancel(engine: MarketEngine, away: int) -> None:
    state = engine.state
    terms = (REFERENCE - away, LOTS, REFERENCE + away, LOTS)
    placed = engine.apply(state.sequence + 1, NOON, commands.PlaceQuote(*MAKER, MARKET, *terms, valid_for_ms=30_000))
    quote = placed[0].id  # type: ignore[union-attr]
    update = commands.QuoteUpdate(quote, REFERENCE - away - 3, 0, REFERENCE + away + 3)
    engine.apply(state.sequence + 1, NOON, commands.UpdateQuotes(*MAKER, (update,)))
    engine.apply(state.sequence + 1, NOON, commands.CancelQuote(*MAKER, quote))
