"""How long a matcher takes from its start to its first answer, with many open orders to take up again."""

import sys
import time
from typing import Final

from bench.own_venue import OwnVenue
from venue import gateway
from venue.engine import commands
from venue.engine.terms import MarketStatus, OrderType, Side
from venue.matcher import process

_SHARD: Final = 2
_MARKET: Final = 1_000
_AT_ONCE: Final = 2_000


def fill(orders: int) -> None:
    """Rest one-sided orders in a market of its own, through the matcher's own journal."""
    opening: list[commands.Command] = [
        commands.CreateMarket(_MARKET, "START-USD", "START", "USD", "0.01", "0.0001", 1_000, _SHARD),
        commands.SetMarketStatus(_MARKET, MarketStatus.OPEN),
    ]
    process.carry_out(_SHARD, opening)
    for begin in range(0, orders, _AT_ONCE):
        process.carry_out(
            _SHARD,
            [
                commands.PlaceOrder(
                    1 + number % 50, 1, _MARKET, Side.BUY, OrderType.LIMIT, 1_000_000 + number % 5_000, 100
                )
                for number in range(begin, min(begin + _AT_ONCE, orders))
            ],
        )


def first_answer() -> float:
    """Send a command now, and say at what Unix time its answer came."""
    gateway.submit(commands.ExpireDue(), shard=_SHARD, timeout_ms=60_000)
    return time.time()


def measure(venue: OwnVenue, orders: int) -> float:
    """Seconds from the start of the process to its answer to a command that was waiting."""
    venue.python("bench.start_up", "fill", str(orders))
    asking = venue.popen(sys.executable, "-m", "bench.start_up", "ask")
    time.sleep(2)  # the question is in the inbox before the matcher starts
    begin = time.time()
    matcher = venue.popen(sys.executable, "manage.py", "runmatcher", "--shard", str(_SHARD))
    answered, _ = asking.communicate(timeout=60)
    matcher.terminate()
    matcher.wait(timeout=15)
    return float(answered) - begin


if __name__ == "__main__":
    if sys.argv[1] == "fill":
        fill(int(sys.argv[2]))
    else:
        print(first_answer())
