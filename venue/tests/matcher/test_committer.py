"""Light groups are committed and told by whoever hands them over, heavy ones on threads; all of them in order."""

from collections.abc import Iterator

import pytest
import redis

from venue import replies
from venue.matcher.committer import Committer
from venue.matcher.groups import LIGHT, Group
from venue.matcher.inbox import Reached
from venue.streams import Envelope
from venue.tests.matcher import trading
from venue.tests.matcher.shard import NUMBER, Shard

NEVER = 1 << 62
ANSWERS = "answers"


@pytest.fixture
def committer(shard: Shard, redis_client: redis.Redis) -> Iterator[Committer]:
    trading.open_market(shard)
    made = Committer(shard.matcher._journal, redis_client, NUMBER)
    made.start()
    yield made
    made.finish()


def prepared(shard: Shard, quotes: int) -> Group:
    """New quotes, carried out in memory; all their replies go to one list."""
    group = Group(Reached("1-1"))
    first = shard.matcher._sequence
    made = [trading.quote(f"q{first + number}") for number in range(quotes)]
    shard.matcher.apply(group, [("1-1", Envelope(ANSWERS, 0, NEVER, "", quote)) for quote in made])
    return group


def durable(shard: Shard) -> list[str]:
    found = shard.connection.execute("SELECT client_id FROM quotes_quote ORDER BY created_sequence")
    return [name for (name,) in found]


def test_a_light_group_is_durable_and_told_at_once(
    shard: Shard, redis_client: redis.Redis, committer: Committer
) -> None:
    committer.add(prepared(shard, 1))
    assert redis_client.llen(ANSWERS) == len(durable(shard)) == 1


def test_groups_are_told_in_order_whatever_they_weigh(
    shard: Shard, redis_client: redis.Redis, committer: Committer
) -> None:
    groups = [prepared(shard, quotes) for quotes in (1, LIGHT, 1, 1, LIGHT, 2, 1)]
    answers = [replies.encode(reply) for group in groups for _, reply in group.replies]
    for group in groups:
        committer.add(group)
    committer.finish()
    assert redis_client.lrange(ANSWERS, 0, -1) == answers
    assert len(durable(shard)) == len(answers)
    assert shard.verdict().differences == []
