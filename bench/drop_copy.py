"""Fifty consumers of one firm's drop copy under a steady load: is anything lost, and how late does it come?"""

import asyncio
import hashlib
import hmac
import json
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from datetime import datetime
from http.client import HTTPConnection
from typing import Any, Final, NamedTuple

from websockets.asyncio.client import connect

from bench.load import Connection, signed
from bench.makers import LADDERS, BatchMaker
from bench.own_venue import Key, OwnVenue
from venue.launch.ports import is_free

CONSUMERS: Final = 50
_BATCH: Final = 100
_BATCHES_A_SECOND: Final = 20
_PATH: Final = "/ws/mm/dropcopy"
_TIME: Final = b'"transactTime":"'
_PATIENCE: Final = 15.0


class Delivered(NamedTuple):
    """What all consumers together received; lags in ms from a report's transact time to its arrival."""

    per_second: float
    lost: int
    median_ms: float
    p99_ms: float
    consumers: int


def measure(venue: OwnVenue, seconds: float) -> Delivered:
    """The consumers live in a process of their own."""
    (key,) = venue.issue_keys(1)
    maker = BatchMaker(venue.servers.rest_port, key, LADDERS[0], _BATCH, 1)
    venue.start("stream")
    while is_free("127.0.0.1", venue.servers.stream_port):
        time.sleep(0.1)
    following = _follow(venue, key)
    assert following.stdin is not None
    assert following.stdout is not None
    assert following.stdout.readline() == "live\n"
    reports = _load(venue.servers.rest_port, maker, seconds)
    said, _ = following.communicate(f"{_last_sequence(venue.servers.rest_port, key)}\n", timeout=60)
    received = json.loads(said)
    lags = statistics.quantiles(received["lags"], n=100)
    return Delivered(reports / seconds, received["lost"], lags[49], lags[98], received["consumers"])


def _follow(venue: OwnVenue, key: Key) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.drop_copy", str(venue.servers.stream_port), *key]
    return subprocess.Popen(command, env=venue.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _load(port: int, maker: BatchMaker, seconds: float) -> int:
    """A batch each twentieth of a second; returns how many reports they caused."""
    connection = Connection(port, maker)
    begin, reports = time.perf_counter(), 0
    for number in range(round(seconds * _BATCHES_A_SECOND)):
        time.sleep(max(0.0, begin + number / _BATCHES_A_SECOND - time.perf_counter()))
        connection.send()
        while (answer := connection.receive()) is None:
            pass
        reports += maker.answered(*answer)
    connection.socket.close()
    return reports


def _last_sequence(port: int, key: Key) -> int:
    target = "/api/v1/mm/dropcopy"
    head = signed(key, "GET", target).decode().split("\r\n")[1:]
    headers = dict(line.split(": ", 1) for line in head if line)
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", target, headers=headers)
    described = json.loads(connection.getresponse().read())
    connection.close()
    return int(described["streams"][0]["last"])


# The consumers' process


class Consumer:
    """Counts what comes, and how late; `position` is the last sequence it was given everything up to."""

    def __init__(self) -> None:
        self.position = -1
        self.lost = 0
        self.lags: list[float] = []
        self._more = asyncio.Event()

    async def reach(self, sequence: int) -> None:
        while self.position < sequence:
            self._more.clear()
            await self._more.wait()

    def take(self, message: bytes) -> None:
        """Every report of a message counts as late as its first one, which waited longest."""
        now = time.time() * 1000
        head = json.loads(message) if not message.startswith(b'{"type":"reports"') else _head(message)
        if head["type"] == "welcome":
            self.position = head["next"] - 1
        elif head["type"] == "reports":
            count = message.count(b'"reportId":')
            self.lost += head["through"] - self.position - count
            self.position = head["through"]
            at = message.index(_TIME) + len(_TIME)
            sent = datetime.fromisoformat(message[at : at + 24].decode()).timestamp() * 1000
            self.lags += [now - sent] * count
            self._more.set()


def _head(message: bytes) -> dict[str, Any]:
    head: dict[str, Any] = json.loads(message[: message.index(b',"reports":')] + b"}")
    return head


async def _consume(url: str, headers: dict[str, str], consumer: Consumer, live: asyncio.Event) -> None:
    async with connect(url, additional_headers=headers, compression=None, max_size=None) as socket:
        while True:
            message = await socket.recv(decode=False)
            consumer.take(message)
            if message.startswith(b'{"type":"live"'):
                live.set()


def _signed(key: Key, number: int) -> dict[str, str]:
    timestamp = str(time.time_ns() // 1_000_000 + number)  # no two alike
    message = f"{timestamp}GET{_PATH}".encode()
    signature = hmac.new(key.secret.encode(), message, hashlib.sha256).hexdigest()
    return {"X-API-Key": key.api_key, "X-API-Timestamp": timestamp, "X-API-Signature": signature}


async def follow(port: int, key: Key) -> None:
    """Says a line when all are live, reads how far the stream goes, and prints what was received as JSON."""
    consumers, tasks = [Consumer() for _ in range(CONSUMERS)], []
    for number, consumer in enumerate(consumers):
        live = asyncio.Event()
        url = f"ws://127.0.0.1:{port}{_PATH}"
        tasks.append(asyncio.create_task(_consume(url, _signed(key, number), consumer, live)))
        await asyncio.wait_for(live.wait(), _PATIENCE)
    print("live", flush=True)
    last = int(await asyncio.to_thread(sys.stdin.readline))
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            await asyncio.gather(*(consumer.reach(last) for consumer in consumers))
    lost = sum(consumer.lost + last - consumer.position for consumer in consumers)
    lags = [lag for consumer in consumers for lag in consumer.lags]
    print(json.dumps({"lost": lost, "lags": lags, "consumers": sum(not task.done() for task in tasks)}))


if __name__ == "__main__":
    asyncio.run(follow(int(sys.argv[1]), Key(sys.argv[2], sys.argv[3])))
