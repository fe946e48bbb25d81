"""A leader that stands still past its lease and wakes up again: another one serves, and the old one commits nothing."""

import random
import time
from collections.abc import Callable

import psycopg
import pytest

from venue.matcher.exits import Exit
from venue.tests.faults import orders
from venue.tests.faults.arena import SHARD, Arena
from venue.tests.faults.waiting import until

PAUSES = 6
EXITS = {Exit.LEASE_LOST, Exit.FENCED_OUT, Exit.COMMIT_FAILED}


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_paused_under_load(arena: Arena) -> None:
    """At moments of chance: before, in and after transactions."""
    with arena.supervised(2) as matchers:
        with arena.crowd() as crowd:
            for _ in range(PAUSES):
                arena.wait_for_trading()
                epoch, leader = arena.epoch(), matchers.leader()
                time.sleep(random.random() / 20)  # anywhere between two commits
                leader.pause()
                arena.wait_for_take_over(epoch)
                arena.wait_for_trading()
                leader.resume()
                assert leader.ended() in EXITS
            arena.wait_for_trading()
        arena.check_books()
    assert set(matchers.exits) <= EXITS
    arena.check(crowd.ledger())


def until_blocked(arena: Arena) -> None:
    """Until the matcher's session waits for a lock of ours."""
    waits = f"SELECT 1 FROM pg_stat_activity WHERE application_name = 'matcher-{SHARD}' AND wait_event_type = 'Lock'"
    until(lambda: arena.query(waits), "the matcher to wait for the lock")


def lock_reports(connection: psycopg.Connection) -> None:
    """Held before the journal's second statement: the transaction has begun and has written."""
    connection.execute("LOCK TABLE venue_executionreport IN SHARE ROW EXCLUSIVE MODE")


def lock_shard(connection: psycopg.Connection) -> None:
    """Held before the last statement, the one with the fence; nothing but the commit comes after it."""
    connection.execute("SELECT 1 FROM venue_shard WHERE number = %s FOR UPDATE", (SHARD,))


@pytest.mark.parametrize("lock", [lock_reports, lock_shard])
def test_paused_in_the_middle_of_a_transaction(arena: Arena, lock: Callable[[psycopg.Connection], None]) -> None:
    name = f"half written, {lock.__name__}"
    with arena.supervised(2) as matchers:
        leader = matchers.leader()
        with arena.connect() as connection, connection.transaction():
            lock(connection)
            arena.send(orders.quote(arena, name))
            until_blocked(arena)
            epoch = arena.epoch()
            leader.pause()
        arena.wait_for_take_over(epoch)
        # What the old leader had not committed was still in the inbox, and is carried out by the new one.
        until(lambda: len(arena.journalled(name)) == 1, "the new leader to carry it out")
        arena.ask(orders.quote(arena, f"{name}, afterwards"))
        leader.resume()
        assert leader.ended() in EXITS
        arena.ask(orders.clear(arena))
        arena.check_books()
    assert len(arena.journalled(f"{name}, afterwards")) == 1
    arena.check()
