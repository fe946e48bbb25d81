"""When sessions were last heard of, kept in Redis by its own clock: no SQL, and one clock for all who compare."""

from pathlib import Path
from typing import Final, NamedTuple

from redis import Redis

from accounts.connections import Script, redis_client, redis_name

# Longer than the longest cancel-on-disconnect timeout.
SESSION_TTL_MS: Final = 600_000
HEAR: Final = (Path(__file__).parent / "heartbeat.lua").read_text()

_BEAT: Final = Script(
    HEAR
    + """
local now = clock()
return {now, hear(KEYS[1], KEYS[2], now, tonumber(ARGV[1]))}
"""
)
# Who was never heard of, or is forgotten, stays so: being watched is no sign of life.
_WATCH: Final = """
local last = string.match(redis.call('GET', KEYS[1]) or '', '^%d+')
if last then
  redis.call('SET', KEYS[1], ARGV[1] == '0' and last or last .. ' ' .. ARGV[1], 'KEEPTTL')
end
"""


class Heartbeat(NamedTuple):
    """When a session was last heard of (Unix ms), and after how much silence somebody acts; 0: nobody watches."""

    at: int
    timeout_ms: int


def session_name(key_id: str, session: str) -> str:
    """The Redis key that holds when a session was last heard of; the unnamed session is ''."""
    return redis_name("session", key_id, session)


def silences_name(key_id: str, session: str) -> str:
    return redis_name("silences", key_id, session)


def beat(key_id: str, session: str) -> Heartbeat:
    """The session is heard of now; raises RedisError."""
    answer = _BEAT.call((session_name(key_id, session), silences_name(key_id, session)), (SESSION_TTL_MS,))
    return Heartbeat(*answer)


def watch(client: Redis, key_id: str, session: str, timeout_ms: int) -> None:
    """From now on longer silences are put on record; 0 ends that."""
    client.eval(_WATCH, 1, session_name(key_id, session), str(timeout_ms))


def read(stored: bytes | None) -> Heartbeat | None:
    """A value of `session_name`; None where there is none."""
    if stored is None:
        return None
    at, _, timeout_ms = stored.partition(b" ")
    return Heartbeat(int(at), int(timeout_ms or 0))


def last_heard(sessions: list[tuple[str, str]]) -> tuple[int, list[Heartbeat | None]]:
    """Redis' time in Unix ms and, of sessions by key and name, their last heartbeats; raises RedisError."""
    return look(redis_client(), sessions)


def look(client: Redis, sessions: list[tuple[str, str]]) -> tuple[int, list[Heartbeat | None]]:
    """At one moment: what is not there was not heard of before it."""
    with client.pipeline(transaction=True) as pipeline:
        pipeline.time()
        for key_id, session in sessions:
            pipeline.get(session_name(key_id, session))
        (seconds, microseconds), *stored = pipeline.execute()
    return seconds * 1_000 + microseconds // 1_000, [read(one) for one in stored]


def silences(client: Redis, key_id: str, session: str) -> list[tuple[int, int]]:
    """The last silences longer than the timeout of then: from when, until when it was heard of again."""
    found = client.lrange(silences_name(key_id, session), 0, -1)
    return [(int(since), int(until)) for since, _, until in (one.partition(b" ") for one in found)]  # type: ignore[union-attr]
