"""The walk moves, and stays near the reference price for ever."""

import random
from decimal import Decimal

from venue.demo.walk import Walk


def walked(seconds: int) -> Decimal:
    walk = Walk(random.Random(7))
    walk._walked_until -= seconds
    return walk.price(Decimal(100))


def test_it_moves_with_time() -> None:
    assert walked(0) == 100
    assert len({walked(seconds) for seconds in range(1, 50)}) == 49


def test_it_stays_near() -> None:
    assert all(abs(walked(seconds) - 100) < 1 for seconds in range(0, 600, 20))
