"""/ws/mm/session: pings are heartbeats, the loss of the socket is the last one, and the door is the one of HTTP."""

import json
import time
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from accounts import keys
from accounts.credentials import invalidate
from accounts.scopes import Scope
from mmapi.tests.desk import arm, await_firing, millis, named, order, sessions, status_of
from venue.tests.cast import Trader, wait_until

PATH = "/ws/mm/session"


class Socket:
    """A socket of a trader's session, open while in the `with` block."""

    def __init__(self, trader: Trader, port: int, session: str = "", query: str = "") -> None:
        target = f"{PATH}{query}"
        signed = trader.caller.sign("GET", target, timestamp_ms=trader.caller.next_ms())
        opening = connect(
            f"ws://127.0.0.1:{port}{target}", additional_headers={**signed, **named(session)}, ping_interval=None
        )
        self.connection: ClientConnection = opening.__enter__()

    def __enter__(self) -> "Socket":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def told(self) -> Any:
        return json.loads(self.connection.recv(timeout=5))

    def until_closed(self, seconds: float = 3) -> tuple[int, str]:
        """The code and the reason in the close frame, with nothing said before it."""
        with pytest.raises(ConnectionClosed) as closed:
            self.connection.recv(timeout=seconds)
        assert closed.value.rcvd is not None
        return closed.value.rcvd.code, closed.value.rcvd.reason

    def ping(self) -> Any:
        self.connection.send("ping")
        return self.told()


def test_it_opens_the_session_and_tells_its_deadline(alpha: Trader, stream_port: int) -> None:
    with Socket(alpha, stream_port, "desk") as socket:
        told = socket.told()
        assert (told["type"], told["session"], told["deadline"]) == ("session", "desk", None)
        arm(alpha, 5_000, session="desk")
        told = socket.ping()
        assert told["type"] == "pong"
        assert millis(told["deadline"]) == millis(told["lastHeartbeatAt"]) + 5_000


def test_pings_keep_orders_alive(alpha: Trader, stream_port: int) -> None:
    mine = order(alpha, session="s")
    with Socket(alpha, stream_port, "s") as socket:
        socket.told()
        arm(alpha, 600, session="s")
        for _ in range(6):
            time.sleep(0.25)
            socket.ping()
        assert status_of(alpha, mine) == ("open", None)
        await_firing(alpha, "s")  # an open socket that says nothing is silent
    assert status_of(alpha, mine) == ("cancelled", "cancel_on_disconnect")


@pytest.mark.parametrize("cleanly", [True, False])
def test_its_loss_is_the_last_heartbeat(alpha: Trader, stream_port: int, cleanly: bool) -> None:
    socket = Socket(alpha, stream_port, "s")
    socket.told()
    arm(alpha, 1_500, session="s")
    time.sleep(0.7)
    lost_at = time.time() * 1_000
    if cleanly:
        socket.connection.close()
    else:
        socket.connection.socket.close()
    firing = await_firing(alpha, "s")
    assert 1_400 < millis(firing["deadline"]) - lost_at < 2_500


def test_a_loss_after_the_deadline_arms_nothing(alpha: Trader, stream_port: int) -> None:
    with Socket(alpha, stream_port, "s") as socket:
        socket.told()
        arm(alpha, 300, session="s")
        await_firing(alpha, "s")
    time.sleep(0.3)
    assert sessions(alpha)["s"]["state"] == "fired"


def test_connected_streams_are_counted(alpha: Trader, stream_port: int) -> None:
    def count() -> int:
        return int(sessions(alpha)["s"]["connectedStreams"])

    with Socket(alpha, stream_port, "s"):
        with Socket(alpha, stream_port, "s"):
            wait_until(lambda: count() == 2)
        wait_until(lambda: count() == 1)
    wait_until(lambda: count() == 0)


def test_what_is_no_ping_is_told_so(alpha: Trader, stream_port: int) -> None:
    with Socket(alpha, stream_port) as socket:
        socket.told()
        for message in ("pong", "{}", b"ping"):
            socket.connection.send(message)
            told = socket.told()
            assert (told["type"], told["code"]) == ("error", "UNKNOWN_MESSAGE")
        assert socket.ping()["type"] == "pong"


def refusal(trader: Trader, port: int, session: str = "", query: str = "") -> tuple[int, str]:
    with pytest.raises(InvalidStatus) as refused:
        Socket(trader, port, session, query)
    response = refused.value.response
    problem = json.loads(response.body)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem["status"] == response.status_code
    return response.status_code, problem["code"]


def test_who_may_not_is_refused_in_the_handshake(alpha: Trader, stream_port: int) -> None:
    assert refusal(alpha.another(scopes=(Scope.READ,)), stream_port) == (403, "INSUFFICIENT_SCOPE")
    assert refusal(alpha.another(networks=("10.0.0.0/8",)), stream_port) == (403, "NETWORK_NOT_ALLOWED")
    assert refusal(alpha, stream_port, "a:b") == (400, "INVALID_SESSION_NAME")
    stranger = alpha.another()
    stranger.caller.credentials["apiSecret"] = "0" * 64
    assert refusal(stranger, stream_port) == (401, "INVALID_SIGNATURE")


def test_the_signature_is_all_there_is(alpha: Trader, stream_port: int) -> None:
    """No ticket does in its place, and the address holds nothing else."""
    assert refusal(alpha, stream_port, query="?ticket=any") == (400, "INVALID_PARAMETERS")
    with pytest.raises(InvalidStatus) as refused, connect(f"ws://127.0.0.1:{stream_port}{PATH}?ticket=any"):
        pass
    problem = json.loads(refused.value.response.body)
    assert problem["code"] == "MISSING_CREDENTIALS"
    assert refused.value.response.headers["X-Request-Id"] == problem["requestId"]


def test_who_is_connected_is_cut_off_with_the_key(alpha: Trader, stream_port: int) -> None:
    with Socket(alpha, stream_port) as socket:
        socket.told()
        keys.revoke(alpha.caller.key, "left", "tests")
        assert socket.until_closed() == (4401, "KEY_REVOKED")


def test_a_ping_of_a_revoked_key_is_no_heartbeat(alpha: Trader, stream_port: int) -> None:
    with Socket(alpha, stream_port) as socket:
        socket.told()
        keys.revoke(alpha.caller.key, "left", "tests")
        socket.connection.send("ping")
        assert socket.until_closed() == (4401, "KEY_REVOKED")


def test_who_is_connected_is_cut_off_with_the_network(alpha: Trader, stream_port: int) -> None:
    with Socket(alpha, stream_port) as socket:
        socket.told()
        alpha.caller.key.networks = ["10.0.0.0/8"]
        alpha.caller.key.save()
        invalidate()
        assert socket.until_closed() == (4403, "NETWORK_NOT_ALLOWED")


def test_a_closed_session_has_no_stream(alpha: Trader, stream_port: int) -> None:
    with Socket(alpha, stream_port, "s") as socket:
        socket.told()
        alpha.call("DELETE", "/api/v1/mm/sessions", **named("s"))
        assert socket.until_closed() == (4404, "UNKNOWN_SESSION")
