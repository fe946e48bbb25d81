"""What takes time or a WebSocket: cancel-on-disconnect, and the drop copy from first report to resumption."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from mmapi.conformance.client import PATIENCE, Failed, expect
from mmapi.conformance.scene import Scene, await_true

SESSIONS: Final = "/api/v1/mm/sessions"
SESSION: Final = "conformance"
CONSUMER: Final = "conformance"


def cancel_on_disconnect(scene: Scene) -> str:
    """Armed for its own session, kept alive by heartbeats past the timeout, fired by silence."""
    client = scene.client
    timeout = max(client.demand("GET", "/api/v1/mm/limits")["minCancelOnDisconnectMs"], 1_000)
    armed = {"timeoutMs": timeout, "scope": "session"}
    client.demand("POST", f"{SESSIONS}/cancel-on-disconnect", armed, session=SESSION)
    quote_id = scene.quote(SESSION)["quoteId"]
    for _ in range(4):
        time.sleep(timeout / 2_000)
        client.demand("POST", f"{SESSIONS}/heartbeat", session=SESSION)
    expect(scene.status_of(quote_id) == "active", "the quote went although heartbeats came")
    silent = time.monotonic()
    await_true(
        lambda: scene.status_of(quote_id) == "cancelled", timeout / 1_000 + 5, "silence did not cancel the quote"
    )
    waited = round((time.monotonic() - silent) * 1_000)
    expect(
        waited >= timeout - 200, f"it fired {waited} ms after the last heartbeat, before the timeout of {timeout} ms"
    )
    fired = firing(scene)
    client.demand("DELETE", SESSIONS, session=SESSION)
    return (
        f"alive for {2 * timeout} ms by heartbeats, fired after {waited} ms of silence, {fired['cancelled']} cancelled"
    )


def firing(scene: Scene) -> dict[str, Any]:
    sessions = scene.client.demand("GET", SESSIONS)["sessions"]
    receipt = next((one.get("lastFiring") for one in sessions if one["session"] == SESSION), None)
    if not receipt:
        raise Failed("the firing left no receipt")
    found: dict[str, Any] = receipt
    return found


def drop_copy(scene: Scene) -> str:
    """Live from now on, acknowledged, and resumed after the mark without a gap."""
    address = scene.client.demand("GET", "/api/v1/mm/dropcopy")["url"]
    with following(scene, address, f"?consumer={CONSUMER}") as follower:
        follower.until("live")
        scene.clear()
        names = [scene.name(), scene.name()]
        scene.quote(clientQuoteId=names[0])
        first = follower.until_named(names[0])
        follower.acknowledge(first)
    scene.quote(clientQuoteId=names[1])
    with following(scene, address, f"?from=ack&consumer={CONSUMER}") as follower:
        expect(follower.next_sequence() == first + 1, f"the stream resumed at {follower.position}, after {first}")
        second = follower.until_named(names[1])
        follower.acknowledge(second)
    scene.clear()
    return f"report {first} live and acknowledged, resumed at {first + 1}, report {second} delivered after it"


class Follower:
    """A consumer that notices a gap."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.position = 0

    def receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self._socket.recv(PATIENCE), parse_float=Decimal)
        if message["type"] == "welcome":
            self.position = message["next"]
        elif message["type"] == "reports":
            expect(message["first"] == self.position, f"a gap: {message['first']} came, {self.position} was due")
            self.position = message["through"] + 1
        return message

    def next_sequence(self) -> int:
        self.until("welcome")
        return self.position

    def until(self, kind: str) -> dict[str, Any]:
        for _ in range(1_000):
            message = self.receive()
            if message["type"] == kind:
                return message
        raise Failed(f"the stream never said {kind}")

    def until_named(self, name: str) -> int:
        """The sequence of the report that the quote of this name was entered."""
        while True:
            for report in self.until("reports")["reports"]:
                if report.get("clientQuoteId") == name and report["execType"] == "New":
                    return int(report["sequence"])

    def acknowledge(self, sequence: int) -> None:
        self._socket.send(json.dumps({"type": "ack", "sequence": sequence}))
        told = self.until("acked")["sequence"]
        expect(told == sequence, f"{sequence} was acknowledged and {told} was kept")


@contextmanager
def following(scene: Scene, address: str, query: str) -> Iterator[Follower]:
    target = f"{urlsplit(address).path}{query}"
    headers = scene.client.signed("GET", target)
    try:
        with connect(f"{address}{query}", additional_headers=headers, open_timeout=PATIENCE, max_size=None) as socket:
            yield Follower(socket)
    except (WebSocketException, OSError) as error:
        raise Failed(f"the stream at {address}: {type(error).__name__}") from None
