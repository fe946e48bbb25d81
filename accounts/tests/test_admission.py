"""The one round trip to Redis: fails closed, survives a flush, hears of sessions."""

from typing import Any

import pytest
from redis.exceptions import ConnectionError as ConnectionLost

from accounts import admission, heartbeats
from accounts.authentication import now_ms
from accounts.connections import redis_client as client_of
from accounts.tests.cast import Party


def test_without_redis_nothing_is_let_in(alpha: Party, settings: Any) -> None:
    caller = alpha.caller()
    assert caller.get("/orders").status_code == 200
    address = settings.REDIS_URL
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    for _ in range(2):
        answer = caller.get("/orders")
        assert (answer.status_code, answer.json()["code"]) == (503, "ADMISSION_UNAVAILABLE")
        assert answer.headers["Retry-After"] == "1"
    settings.REDIS_URL = address
    assert caller.get("/orders").status_code == 200


def test_a_broken_connection_is_replaced(alpha: Party, redis_client: Any) -> None:
    caller = alpha.caller()
    assert caller.get("/orders").status_code == 200
    redis_client.client_kill_filter(_type="normal", skipme=True)
    assert caller.get("/orders").status_code == 200


def test_a_flushed_redis_is_no_error(alpha: Party, redis_client: Any) -> None:
    caller = alpha.caller()
    assert caller.get("/orders").status_code == 200
    redis_client.flushall()
    redis_client.script_flush()
    assert caller.get("/orders").status_code == 200


def test_a_repeated_call_knows_its_own_mark(alpha: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first call arrived and its answer was lost: the request is admitted, not taken for a replay."""
    exchange = admission.SCRIPT.exchange
    lost: list[bool] = []

    def lose_the_first_answer(connection: Any, *command: Any) -> Any:
        answer = exchange(connection, *command)
        if not lost:
            lost.append(True)
            connection.disconnect()
            raise ConnectionLost
        return answer

    caller = alpha.caller()
    monkeypatch.setattr(admission.SCRIPT, "exchange", lose_the_first_answer)
    assert caller.get("/orders").status_code == 200
    assert lost


@pytest.mark.parametrize(("headers", "session"), [({}, ""), ({"X-MM-Session": "desk-1"}, "desk-1")])
def test_every_authenticated_call_is_a_heartbeat(
    alpha: Party, redis_client: Any, headers: dict[str, str], session: str
) -> None:
    caller = alpha.caller()
    caller.get("/orders", **headers)
    name = heartbeats.session_name(caller.key.key_id, session)
    assert abs(int(redis_client.get(name)) - now_ms()) < 2_000
    assert redis_client.pttl(name) > 300_000


def test_a_replay_is_no_heartbeat(alpha: Party, redis_client: Any) -> None:
    caller = alpha.caller()
    headers = caller.sign("GET", "/orders")
    caller.send("GET", "/orders", b"", dict(headers))
    redis_client.delete(heartbeats.session_name(caller.key.key_id, ""))
    caller.send("GET", "/orders", b"", headers)
    assert not redis_client.exists(heartbeats.session_name(caller.key.key_id, ""))


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "ü", "a:b"])
def test_a_malformed_session_name(alpha: Party, name: str) -> None:
    answer = alpha.caller().get("/orders", **{"X-MM-Session": name})
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_SESSION_NAME")


def test_every_redis_key_has_an_end(alpha: Party, redis_client: Any) -> None:
    alpha.caller().post("/batch", [{"price": 1}])
    lasting = [name for name in redis_client.keys("*") if redis_client.pttl(name) < 0]
    assert lasting == [b"venue:credentials:generation"]


def test_the_prefix_keeps_copies_apart(alpha: Party, settings: Any) -> None:
    settings.REDIS_PREFIX = "copy:"
    alpha.caller().get("/orders")
    assert client_of().keys("copy:*")
    assert not client_of().keys("venue:*")
