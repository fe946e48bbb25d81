"""Which streams of a session are connected: each says so every few seconds, and is forgotten when it does not."""

from typing import Final

from accounts.connections import redis_client, redis_name

REFRESH_SECONDS: Final = 5.0
_FORGOTTEN_MS: Final = 15_000


def name_of(key_id: str, session: str) -> str:
    return redis_name("streams", key_id, session)


def present(key_id: str, session: str, stream: str, now: int) -> None:
    """The stream is connected at `now` (Unix ms, Redis' clock)."""
    name = name_of(key_id, session)
    with redis_client().pipeline(transaction=False) as pipeline:
        pipeline.zadd(name, {stream: now + _FORGOTTEN_MS})
        pipeline.zremrangebyscore(name, 0, now)
        pipeline.pexpire(name, _FORGOTTEN_MS)
        pipeline.execute()


def gone(key_id: str, session: str, stream: str) -> None:
    redis_client().zrem(name_of(key_id, session), stream)


def counts(sessions: list[tuple[str, str]], now: int) -> list[int]:
    """How many streams each session (key, name) has connected."""
    with redis_client().pipeline(transaction=False) as pipeline:
        for key_id, session in sessions:
            pipeline.zcount(name_of(key_id, session), now, "+inf")
        return pipeline.execute()
