"""Stopping in order: what was taken in is committed and answered, and the next matcher need not wait for the lease."""

import signal

import pytest

from venue.tests.faults.arena import LEASE_TTL_MS, Arena
from venue.tests.faults.waiting import until


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_asked_to_stop_under_load(arena: Arena) -> None:
    with arena.supervised(2) as matchers, arena.crowd() as crowd:
        for _ in range(3):
            arena.wait_for_trading()
            leader = matchers.leader()
            leader.signal(signal.SIGTERM)
            assert leader.ended() == 0, leader.said
        arena.wait_for_trading()
    assert set(matchers.exits) == {0}
    arena.check(crowd.ledger())


def test_lease_is_given_back(arena: Arena) -> None:
    leader = arena.matcher().wait_until_serving()
    try:
        with arena.redis() as client:
            assert 0 < client.pttl("venue:lease:1") <= LEASE_TTL_MS
            assert leader.stop() == 0
            assert not client.exists("venue:lease:1")
    finally:
        leader.kill()


def test_standby_stops_at_once(arena: Arena) -> None:
    leader, standby = arena.matcher().wait_until_serving(), arena.matcher()
    try:
        epoch = arena.epoch()
        assert standby.stop() in (0, -signal.SIGTERM)  # the latter before it has come to listen
        assert leader.serving
        assert arena.epoch() == epoch
    finally:
        standby.kill()
        leader.kill()


def test_lost_lease_ends_the_process(arena: Arena) -> None:
    leader = arena.matcher().wait_until_serving()
    try:
        with arena.redis() as client:
            client.set("venue:lease:1", "somebody else", px=LEASE_TTL_MS)
        assert leader.ended() == 75
        until(lambda: "another matcher holds the lease" in leader.said, "the reason")
    finally:
        leader.kill()
