"""Redis killed, or emptied, under load: commands may be lost before they are acknowledged, never after."""

import pytest

from venue.streams import Lane, inbox
from venue.tests.faults import orders
from venue.tests.faults.arena import SHARD, Arena
from venue.tests.faults.ledger import UNKNOWN

KILLS = 3
FLUSHES = 3


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_killed_redis(arena: Arena) -> None:
    with arena.supervised() as matchers:
        with arena.crowd() as crowd:
            for _ in range(KILLS):
                arena.wait_for_trading()
                ended = len(matchers.exits)
                arena.kill_redis()
                matchers.wait_for_end(ended)
                arena.servers.start()
            arena.wait_for_trading()
        arena.check_books()
    assert 0 not in matchers.exits
    ledger = crowd.ledger()
    assert ledger.count(UNKNOWN), "nobody was waiting when it happened"
    arena.check(ledger)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_flushed_redis(arena: Arena) -> None:
    """Inbox, replies, books and lease are gone at once; the matcher leaves, its successor builds on the rows."""
    with arena.supervised() as matchers:
        with arena.crowd() as crowd:
            for _ in range(FLUSHES):
                arena.wait_for_trading()
                ended = len(matchers.exits)
                with arena.redis() as client:
                    client.flushall()
                matchers.wait_for_end(ended)
            arena.wait_for_trading()
        arena.check_books()
    arena.check(crowd.ledger())


@pytest.mark.parametrize("lane", Lane)
def test_inbox_that_begins_again_with_earlier_ids(arena: Arena, lane: Lane) -> None:
    """A new inbox may number from an earlier time: its server's clock was put back, or it is another server."""
    ahead = "9999999999999-7"
    with arena.supervised() as matchers:
        matchers.leader()
        with arena.redis() as client:
            client.xadd(inbox(SHARD, lane), {b"e": b"no envelope"}, id=ahead)
        arena.reply(arena.send(orders.quote(arena, "after the unreadable entry"), lane=lane))
        ended = len(matchers.exits)
        with arena.redis() as client:
            client.flushall()
        matchers.wait_for_end(ended)
        matchers.leader()
        arena.reply(arena.send(orders.quote(arena, f"in the new inbox {lane}"), lane=lane))
        arena.ask(orders.clear(arena))
    assert len(arena.journalled(f"in the new inbox {lane}")) == 1
    column = "inbox_id" if lane is Lane.STANDARD else "fast_inbox_id"
    assert arena.query(f"SELECT {column} FROM venue_shard")[0][0].partition("-")[0] == ahead.partition("-")[0]
