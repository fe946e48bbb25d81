"""The engine alone: a two-sided ladder of 2 x 10 levels, refreshed round a random walk, with 10% crossing orders."""

import gc
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from bench.own_venue import ROOT
from venue.engine import commands, events
from venue.engine.commands import Command
from venue.engine.market import MarketEngine
from venue.engine.terms import MarketStatus, OrderType, ReferenceSource, Side

MARKET: Final = 1
MAKER: Final = (1, 1)  # account, firm
TAKER: Final = (2, 2)
REFERENCE: Final = 5_000_000  # ticks: 50,000.00
LEVELS: Final = 10
LEGS: Final = 2 * LEVELS
SIZE: Final = 1_000_000  # lots: deep enough never to be filled whole
CROSSING: Final = 0.10  # of all operations
NOON: Final = 1_700_000_000_000
GC_THRESHOLD: Final = (50_000, 20, 1_000_000)  # as in the matcher: no full collections


class Script(NamedTuple):
    """Commands made beforehand, and the operations in them: each order or quote leg placed or replaced is one."""

    commands: list[Command]
    orders: int
    legs: int


def new_market(number: int = MARKET) -> MarketEngine:
    """An open market with every limit set, so that every check has something to compare with."""
    engine = MarketEngine()
    terms = commands.CreateMarket(number, "BTC-USD", "BTC", "USD", "0.01", "0.0001", 1000, 1)
    rules = commands.ConfigureMarket(number, 2500, 10**7, 10**9, 10**18, 10**12, -20, 50, ReferenceSource.OPS, 10**9)
    opening: list[Command] = [
        terms,
        rules,
        commands.SetReferencePrice(number, REFERENCE),
        commands.SetMarketStatus(number, MarketStatus.OPEN),
    ]
    for account, firm in (MAKER, TAKER):
        opening.append(commands.SetRiskLimits(account, firm, 10**8, 10**24))
        opening.append(commands.SetPositionLimit(account, firm, number, 10**11))
    for sequence, command in enumerate(opening, start=1):
        engine.apply(sequence, NOON, command)
    return engine


def place_ladder(engine: MarketEngine) -> list[int]:
    """Ten quotes round the reference, best first; their ids."""
    for level in range(LEVELS):
        terms = (REFERENCE - 1 - level, SIZE, REFERENCE + 1 + level, SIZE)
        command = commands.PlaceQuote(*MAKER, MARKET, *terms, valid_for_ms=30_000)
        engine.apply(engine.state.sequence + 1, NOON, command)
    return sorted(engine.state.quotes)


def prepared(refreshes: int, seed: int, crossing: float = CROSSING) -> tuple[Script, MarketEngine]:
    """A ladder, and a random walk for it: each step re-prices all legs in one command, then come crossing orders."""
    engine = new_market()
    quote_ids = place_ladder(engine)
    walk = random.Random(seed)
    middle, owed, orders = REFERENCE, 0.0, 0
    made: list[Command] = []
    for _ in range(refreshes):
        middle += walk.choice((-2, -1, 1, 2))
        made.append(commands.UpdateQuotes(*MAKER, _refresh(quote_ids, middle)))
        owed += LEGS * crossing / (1 - crossing)
        while owed >= 1:
            owed -= 1
            orders += 1
            made.append(_crossing_order(walk, middle))
    return Script(made, orders, refreshes * LEGS), engine


def _refresh(quote_ids: list[int], middle: int) -> tuple[commands.QuoteUpdate, ...]:
    return tuple(
        commands.QuoteUpdate(quote_id, middle - 1 - level, SIZE, middle + 1 + level, SIZE, 30_000)
        for level, quote_id in enumerate(quote_ids)
    )


def _crossing_order(walk: random.Random, middle: int) -> commands.PlaceOrder:
    side = walk.choice((Side.BUY, Side.SELL))
    best = middle + 1 if side is Side.BUY else middle - 1
    return commands.PlaceOrder(*TAKER, MARKET, side, OrderType.LIMIT, best, walk.randint(1, 3))


@contextmanager
def collector_as_in_the_matcher() -> Iterator[None]:
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def seconds_for(engine: MarketEngine, made: list[Command]) -> float:
    """How long the engine takes for the commands, a millisecond of its own time apart every hundred."""
    apply, first = engine.apply, engine.state.sequence + 1
    start = time.perf_counter()
    for sequence, command in enumerate(made, start=first):
        apply(sequence, NOON + sequence // 100, command)
    return time.perf_counter() - start


def measure(refreshes: int = 2_000, rounds: int = 9) -> dict[str, float]:
    """Medians over the rounds. `cancel_insert` counts a re-price as two operations, as benchmarks of books do."""
    check_that_all_is_done(refreshes=500)
    operations, as_pairs, legs = [], [], []
    for seed in range(rounds):
        made, engine, made_alone, engine_alone = *prepared(refreshes, seed), *prepared(refreshes, seed, crossing=0.0)
        with collector_as_in_the_matcher():
            seconds = seconds_for(engine, made.commands)
            operations.append((made.legs + made.orders) / seconds)
            as_pairs.append((2 * made.legs + made.orders) / seconds)
            legs.append(made_alone.legs / seconds_for(engine_alone, made_alone.commands))
    return {
        "operations_per_second": statistics.median(operations),
        "cancel_insert_operations_per_second": statistics.median(as_pairs),
        "legs_replaced_per_second": statistics.median(legs),
    }


def measure_in_python() -> dict[str, float]:
    """The same where the engine is not compiled, in a process of its own."""
    measuring = "import json; from bench import engine_ladder; print(json.dumps(engine_ladder.measure()))"
    command, environment = [sys.executable, "-c", measuring], os.environ | {"NATIVE": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def check_that_all_is_done(refreshes: int) -> None:
    """What is counted really happens: every leg moves, every crossing order trades."""
    made, engine = prepared(refreshes, seed=0)
    told = [event for number, one in enumerate(made.commands, start=100) for event in engine.apply(number, NOON, one)]
    moved = sum(isinstance(event, events.QuoteReplaced) for event in told)
    traded = sum(isinstance(event, events.Traded) for event in told)
    if (moved * 2, traded) != (made.legs, made.orders):
        raise AssertionError(f"{moved} quotes moved and {traded} orders traded of {made.legs / 2} and {made.orders}")


def main() -> None:
    for name, figure in measure().items():
        print(f"{name:42}{figure:14,.2f}")


if __name__ == "__main__":
    main()
