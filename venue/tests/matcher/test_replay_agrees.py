"""Standing proof: whatever is traded, and however often the matcher is restarted, the journal replayed is the rows."""

from collections.abc import Iterator
from itertools import groupby
from random import Random

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from venue.engine.commands import Command
from venue.engine.market import MarketEngine
from venue.engine.records import state_hash, take
from venue.tests.engine.random_commands import RandomCommands, seeds
from venue.tests.matcher.shard import Shard

MOST_TOGETHER = 12


@given(seed=seeds, length=st.integers(20, 150))
@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_replay_agrees(shard: Shard, seed: int, length: int) -> None:
    shard.clear()
    undisturbed, chance = MarketEngine(), Random(seed)
    for now, group in in_groups(drawn(seed, length, undisturbed), chance):
        shard.now = now
        shard.carry_out(*group)
        if chance.random() < 0.25:
            before = state_hash(shard.in_memory())
            shard.restart()
            assert state_hash(shard.in_memory()) == before
    verdict = shard.verdict()
    assert verdict.differences == []
    assert verdict.replayed_hash == verdict.rows_hash == state_hash(take(undisturbed))


def drawn(seed: int, length: int, engine: MarketEngine) -> list[tuple[int, Command]]:
    """Random commands with their times; the engine has carried them out one by one, and nobody restarted it."""
    found = []
    for sequence, (now, command) in enumerate(RandomCommands(seed, engine, of_makers=True).take(length), start=1):
        engine.apply(sequence, now, command)
        found.append((now, command))
    return found


def in_groups(steps: list[tuple[int, Command]], chance: Random) -> Iterator[tuple[int, list[Command]]]:
    """Groups of a size by chance, each of one time."""
    for now, of_one_time in groupby(steps, key=lambda step: step[0]):
        together = [command for _, command in of_one_time]
        while together:
            size = chance.randint(1, MOST_TOGETHER)
            yield now, together[:size]
            together = together[size:]
