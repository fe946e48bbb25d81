"""A closed-loop load generator on raw sockets: each lane sends its next request as soon as it has its answer."""

import hashlib
import hmac
import selectors
import socket
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bench.own_venue import Key


class Lane(Protocol):
    """One connection's requests, and what it does with the answers."""

    def request(self) -> bytes:
        """The next request, whole."""

    def answered(self, status: int, body: bytes) -> int:
        """How many operations the answer confirms; raises when it is not the expected one."""


@dataclass
class Measured:
    """What a run of load did: operations confirmed, seconds, and each answer's latency in seconds."""

    operations: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return self.operations / self.seconds

    def percentile_ms(self, percent: int) -> float:
        return statistics.quantiles(self.latencies, n=100)[percent - 1] * 1000


class Connection:
    def __init__(self, port: int, lane: Lane) -> None:
        self.lane = lane
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self.sent_at = 0.0

    def send(self) -> None:
        message = self.lane.request()
        self.sent_at = time.perf_counter()
        self.socket.sendall(message)

    def receive(self) -> tuple[int, bytes] | None:
        """Status and body, once all of it has come."""
        data = self.socket.recv(262_144)
        if not data:
            raise ConnectionError("the venue closed the connection")
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or len(body) < _content_length(head):
            return None
        self._received = b""
        return int(head[9:12]), body


def _content_length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0])


def run(port: int, lanes: Sequence[Lane], seconds: float, *, warm_up: float = 1.0) -> Measured:
    """Keep every lane busy, and count what is confirmed after the warm-up."""
    connections = [Connection(port, lane) for lane in lanes]
    measured = Measured()
    with selectors.DefaultSelector() as selector:
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send()
        begin = time.perf_counter() + warm_up
        end = begin + seconds
        for connection, status, body, now in _answers(selector, end):
            done = connection.lane.answered(status, body)
            if now >= begin:
                measured.operations += done
                measured.latencies.append(now - connection.sent_at)
            connection.send()
        measured.seconds = time.perf_counter() - begin
    for connection in connections:
        connection.socket.close()
    return measured


def _answers(selector: selectors.BaseSelector, end: float) -> Iterator[tuple[Connection, int, bytes, float]]:
    while time.perf_counter() < end:
        for key, _ in selector.select(timeout=1):
            answer = key.data.receive()
            if answer is not None:
                yield key.data, *answer, time.perf_counter()


def signed(key: Key, method: str, path: str, body: bytes = b"", content_type: str = "application/json") -> bytes:
    """A whole HTTP request with its signature."""
    timestamp = str(time.time_ns() // 1_000_000)
    message = f"{timestamp}{method}{path}".encode() + body
    signature = hmac.new(key.secret.encode(), message, hashlib.sha256).hexdigest()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {content_type}\r\n"
        f"X-API-Key: {key.api_key}\r\nX-API-Timestamp: {timestamp}\r\nX-API-Signature: {signature}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
