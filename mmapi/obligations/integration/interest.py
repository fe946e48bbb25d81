"""What an account has resting in a market, and whether that is enough.

Every leg of every open quote and every open order counts. A side's price is that of the level at which its size,
counted from the best price on, first reaches the least size; its size is all down to that level, the level included.
"""

from typing import Final, NamedTuple

from mmapi.obligations.integration.terms import Bounds, Standing

SPREAD_SCALE: Final = 1_000_000  # spreads are kept in millionths of a basis point
_BASIS_POINTS_OF_MIDDLE: Final = 20_000  # of half the sum of both prices


class Verdict(NamedTuple):
    """The standing, and while both sides reach the least size: the spread between their prices in millionths of a basis
    point, rounded down, and their sizes in lots."""

    standing: Standing
    spread: int = 0
    bid: int = 0
    ask: int = 0


NO_QUOTE: Final = Verdict(Standing.NO_QUOTE)
ONE_SIDED: Final = Verdict(Standing.ONE_SIDED)
TOO_SMALL: Final = Verdict(Standing.TOO_SMALL)


def leg_of(entity: int, side: int) -> int:
    """What names a leg: its order or quote, and in the last bit the side."""
    return entity << 1 | side - 1


class Interest:
    """Legs by name, each (rank, lots), and the lots of each rank of a side. A rank is the price, a bid's negative: so
    on either side the least is the best."""

    __slots__ = ("legs", "sides")

    def __init__(self) -> None:
        self.legs: dict[int, tuple[int, int]] = {}
        self.sides: tuple[dict[int, int], dict[int, int]] = ({}, {})

    def put(self, leg: int, price: int, lots: int) -> None:
        """The leg as it stands now; without lots it is gone."""
        levels = self.sides[leg & 1]
        before = self.legs.get(leg)
        if before is not None:
            rank, was = before
            rest = levels[rank] - was
            if rest:
                levels[rank] = rest
            else:
                del levels[rank]
        if lots > 0:
            rank = price if leg & 1 else -price
            self.legs[leg] = (rank, lots)
            levels[rank] = levels.get(rank, 0) + lots
        elif before is not None:
            del self.legs[leg]

    def judge(self, bounds: Bounds) -> Verdict:
        bids, asks = self.sides
        if not bids or not asks:
            return ONE_SIDED if bids or asks else NO_QUOTE
        bid, ask = reaching(bids, bounds.size), reaching(asks, bounds.size)
        if bid is None or ask is None:
            return TOO_SMALL
        gap, doubled = ask[0] + bid[0], ask[0] - bid[0]
        spread = _BASIS_POINTS_OF_MIDDLE * SPREAD_SCALE * gap // doubled
        if _BASIS_POINTS_OF_MIDDLE * 100 * gap > bounds.spread * doubled:
            standing = Standing.TOO_WIDE
        elif max(bid[1], ask[1]) * 100 > bounds.ratio * min(bid[1], ask[1]):
            standing = Standing.SIZE_RATIO
        else:
            standing = Standing.COMPLIANT
        return Verdict(standing, spread, bid[1], ask[1])


def reaching(levels: dict[int, int], least: int) -> tuple[int, int] | None:
    """The first rank by which the lots of a side reach the least, and how many these are."""
    best = min(levels)
    lots = levels[best]
    if lots >= least:
        return best, lots
    lots = 0
    for rank in sorted(levels):
        lots += levels[rank]
        if lots >= least:
            return rank, lots
    return None
