"""PostgreSQL killed under load, postmaster and all: what was acknowledged before is there after."""

import pytest

from venue.tests.faults.arena import Arena

KILLS = 3


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_killed_postgres(arena: Arena) -> None:
    with arena.supervised() as matchers:
        with arena.crowd() as crowd:
            for _ in range(KILLS):
                arena.wait_for_trading()
                ended = len(matchers.exits)
                arena.kill_postgres()
                matchers.wait_for_end(ended)
                arena.servers.start()
            arena.wait_for_trading()
        arena.check_books()
    # Whoever was waiting is told "unknown" or, when the next matcher is quick, gets the answer after all.
    assert len(matchers.exits) >= KILLS
    assert 0 not in matchers.exits
    arena.check(crowd.ledger())
