"""A matcher killed under load: whoever takes over has all that was acknowledged, once."""

import random

import pytest

from venue.tests.faults.arena import Arena

KILLS = 20


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_killed_twenty_times_with_a_standby_waiting(arena: Arena) -> None:
    epoch = arena.epoch()
    with arena.supervised(2) as matchers:
        with arena.crowd() as crowd:
            for _ in range(KILLS):
                arena.wait_for_trading(random.randint(20, 120))
                matchers.leader().kill()
            arena.wait_for_trading()
        arena.check_books()
    assert matchers.exits.count(-9) == KILLS
    assert arena.epoch() >= epoch + KILLS
    arena.check(crowd.ledger())
