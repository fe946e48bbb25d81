"""Waiting for what must come, with an end to the patience: machines that run tests are slow and noisy."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

PATIENCE = 45.0
_LOOK_EVERY = 0.02


def until(look: Callable[[], Found], what: str, *, patience: float = PATIENCE) -> Found:
    """The first true answer of `look`; fails when none comes."""
    deadline = time.monotonic() + patience
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {patience:g} seconds: {what}")
        time.sleep(_LOOK_EVERY)
    return found
