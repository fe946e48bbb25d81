"""Standing proof: whatever is traded, and however often the matcher is restarted, the journal replayed is the rows."""

from collections.abc import Sequence

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from venue.engine.commands import Command
from venue.engine.records import state_hash
from venue.replies import Applied, Reply
from venue.tests.engine.random_commands import Ids, sequences
from venue.tests.matcher.shard import Shard

GROUPS = st.lists(st.tuples(st.integers(1, 12), st.sampled_from([False, False, True])), min_size=8, max_size=8)


@given(sequences(60), GROUPS)
@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_replay_agrees(shard: Shard, steps: list[tuple[int, Command]], groups: list[tuple[int, bool]]) -> None:
    shard.clear()
    ids = Ids()
    for (_, restarts), group in _grouped(steps, groups):
        shard.now += group[0][0]
        note(ids, shard.carry_out(*[ids.resolve(command) for _, command in group]))
        if restarts:
            before = state_hash(shard.in_memory())
            shard.restart()
            assert state_hash(shard.in_memory()) == before
    verdict = shard.verdict()
    assert verdict.differences == []
    assert verdict.replayed_hash == verdict.rows_hash == state_hash(shard.in_memory())


def _grouped(
    steps: Sequence[tuple[int, Command]], groups: list[tuple[int, bool]]
) -> list[tuple[tuple[int, bool], Sequence[tuple[int, Command]]]]:
    """The steps cut into groups of the sizes drawn, again from the first size when they run out."""
    found, at, turn = [], 0, 0
    while at < len(steps):
        group = groups[turn % len(groups)]
        found.append((group, steps[at : at + group[0]]))
        at, turn = at + group[0], turn + 1
    return found


def note(ids: Ids, replies: list[Reply]) -> None:
    for reply in replies:
        if isinstance(reply, Applied):
            ids.note(reply.events)
