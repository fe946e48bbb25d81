"""What the demo believes a market is worth: a random walk that is drawn back to the reference price."""

import random
import time
from decimal import Decimal
from typing import Final

_STEP: Final = 0.8e-4  # standard deviation of one second's move
_PULL: Final = 0.01  # of the distance, each second
_FARTHEST: Final = 0.05  # of the reference price, well inside the band
_MOST_STEPS: Final = 600


class Walk:
    """One market's walk, as a fraction of its reference price; it moves on by itself as time passes."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._distance = 0.0
        self._walked_until = time.monotonic()

    def price(self, reference: Decimal) -> Decimal:
        self._go_on()
        return reference * Decimal(1 + self._distance)

    def _go_on(self) -> None:
        seconds = int(time.monotonic() - self._walked_until)
        self._walked_until += seconds
        for _ in range(min(seconds, _MOST_STEPS)):
            self._step()

    def _step(self) -> None:
        moved = self._distance * (1 - _PULL) + self._chance.gauss(0, _STEP)
        self._distance = max(-_FARTHEST, min(_FARTHEST, moved))
