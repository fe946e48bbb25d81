"""Standing proof: a state taken down and restored is the same state, and goes on the same way."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from venue.engine.commands import Command
from venue.engine.events import Event
from venue.engine.market import MarketEngine
from venue.engine.records import BatchId, ClosedClientId, Snapshot, restore, state_hash, take
from venue.tests.engine.invariants import check_state
from venue.tests.engine.random_commands import RandomCommands, seeds

Stamped = list[tuple[int, Command]]
_commands = msgspec.msgpack.Decoder(list[tuple[int, Command]])


def script(seed: int, length: int) -> Stamped:
    """A sequence of commands, through their encoding."""
    engine, made = MarketEngine(), []
    for sequence, (now, command) in enumerate(RandomCommands(seed, engine, of_makers=True).take(length), start=1):
        engine.apply(sequence, now, command)
        made.append((now, command))
    return _commands.decode(msgspec.msgpack.encode(made))


def run(engine: MarketEngine, made: Stamped) -> list[list[Event]]:
    first = engine.state.sequence + 1
    return [engine.apply(sequence, now, command) for sequence, (now, command) in enumerate(made, start=first)]


def whole(engine: MarketEngine) -> Snapshot:
    """The state with its closed client ids, which `take` leaves out, those that an open order bears now included."""
    closed = tuple(
        ClosedClientId(kind, account.id, account.firm, client_id, *_binding(first, entity_id))
        for account in engine.state.accounts.values()
        for kind, ids in account.client_ids.items()
        for client_id, entity_id in ids.closed
        for first in (ids.first.get(client_id), ids.shadowed.get(client_id))
        if first is not None and first[2] == entity_id
    )
    batches = tuple(
        BatchId(account.id, account.firm, client_id, *_binding(account.batch_ids.first[client_id], 0)[:2])
        for account in engine.state.accounts.values()
        for client_id, _ in account.batch_ids.closed
    )
    return msgspec.structs.replace(take(engine), closed_client_ids=closed, batch_ids=batches)


def _binding(first: tuple[int, int, int], entity_id: int) -> tuple[int, int, int]:
    sequence, digest, _ = first
    return sequence, digest, entity_id


@given(seed=seeds, before=st.integers(0, 100), after=st.integers(1, 100))
@settings(max_examples=100)
def test_restored_it_goes_on_the_same_way(seed: int, before: int, after: int) -> None:
    made = script(seed, before + after)
    engine = MarketEngine()
    run(engine, made[:before])
    written = msgspec.msgpack.encode(whole(engine))
    restored = restore(msgspec.msgpack.decode(written, type=Snapshot))
    check_state(restored)
    assert state_hash(take(restored)) == state_hash(take(engine))
    assert run(restored, made[before:]) == run(engine, made[before:])
    assert state_hash(take(restored)) == state_hash(take(engine))


@given(seed=seeds)
@settings(max_examples=25)
def test_the_same_commands_give_the_same_events(seed: int) -> None:
    made = script(seed, 120)
    first, second = MarketEngine(), MarketEngine()
    assert run(first, made) == run(second, made)
    assert state_hash(take(first)) == state_hash(take(second))


@given(seed=seeds, length=st.integers(0, 120))
@settings(max_examples=25)
def test_the_hash_tells_states_apart(seed: int, length: int) -> None:
    made = script(seed, length + 1)
    engine = MarketEngine()
    run(engine, made[:-1])
    before = take(engine)
    run(engine, made[-1:])
    assert state_hash(before) != state_hash(take(engine))
