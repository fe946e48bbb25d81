"""The book of one market: price levels in rank order, first come first served within each.

Both sides share one code: a level's rank is its price times the side's sign, so the best level always has the
highest rank. A level that empties stays until it comes to the top, or until most are empty: refreshed ladders use the
same prices again and again.
"""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Final

from venue.engine.orders import Leg
from venue.engine.ranks import Ranks

_MOST_EMPTY_LEVELS: int = 64  # not Final, which is compiled in: tests have fewer
_SORTED_WHOLE: Final = 4  # times as many levels as are asked for
_SWEPT: Final = 4  # levels looked at for each one that is opened while most are empty: no command pays for many
_NO_PRICE: Final = 1 << 61  # beyond every price


class Level:
    """The queue of legs at one price, doubly linked so that any of them leaves in constant time."""

    __slots__ = ("head", "price", "quantity", "rank", "tail")

    def __init__(self, price: int, rank: int) -> None:
        self.price = price
        self.rank = rank
        self.quantity = 0
        self.head: Leg | None = None
        self.tail: Leg | None = None

    def __iter__(self) -> Iterator[Leg]:
        leg = self.head
        while leg is not None:
            yield leg
            leg = leg.next


class BookSide:
    """All resting legs of one side. None of them is better than `touch`, a price; the best may be worse."""

    __slots__ = ("_opened", "levels", "ranks", "resting", "sign", "touch")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.levels: dict[int, Level] = {}
        self.ranks = Ranks()
        self._opened: deque[Level] = deque()  # those longest not looked at first; some may be dropped already
        self.resting = 0
        self.touch = -sign * _NO_PRICE

    def best(self) -> Level | None:
        """The level that trades first; empty ones above it are dropped on the way."""
        while self.levels:
            level = self.levels[self.touch]
            if level.head is not None:
                return level
            self._drop(level)
        return None

    def add(self, leg: Leg) -> None:
        """Queue a leg behind all others of its price."""
        self.resting += 1
        level = self.levels.get(leg.price) or self._open(leg.price)
        last = level.tail
        if last is None:
            level.head = leg
        else:
            last.next = leg
        leg.previous = last
        leg.level = level
        level.tail = leg
        level.quantity += leg.leaves

    def put_back(self, leg: Leg) -> None:
        """Queue a leg again in the place that its priority had there."""
        level = self.levels.get(leg.price) or self._open(leg.price)
        before = level.tail
        while before is not None and before.priority > leg.priority:
            before = before.previous
        after = level.head if before is None else before.next
        self.resting += 1
        leg.previous, leg.next, leg.level = before, after, level
        if before is None:
            level.head = leg
        else:
            before.next = leg
        if after is None:
            level.tail = leg
        else:
            after.previous = leg
        level.quantity += leg.leaves

    def remove(self, leg: Leg) -> None:
        """Take a resting leg out of its queue."""
        self.resting -= 1
        level, before, after = leg.level, leg.previous, leg.next
        assert level is not None
        if before is None:
            level.head = after
        else:
            before.next = after
        if after is None:
            level.tail = before
        else:
            after.previous = before
        level.quantity -= leg.leaves
        leg.level = leg.previous = leg.next = None

    def move(self, leg: Leg, price: int, priority: int) -> None:
        """Take a resting leg to the end of the queue of another price: `remove` and `add` in one, for the hot path."""
        level, before, after, leaves = leg.level, leg.previous, leg.next, leg.leaves
        assert level is not None
        if before is None:
            level.head = after
        else:
            before.next = after
        if after is None:
            level.tail = before
        else:
            after.previous = before
            leg.next = None
        level.quantity -= leaves
        try:
            level = self.levels[price]
        except KeyError:
            level = self._open(price)
        last = level.tail
        if last is None:
            level.head = leg
        else:
            last.next = leg
        leg.previous = last
        leg.level = level
        level.tail = leg
        level.quantity += leaves
        leg.price = price
        leg.priority = priority

    def __iter__(self) -> Iterator[Level]:
        """Levels with something in them, best first."""
        passed: list[Level] = []
        try:
            for rank in self.ranks.descending():
                level = self.levels[rank * self.sign]
                if level.head is None:
                    passed.append(level)
                else:
                    yield level
        finally:
            if len(passed) > _MOST_EMPTY_LEVELS:
                for level in passed:
                    self._drop(level)

    def within(self, limit_rank: int) -> Iterator[Leg]:
        """Legs in the order in which they would trade, down to a rank."""
        for level in self:
            if level.rank < limit_rank:
                return
            yield from level

    def depth(self, limit: int) -> list[tuple[int, int]]:
        """The best `limit` levels as (price in ticks, quantity in lots)."""
        if len(self.levels) > _SORTED_WHOLE * limit:
            return [(level.price, level.quantity) for level in islice(self, limit)]
        prices = sorted(self.levels, reverse=self.sign > 0)  # of a few faster than one by one
        best = [level for level in map(self.levels.__getitem__, prices) if level.head is not None]
        return [(level.price, level.quantity) for level in best[:limit]]

    def _open(self, price: int) -> Level:
        """A new level."""
        if len(self._opened) > 2 * self.resting + _MOST_EMPTY_LEVELS:
            self._sweep()
        level = self.levels[price] = Level(price, price * self.sign)
        self._opened.append(level)
        self.ranks.add(level.rank)
        if level.rank > self.touch * self.sign:
            self.touch = price
        return level

    def _sweep(self) -> None:
        """Drop what is empty among a few levels, and forget what was dropped already."""
        for _ in range(_SWEPT):
            level = self._opened.popleft()
            if self.levels.get(level.price) is not level:
                continue
            if level.head is None:
                self._drop(level)
            else:
                self._opened.append(level)

    def _drop(self, level: Level) -> None:
        """An empty level goes."""
        del self.levels[level.price]
        self.ranks.remove(level.rank)
        if level.price == self.touch:
            self.touch = (self.ranks.highest() if self.ranks else -_NO_PRICE) * self.sign


class Book:
    __slots__ = ("asks", "bids")

    def __init__(self) -> None:
        self.bids = BookSide(1)
        self.asks = BookSide(-1)
