"""The ranks of a side are one sorted list, whichever words they share."""

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings

from venue.engine import book, ranks
from venue.engine.book import BookSide
from venue.engine.orders import Leg
from venue.engine.ranks import Ranks
from venue.engine.terms import Side
from venue.tests.engine.random_commands import seeds


@pytest.fixture(autouse=True, scope="module")
def small_parts() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranks, "_WORD", 3)
        patch.setattr(ranks, "_PLACE", 7)
        patch.setattr(book, "_MOST_EMPTY_LEVELS", 3)
        yield


@given(seed=seeds)
@settings(max_examples=60)
def test_like_a_sorted_list(seed: int) -> None:
    random = Random(seed)
    known: set[int] = set()
    tested = Ranks()
    for _ in range(200):
        rank = random.randint(-20, 120)
        if rank not in known and random.random() < 0.6:
            tested.add(rank)
            known.add(rank)
        elif known:
            chosen = random.choice(sorted(known))
            tested.remove(chosen)
            known.remove(chosen)
        assert list(tested.descending()) == sorted(known, reverse=True)
        assert bool(tested) == bool(known)
        assert not known or tested.highest() == max(known)


@given(seed=seeds)
@settings(max_examples=60)
def test_a_side_finds_its_best_however_levels_come_and_go(seed: int) -> None:
    random = Random(seed)
    side = BookSide(random.choice((1, -1)))
    resting: list[Leg] = []
    for number in range(300):
        _come_or_go(random, side, resting, number)
        prices = sorted({leg.price for leg in resting}, key=lambda price: -price * side.sign)
        if random.random() < 0.3:
            best = side.best()
            assert (best.rank * side.sign if best else None) == (prices[0] if prices else None)
        if random.random() < 0.1:
            wanted = [(price, sum(leg.leaves for leg in resting if leg.price == price)) for price in prices]
            assert side.depth(8) == wanted[:8]
        assert not prices or side.touch * side.sign >= prices[0] * side.sign


@pytest.mark.parametrize("at_the_top", [True, False])
def test_levels_that_are_gone_are_forgotten(at_the_top: bool) -> None:
    side = BookSide(1)
    for number in range(5_000):
        leg = Leg()
        leg.set_terms(Side.BUY, 1 + number, 1, priority=number)
        side.add(leg)
        side.remove(leg)
        if at_the_top:
            assert side.best() is None
    assert len(side.levels) <= len(side._opened) < 20


def _come_or_go(random: Random, side: BookSide, resting: list[Leg], number: int) -> None:
    kind = random.random()
    if kind < 0.4 or not resting:
        leg = Leg()
        leg.set_terms(Side.BUY, random.randint(1, 60), random.randint(1, 9), priority=number)
        side.add(leg)
        resting.append(leg)
    elif kind < 0.7:
        leg = random.choice(resting)
        price = random.randint(1, 60)
        if price != leg.price:
            side.move(leg, price, number)
    else:
        side.remove(resting.pop(random.randrange(len(resting))))
