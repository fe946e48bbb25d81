"""Two matchers of one shard: from the moment one takes over, the other commits nothing."""

import pytest
import redis
from django.db import connection

from venue.matcher import process
from venue.matcher.committer import Committer
from venue.matcher.groups import Group
from venue.matcher.inbox import Reached
from venue.matcher.journal import FencedOut
from venue.matcher.process import Matcher
from venue.streams import Envelope
from venue.tests.matcher import trading
from venue.tests.matcher.shard import NUMBER, Shard

NEVER = 1 << 62


def count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def prepared(matcher: Matcher, name: str, reply_to: str = "", quotes: int = 1) -> Group:
    """Quotes that are carried out in memory and wait for their commit."""
    group = Group(Reached("1-1"))
    envelopes = [Envelope(reply_to, 0, NEVER, "", trading.quote(f"{name} {number}")) for number in range(quotes)]
    matcher.apply(group, [("1-1", envelope) for envelope in envelopes])
    return group


@pytest.mark.parametrize("quotes", [1, 30], ids=["few", "many"])
def test_the_older_epoch_commits_nothing(
    shard: Shard, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch, quotes: int
) -> None:
    """Even with a session that was not ended: the fence alone must hold."""
    trading.open_market(shard)
    old = shard.matcher
    group = prepared(old, "of the old leader", "the answer", quotes)
    monkeypatch.setattr("venue.matcher.recovery.application_name", lambda shard: "nobody")
    with process.connect(NUMBER) as session:
        new = Matcher(session, redis_client, NUMBER)
        before = count("venue_command")
        with pytest.raises(FencedOut):
            Committer(old._journal, redis_client, NUMBER).commit(group)
        assert count("venue_command") == before
        assert count("quotes_quote") == 0
        assert redis_client.llen("the answer") == 0
        Committer(new._journal, redis_client, NUMBER).commit(prepared(new, "of the new leader"))
        assert count("quotes_quote") == 1
    assert shard.verdict().differences == []


def test_the_older_session_is_ended(shard: Shard, redis_client: redis.Redis) -> None:
    """One that stands still in the middle of a transaction would hold locks that its successor needs."""
    trading.open_market(shard)
    with shard.connection.transaction():
        shard.connection.execute("SELECT 1 FROM venue_shard FOR UPDATE")
        with process.connect(NUMBER) as session:
            Matcher(session, redis_client, NUMBER).carry_out([trading.quote("of the new leader")])
            assert count("quotes_quote") == 1
            shard.connection.close()
