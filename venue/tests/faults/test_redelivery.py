"""What lies in the inbox when a matcher dies is carried out once, or refused once its time is over."""

import signal

import pytest

from venue.replies import Applied, NotApplied, Replayed
from venue.streams import Lane
from venue.tests.faults import orders
from venue.tests.faults.arena import Arena
from venue.tests.faults.waiting import until


@pytest.mark.parametrize("lane", Lane)
@pytest.mark.parametrize("fault", ["dies_after_commit", "dies_before_commit"])
def test_killed_beside_a_commit(arena: Arena, fault: str, lane: Lane) -> None:
    """On either side of it: the command is in the journal once, and a retry gets the first outcome."""
    name = f"poison, {fault}, {lane}"
    leader = arena.matcher(fault).wait_until_serving()
    unanswered = arena.send(orders.quote(arena, name), lane=lane)
    assert leader.ended() == -signal.SIGKILL
    with arena.redis() as client:
        assert client.lpop(unanswered) is None
    assert len(arena.journalled(name)) == (1 if fault == "dies_after_commit" else 0)
    with arena.supervised():
        retried = arena.ask(orders.quote(arena, name))
        assert isinstance(retried, Replayed)
        entities = arena.query("SELECT id FROM quotes_quote WHERE client_id = %s", name)
        assert len(entities) == 1
        assert retried.first_sequence == arena.journalled(name)[0]
        arena.ask(orders.clear(arena))
    assert len(arena.journalled(name)) == 2  # the first and the retry that it answered
    arena.check()


@pytest.mark.parametrize("lane", Lane)
def test_left_over_from_an_outage(arena: Arena, lane: Lane) -> None:
    """A command past its deadline is refused, and one that still has time is carried out."""
    late = arena.send(orders.quote(arena, f"too late {lane}"), good_for_ms=1, lane=lane)
    early = arena.send(orders.quote(arena, f"in time {lane}"), lane=lane)
    with arena.supervised():
        assert isinstance(arena.reply(late), NotApplied)
        assert isinstance(arena.reply(early), Applied)
        arena.ask(orders.clear(arena))
    assert arena.journalled(f"too late {lane}") == []
    assert len(arena.journalled(f"in time {lane}")) == 1
    assert arena.query("SELECT 1 FROM quotes_quote WHERE client_id = %s", f"too late {lane}") == []
    arena.check()


def test_engine_that_fails(arena: Arena) -> None:
    """The command is set aside, what came before it is kept, and what its failure broke in memory is forgotten."""
    with arena.supervised() as matchers:
        matchers.leader()
        arena.ask(orders.quote(arena, "stands"))
    leader = arena.matcher("engine_fails").wait_until_serving()
    before = arena.send(orders.quote(arena, "just before"))
    poison = arena.send(orders.quote(arena, "poison in the engine"))
    after = arena.send(orders.quote(arena, "just after"))
    assert leader.ended() == 78
    assert isinstance(arena.reply(before), Applied)
    assert isinstance(arena.reply(poison), NotApplied)
    second = arena.matcher("engine_fails").wait_until_serving()
    try:
        assert isinstance(arena.reply(after), Applied)
        assert isinstance(arena.ask(orders.buy(arena, 3)), Applied)
        arena.ask(orders.clear(arena))
        arena.check_books()
        assert second.stop() == 0
    finally:
        second.kill()
    assert arena.journalled("poison in the engine") == []
    arena.check()


def test_what_the_database_refuses(arena: Arena) -> None:
    """No door lets this through. If one did, the shard would stand still until the deadline, and then go on."""
    with arena.supervised() as matchers:
        matchers.leader()
        refused = arena.send(orders.quote(arena, "a zero byte: \0"), good_for_ms=2_000)
        until(lambda: 77 in matchers.exits, "the matcher to leave")
        assert isinstance(arena.reply(refused), NotApplied)
        assert isinstance(arena.ask(orders.quote(arena, "the next one")), Applied)
        arena.ask(orders.clear(arena))
    arena.check()
