"""The price ranks of one side of a book, in order. The best few hundred, where nearly all comes and goes, are a plain
list; what is far from the touch is in a tree-like one, so that a million levels cost little more than ten."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from sortedcontainers import SortedList

_MOST_NEAR: Final = 512
_KEPT_NEAR: Final = _MOST_NEAR // 2


class Ranks:
    """Distinct integers. `near` holds the highest ones, ascending, and is empty only if there are none at all."""

    __slots__ = ("_far", "near")

    def __init__(self, ranks: Iterable[int] = ()) -> None:
        self._far: SortedList[int] = SortedList(ranks)
        self.near: list[int] = []
        self._refill()

    def add(self, rank: int) -> None:
        near = self.near
        if self._far and rank < near[0]:
            self._far.add(rank)
            return
        insort(near, rank)
        if len(near) > _MOST_NEAR:
            self._far.update(near[:_KEPT_NEAR])
            del near[:_KEPT_NEAR]

    def pop(self) -> int:
        """Take the highest out."""
        rank = self.near.pop()
        if not self.near:
            self._refill()
        return rank

    def remove(self, rank: int) -> None:
        near = self.near
        if rank < near[0]:
            self._far.remove(rank)
            return
        del near[bisect_left(near, rank)]
        if not near:
            self._refill()

    def __reversed__(self) -> Iterator[int]:
        return chain(reversed(self.near), reversed(self._far))

    def _refill(self) -> None:
        far = self._far
        self.near = [far.pop() for _ in range(min(len(far), _KEPT_NEAR))][::-1]
