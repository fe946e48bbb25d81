"""A drop-copy consumer lives through the end of the matcher, of Redis and of PostgreSQL, and has the whole journal."""

import json
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from accounts import signing
from mmapi.tests.stream import PATH, StreamProcess, serving
from venue.tests.faults.arena import Arena
from venue.tests.faults.waiting import until


@pytest.fixture
def process(arena: Arena) -> Iterator[StreamProcess]:
    with serving(arena.environment) as found:
        yield found


class Loyal:
    """Follows in a thread of its own, and goes on after its last report as often as it is cut off."""

    def __init__(self, process: StreamProcess, key: dict[str, str]) -> None:
        self._url = f"ws://127.0.0.1:{process.port}"
        self._key = key
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.sequences: list[int] = []
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(0.1):
            with suppress(ConnectionClosed, OSError, TimeoutError, InvalidStatus):
                self._follow()

    def _follow(self) -> None:
        target = f"{PATH}?from={len(self.sequences) + 1}"
        headers = signing.signed_headers(self._key, "GET", target)
        with connect(self._url + target, additional_headers=headers, compression=None, max_size=None) as socket:
            while not self._ended.is_set():
                self._take(json.loads(socket.recv(10)))

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "reports":
            self.sequences += [report["sequence"] for report in message["reports"]]


def test_nothing_is_missing_after_everything_died_once(arena: Arena, process: StreamProcess) -> None:
    words = ("--firm", "ALPHA", "--account", "alpha-1", "--scope", "DROP_COPY", "--json")
    loyal = Loyal(process, json.loads(arena.manage("issuekey", *words)))
    with arena.supervised() as matchers, arena.crowd():
        arena.wait_for_trading()
        matchers.leader().signal(signal.SIGKILL)
        arena.wait_for_trading()
        arena.kill_redis()
        arena.servers.start()
        arena.wait_for_trading()
        arena.kill_postgres()
        arena.servers.start()
        arena.wait_for_trading()
    last = last_report(arena)
    until(lambda: len(loyal.sequences) >= last, f"{last} reports by drop copy")
    loyal.end()
    assert loyal.sequences == list(range(1, last + 1))


def last_report(arena: Arena) -> int:
    """Alpha's, as the journal has it."""
    firm = arena.account("alpha-1")[1]
    return int(
        arena.query("SELECT coalesce(max(firm_sequence), 0) FROM venue_executionreport WHERE firm_id = %s", firm)[0][0]
    )
