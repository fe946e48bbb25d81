"""Books as text: one line a price, highest first, who rests there in the order in which they trade.

        | 102 | Alpha 5, Gamma 2
Beta 10 | 100 |
"""

from collections.abc import Iterator
from typing import NamedTuple

from venue.engine.book import Level
from venue.engine.market import MarketEngine
from venue.engine.terms import Side
from venue.tests.engine.cast import MEMBERS, NAMES, Member


class Resting(NamedTuple):
    member: Member
    side: Side
    price: int
    lots: int


def draw(engine: MarketEngine, market: int) -> str:
    """The book of a market as it stands."""
    book = engine.state.markets[market].book
    bids, asks = ({level.price: _queue(level) for level in side} for side in (book.bids, book.asks))
    return _render([(price, bids.get(price, ""), asks.get(price, "")) for price in {**bids, **asks}])


def tidy(text: str) -> str:
    """A drawing by hand, in the very layout of `draw`."""
    return _render([_split(line) for line in text.splitlines() if line.strip()])


def resting(text: str) -> Iterator[Resting]:
    """The orders of a drawing, those of one price in their order."""
    for price, bids, asks in (_split(line) for line in text.splitlines() if line.strip()):
        for side, queue in ((Side.BUY, bids), (Side.SELL, asks)):
            for entry in filter(None, (part.strip() for part in queue.split(","))):
                name, lots = entry.split()
                yield Resting(MEMBERS[name], side, price, int(lots))


def _queue(level: Level) -> str:
    return ", ".join(f"{NAMES[leg.owner.account.id]} {leg.leaves}" for leg in level)


def _split(line: str) -> tuple[int, str, str]:
    bids, price, asks = (part.strip() for part in line.split("|"))
    return int(price), bids, asks


def _render(lines: list[tuple[int, str, str]]) -> str:
    lines = sorted(lines, reverse=True)
    width = max((len(bids) for _, bids, _ in lines), default=0)
    return "\n".join(f"{bids:>{width}} | {price} | {asks}".rstrip() for price, bids, asks in lines)
