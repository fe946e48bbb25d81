"""The real stream process on this worker's servers, and consumers that talk to it as a firm's system does."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from venue.launch import data, ports
from venue.launch.children import signalled_with_parent
from venue.tests.cast import Trader, environment, wait_until

PATH: Final = "/ws/mm/dropcopy"
PATIENCE: Final = 15.0


def stream_command() -> str:
    """The Procfile's own line."""
    lines = (data.PROJECT / "Procfile").read_text().splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith("stream:"))


class StreamProcess:
    """Serves from `start` to `stop`; settings are environment variables of this process alone."""

    def __init__(self, surroundings: Mapping[str, str] | None = None, **settings: str) -> None:
        self.port = ports.any_free()
        self._surroundings = surroundings
        self._settings = settings
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "StreamProcess":
        servers = environment() if self._surroundings is None else self._surroundings
        surroundings = {**servers, "STREAM_PORT": str(self.port), **self._settings}
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {sys.executable} -m {stream_command()}"],
            cwd=data.PROJECT,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            preexec_fn=signalled_with_parent(signal.SIGTERM),
        )
        wait_until(lambda: not ports.is_free("127.0.0.1", self.port), 30)
        return self

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None


@contextmanager
def serving(surroundings: Mapping[str, str] | None = None, **settings: str) -> Iterator[StreamProcess]:
    process = StreamProcess(surroundings, **settings).start()
    try:
        yield process
    finally:
        process.stop()


class Follower:
    """A connected consumer. Every message that comes is kept; `position` is how far it was told everything."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.messages: list[dict[str, Any]] = []
        self.reports: list[dict[str, Any]] = []
        self.position = 0

    def next(self, timeout: float = PATIENCE) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(self.socket.recv(timeout), parse_float=Decimal)
        self.messages.append(message)
        if message["type"] == "welcome":
            self.position = message["next"] - 1
        elif message["type"] in ("snapshotEnd", "live", "heartbeat"):
            self.position = message["sequence"]
        elif message["type"] == "reports":
            self._take(message)
        return message

    def _take(self, message: dict[str, Any]) -> None:
        """Nothing is missing before it, nothing comes twice."""
        assert message["first"] == self.position + 1
        self.position = message["through"]
        self.reports += message["reports"]

    def until(self, kind: str, timeout: float = PATIENCE) -> dict[str, Any]:
        deadline = time.monotonic() + timeout
        while (message := self.next(max(0.01, deadline - time.monotonic())))["type"] != kind:
            pass
        return message

    def until_report(self, sequence: int) -> None:
        while self.position < sequence:
            self.next()

    def ack(self, sequence: int) -> None:
        self.socket.send(json.dumps({"type": "ack", "sequence": sequence}))

    def until_closed(self, timeout: float = PATIENCE) -> tuple[int, str]:
        """The code and the reason in the close frame."""
        with pytest.raises(ConnectionClosed) as closed:
            self.until("never", timeout)
        said = closed.value.rcvd
        assert said is not None, "closed without a word"
        return said.code, said.reason


@contextmanager
def following(process: StreamProcess, trader: Trader | None, query: str = "", **options: Any) -> Iterator[Follower]:
    with opening(process, trader, query, **options) as socket:
        yield Follower(socket)


def opening(process: StreamProcess, trader: Trader | None, query: str = "", **options: Any) -> Any:
    """A connection to be entered, signed by the trader's key, or not at all."""
    target = f"{PATH}{query}"
    headers = dict(options.pop("headers", {}))
    if trader is not None:
        headers = trader.caller.sign("GET", target, timestamp_ms=trader.caller.next_ms()) | headers
    options = {"max_size": None, "compression": None, "open_timeout": PATIENCE} | options
    return connect(f"ws://127.0.0.1:{process.port}{target}", additional_headers=headers, **options)
