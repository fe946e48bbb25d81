"""Cancel-on-disconnect when a whole server dies: nobody is taken for alive, and the firing comes before any match."""

import time

from venue.engine import commands
from venue.engine.terms import CancelReason, DisconnectScope
from venue.replies import Applied
from venue.tests.faults import orders
from venue.tests.faults.arena import SHARD, Arena
from venue.tests.faults.waiting import until

TIMEOUT_MS = 1_500
SESSION = 1 << 40  # nobody's


def arm(arena: Arena) -> None:
    """A session that was last heard of at its arming."""
    account, firm = arena.account("alpha-1")
    now = time.time_ns() // 1_000_000
    arena.ask(
        commands.ConfigureDisconnect(
            account, firm, SESSION, DisconnectScope.SESSION, 0, TIMEOUT_MS, False, now, "silent", "s"
        )
    )


def disarm(arena: Arena) -> None:
    account, firm = arena.account("alpha-1")
    arena.ask(commands.CloseSession(account, firm, SESSION))
    arena.ask(orders.clear(arena))


def reason_of(arena: Arena, client_id: str) -> int:
    return int(arena.query("SELECT reason FROM quotes_quote WHERE client_id = %s", client_id)[0][0])


def test_redis_was_killed_past_the_deadline(arena: Arena) -> None:
    with arena.supervised() as matchers:
        matchers.leader()
        arena.ask(orders.quote(arena, "before the loss of Redis", session=SESSION))
        arm(arena)
        epoch = arena.epoch()
        arena.kill_redis()
        time.sleep(TIMEOUT_MS / 1_000)
        arena.servers.start()
        arena.wait_for_take_over(epoch)
        hit = arena.ask(orders.buy(arena, 1))
        assert isinstance(hit, Applied)
        assert [type(event).__name__ for event in hit.events] == ["OrderPlaced", "OrderCancelled"]
        assert reason_of(arena, "before the loss of Redis") == CancelReason.CANCEL_ON_DISCONNECT
        disarm(arena)
    arena.check()


def test_the_matcher_was_killed_past_the_deadline_with_an_order_waiting(arena: Arena) -> None:
    with arena.supervised() as matchers:
        leader = matchers.leader()
        arena.ask(orders.quote(arena, "before the kill", session=SESSION))
        arm(arena)
        leader.pause()
        time.sleep(TIMEOUT_MS / 1_000 + 0.1)
        waiting = arena.send(orders.buy(arena, 1))
        leader.kill()
        hit = arena.reply(waiting)
        assert isinstance(hit, Applied)
        assert [type(event).__name__ for event in hit.events] == ["OrderPlaced", "OrderCancelled"]
        assert reason_of(arena, "before the kill") == CancelReason.CANCEL_ON_DISCONNECT
        deadline, detected, cancelled = arena.query(
            "SELECT deadline, detected_at, cancelled_at FROM venue_disconnectfiring ORDER BY id DESC LIMIT 1"
        )[0]
        assert deadline < detected <= cancelled
        disarm(arena)
    arena.check()
    until(lambda: not arena.query("SELECT 1 FROM venue_disconnect WHERE shard = %s", SHARD), "no setting to be left")
