"""Redis keeps when a session was last heard of and, while somebody watches, the silences that were too long."""

import time
from typing import Any

import pytest
import redis

from accounts import heartbeats
from accounts.heartbeats import Heartbeat
from accounts.tests.cast import Party

KEY, NAME = "ak", "desk"
NAMES = [(KEY, NAME)]


def last() -> Heartbeat | None:
    return heartbeats.last_heard(NAMES)[1][0]


def since(client: redis.Redis, ago: int, timeout_ms: int) -> int:
    """As if the session had been heard of so long ago."""
    at = heartbeats.last_heard([])[0] - ago
    client.set(heartbeats.session_name(KEY, NAME), f"{at} {timeout_ms or ''}".strip())
    return at


def ends(client: Any, name: str) -> bool:
    return bool(client.pttl(name) > 0)


def test_never_heard_of(redis_client: redis.Redis) -> None:
    assert last() is None
    heartbeats.watch(redis_client, KEY, NAME, 500)
    assert last() is None


def test_each_beat_moves_it(redis_client: redis.Redis) -> None:
    first = heartbeats.beat(KEY, NAME)
    time.sleep(0.002)
    second = heartbeats.beat(KEY, NAME)
    assert second.at > first.at
    assert last() == second == Heartbeat(second.at, 0)


def test_being_watched_is_remembered_and_is_no_sign_of_life(redis_client: redis.Redis) -> None:
    at = heartbeats.beat(KEY, NAME).at
    heartbeats.watch(redis_client, KEY, NAME, 500)
    assert last() == Heartbeat(at, 500)
    assert heartbeats.beat(KEY, NAME).timeout_ms == 500
    heartbeats.watch(redis_client, KEY, NAME, 0)
    assert heartbeats.beat(KEY, NAME).timeout_ms == 0
    assert ends(redis_client, heartbeats.session_name(KEY, NAME))


@pytest.mark.parametrize(("ago", "timeout_ms", "kept"), [(900, 500, True), (100, 500, False), (900, 0, False)])
def test_silences_longer_than_the_timeout_are_kept(
    redis_client: redis.Redis, ago: int, timeout_ms: int, kept: bool
) -> None:
    at = since(redis_client, ago, timeout_ms)
    heard = heartbeats.beat(KEY, NAME)
    assert heartbeats.silences(redis_client, KEY, NAME) == ([(at, heard.at)] if kept else [])


def test_the_last_sixteen(redis_client: redis.Redis) -> None:
    begun = []
    for _ in range(20):
        begun.append(since(redis_client, 900, 500))
        heartbeats.beat(KEY, NAME)
    assert [silence[0] for silence in heartbeats.silences(redis_client, KEY, NAME)] == begun[-16:]
    assert ends(redis_client, heartbeats.silences_name(KEY, NAME))


def test_a_clock_that_was_put_back_makes_no_silence(redis_client: redis.Redis) -> None:
    ahead = since(redis_client, -5_000, 500)
    heard = heartbeats.beat(KEY, NAME)
    assert heard.at < ahead
    assert last() == heard
    assert heartbeats.silences(redis_client, KEY, NAME) == []


def test_any_admitted_request_is_a_beat(alpha: Party, redis_client: redis.Redis) -> None:
    caller = alpha.caller()
    caller.get("/orders", **{"X-MM-Session": NAME})
    key = caller.key.key_id
    heartbeats.watch(redis_client, key, NAME, 100)
    time.sleep(0.15)
    caller.get("/orders", **{"X-MM-Session": NAME})
    ((begun, ended),) = heartbeats.silences(redis_client, key, NAME)
    assert ended - begun >= 150
