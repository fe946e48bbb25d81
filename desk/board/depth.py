"""The outline of a book's depth, to be drawn: cumulated size by distance from the middle."""

from typing import Final, NamedTuple

from venue.books import Levels, PublishedBook

_REACH: Final = 25  # levels a side that are drawn


class Outline(NamedTuple):
    """Points of a polygon in a field 100 wide and 100 high; the middle is at 50."""

    bids: str = ""
    asks: str = ""


def outline(book: PublishedBook) -> Outline:
    bids, asks = book.bids[:_REACH], book.asks[:_REACH]
    most = max(sum(size for _, size in bids), sum(size for _, size in asks))
    if not most:
        return Outline()
    middle = (bids[0][0] + asks[0][0]) / 2 if bids and asks else float((bids or asks)[0][0])
    reach = max([abs(price - middle) for price, _ in (*bids, *asks)], default=0) or 1
    return Outline(_side(bids, -1, middle, reach, most), _side(asks, 1, middle, reach, most))


def _side(levels: Levels, direction: int, middle: float, reach: float, most: int) -> str:
    """A staircase away from the middle."""
    if not levels:
        return ""
    points: list[tuple[float, float]] = []
    total = 0
    for price, size in levels:
        across = 50 + direction * 50 * abs(price - middle) / reach
        points.append((across, 100 - 100 * total / most))
        total += size
        points.append((across, 100 - 100 * total / most))
    edge = 50 + direction * 50
    points += [(edge, points[-1][1]), (edge, 100), (points[0][0], 100)]
    return " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
