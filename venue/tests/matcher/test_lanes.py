"""The fast lane goes first, and the standard one keeps its commits short; neither loses or repeats anything."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
import redis

from venue import replies, streams
from venue.engine import commands
from venue.engine.commands import QuoteUpdate, UpdateQuotes
from venue.engine.events import QuotePlaced
from venue.matcher.committer import Committer
from venue.matcher.groups import Group
from venue.streams import Envelope, Lane
from venue.tests.matcher import trading
from venue.tests.matcher.shard import NUMBER, Shard
from venue.tests.matcher.trading import MAKER

NEVER = 1 << 62
PLENTY = 1_000
SINGLE = 2  # what one quote weighs: the command and its event

Send = Callable[..., str]


@pytest.fixture
def send(shard: Shard, redis_client: redis.Redis) -> Send:
    """Puts a quote of that name, or another command, into a lane; the answer is where the reply will come."""
    trading.open_market(shard)
    numbers = itertools.count(1)

    def put(lane: Lane, name: str = "", command: commands.Command | None = None, key_id: str = "a key") -> str:
        reply_to = f"reply {next(numbers)}"
        envelope = Envelope(reply_to, 0, NEVER, key_id, command or trading.quote(name))
        redis_client.xadd(streams.inbox(NUMBER, lane), {streams.ENVELOPE_FIELD: streams.encode(envelope)})
        return reply_to

    return put


def carried_out(group: Group) -> list[str]:
    return [getattr(applied.command, "client_id", "") for applied in group.applied]


def commit(shard: Shard, client: redis.Redis, group: Group) -> None:
    Committer(shard.matcher._journal, client, NUMBER).commit(group)


def reached(shard: Shard) -> tuple[Any, ...]:
    row = shard.connection.execute("SELECT inbox_id, fast_inbox_id FROM venue_shard").fetchone()
    assert row is not None
    return row


def last_ids(client: redis.Redis) -> tuple[str, ...]:
    """Of what was put into the standard and the fast lane."""
    newest: list[Any] = [client.xrevrange(streams.inbox(NUMBER, lane), count=1) for lane in (Lane.STANDARD, Lane.FAST)]
    return tuple(entries[0][0].decode() if entries else "0-0" for entries in newest)


def test_the_fast_lane_goes_first(shard: Shard, send: Send) -> None:
    for lane, name in ((Lane.STANDARD, "s1"), (Lane.FAST, "f1"), (Lane.STANDARD, "s2"), (Lane.FAST, "f2")):
        send(lane, name)
    assert carried_out(shard.matcher.take_turn(PLENTY, PLENTY)) == ["f1", "f2", "s1", "s2"]


def test_what_comes_meanwhile_goes_before_what_waits(shard: Shard, send: Send) -> None:
    for number in range(5):
        send(Lane.STANDARD, f"s{number}")
    assert carried_out(shard.matcher.take_turn(2 * SINGLE, PLENTY)) == ["s0", "s1"]
    send(Lane.FAST, "f0")
    assert carried_out(shard.matcher.take_turn(2 * SINGLE, PLENTY)) == ["f0", "s2"]
    assert carried_out(shard.matcher.take_turn(PLENTY, PLENTY)) == ["s3", "s4"]


def test_while_the_next_commit_is_full_only_the_fast_lane_joins_it(shard: Shard, send: Send) -> None:
    send(Lane.STANDARD, "s1")
    assert not shard.matcher.take_turn(0, 10).replies
    for number in range(4):
        send(Lane.FAST, f"f{number}")
    assert carried_out(shard.matcher.take_turn(-2, 4 * SINGLE)) == ["f0", "f1", "f2"]
    assert carried_out(shard.matcher.take_turn(PLENTY, PLENTY)) == ["f3", "s1"]


def test_a_busy_fast_lane_does_not_shut_the_standard_one_out(shard: Shard, send: Send) -> None:
    for number in range(4):
        send(Lane.STANDARD, f"s{number}")
        send(Lane.FAST, f"f{number}")
    assert carried_out(shard.matcher.take_turn(2 * SINGLE, SINGLE)) == ["f0", "f1", "f2", "s0"]
    assert carried_out(shard.matcher.take_turn(2 * SINGLE, SINGLE)) == ["f3", "s1"]


def test_a_batch_weighs_its_entries(shard: Shard, send: Send) -> None:
    """Of a batch that is larger than the room all is carried out, and nothing after it."""
    for number in range(10):
        send(Lane.STANDARD, f"q{number}")
    placed = shard.matcher.take_turn(PLENTY, PLENTY)
    ids = [event.id for applied in placed.applied for event in applied.events if isinstance(event, QuotePlaced)]
    send(Lane.STANDARD, command=UpdateQuotes(MAKER.account, MAKER.firm, tuple(QuoteUpdate(one, 98) for one in ids)))
    send(Lane.STANDARD, "after it")
    group = shard.matcher.take_turn(8, 8)
    assert (len(group.applied), group.weight) == (1, 11)
    assert carried_out(shard.matcher.take_turn(8, 8)) == ["after it"]


def test_more_than_is_read_together_keeps_its_order(shard: Shard, send: Send) -> None:
    names = [f"s{number}" for number in range(200)]
    for name in names:
        send(Lane.STANDARD, name)
    found: list[str] = []
    while len(found) < len(names):
        found += carried_out(shard.matcher.take_turn(7 * SINGLE, PLENTY))
    assert found == names


def test_both_positions_are_committed_with_the_group(shard: Shard, send: Send, redis_client: redis.Redis) -> None:
    send(Lane.STANDARD, "s1")
    fast = send(Lane.FAST, "f1")
    commit(shard, redis_client, shard.matcher.take_turn(PLENTY, PLENTY))
    assert reached(shard) == last_ids(redis_client)
    raw: Any = redis_client.lpop(fast)
    reply = replies.decode(raw)
    assert isinstance(reply, replies.Applied)
    assert isinstance(reply.events[0], QuotePlaced)


@pytest.mark.parametrize("lane", Lane)
def test_what_was_not_committed_comes_again_and_the_rest_does_not(
    shard: Shard, send: Send, redis_client: redis.Redis, lane: Lane
) -> None:
    for name in ("committed", "committed too"):
        send(lane, name)
    commit(shard, redis_client, shard.matcher.take_turn(PLENTY, PLENTY))
    send(lane, "lost in memory")
    send(Lane.FAST, "of the fast lane")
    lost = shard.matcher.take_turn(PLENTY, PLENTY)
    shard.restart()
    again = shard.matcher.take_turn(PLENTY, PLENTY)
    assert carried_out(again) == carried_out(lost)
    commit(shard, redis_client, again)
    shard.restart()
    assert not shard.matcher.take_turn(PLENTY, PLENTY).replies
    assert reached(shard) == last_ids(redis_client)
    assert shard.verdict().differences == []


def test_a_group_that_ends_early_has_come_no_further(shard: Shard, send: Send, redis_client: redis.Redis) -> None:
    """What was read and not carried out is not passed over."""
    for number in range(5):
        send(Lane.STANDARD, f"s{number}")
    commit(shard, redis_client, shard.matcher.take_turn(2 * SINGLE, PLENTY))
    shard.restart()
    assert carried_out(shard.matcher.take_turn(PLENTY, PLENTY)) == ["s2", "s3", "s4"]


def test_both_inboxes_are_trimmed(shard: Shard, send: Send, redis_client: redis.Redis) -> None:
    for lane in Lane:
        for number in range(300):
            send(lane, f"{lane.value} {number}")
    committer = Committer(shard.matcher._journal, redis_client, NUMBER)
    for _ in range(60):
        committer.commit(shard.matcher.take_turn(PLENTY, PLENTY))
    for lane in Lane:
        left: Any = redis_client.xlen(streams.inbox(NUMBER, lane))
        assert left <= 101  # whole nodes of 100 entries


def test_commits_are_short_while_a_client_uses_the_fast_lane(shard: Shard, send: Send, settings: Any) -> None:
    """The tick of the clock and operations come this way too, and are few."""
    settings.MATCHER_GROUP_WEIGHT, settings.MATCHER_SHORT_GROUP_WEIGHT = 500, 100
    send(Lane.STANDARD, "s1")
    send(Lane.FAST, command=trading.nothing(), key_id="")
    shard.matcher.take_turn(PLENTY, PLENTY)
    assert shard.matcher.group_weight() == 500
    send(Lane.FAST, "f1")
    shard.matcher.take_turn(PLENTY, PLENTY)
    assert shard.matcher.group_weight() == 100
