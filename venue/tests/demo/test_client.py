"""The demo's client signs like anybody else's and tells a venue that is not there from a request that is wrong."""

import json
from collections.abc import Iterator
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from accounts import signing
from venue.demo.client import Client, Key, NotNow
from venue.launch import ports

KEY = Key("ak_demo", "secret")


class StubVenue(BaseHTTPRequestHandler):
    """Keeps what it received and gives the answer that was prepared."""

    protocol_version = "HTTP/1.1"
    received: list[tuple[str, str, dict[str, str], bytes]] = []
    answer: tuple[int, dict[str, str], bytes] = (200, {}, b"{}")

    def handle_one(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.received.append((self.command, self.path, dict(self.headers), body))
        status, headers, content = self.answer
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_DELETE = handle_one  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def client() -> Iterator[Client]:
    StubVenue.received = []
    StubVenue.answer = (200, {}, b"{}")
    server = ThreadingHTTPServer(("127.0.0.1", 0), StubVenue)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    client = Client("127.0.0.1", server.server_port, KEY)
    yield client
    client.close()
    server.shutdown()
    server.server_close()


def test_every_request_is_signed(client: Client) -> None:
    client.get("/api/sdk/quotes?status=active")
    client.post("/api/sdk/quotes", {"asset": "BTC", "bidPrice": Decimal("49900.00")})
    for method, target, headers, body in StubVenue.received:
        timestamp = int(headers["X-API-Timestamp"])
        expected = signing.signed_headers(
            {"apiKey": KEY.api_key, "apiSecret": KEY.api_secret}, method, target, body, timestamp_ms=timestamp
        )
        assert expected.items() <= headers.items()
    assert json.loads(StubVenue.received[1][3]) == {"asset": "BTC", "bidPrice": "49900.00"}


def test_no_two_requests_have_one_timestamp(client: Client) -> None:
    for _ in range(20):
        client.get("/api/v1/markets")
    assert len({headers["X-API-Timestamp"] for _, _, headers, _ in StubVenue.received}) == 20


def test_numbers_are_read_exactly(client: Client) -> None:
    StubVenue.answer = (200, {}, b'{"price": 0.10}')
    assert str(client.get("/").content["price"]) == "0.10"


def test_what_is_refused_for_its_content_is_an_answer(client: Client) -> None:
    StubVenue.answer = (422, {}, b'{"code": "MARKET_HALTED"}')
    assert client.post("/api/sdk/quotes", {}) == (422, {"code": "MARKET_HALTED"})


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"Retry-After": "3"}, 3),
        (503, {}, 1),
        (502, {"Retry-After": "2"}, 2),
        (401, {}, 5),
        (403, {}, 5),
        (301, {}, 5),
        (404, {}, 5),
    ],
)
def test_what_is_not_the_requests_fault_is_for_later(
    client: Client, status: int, headers: dict[str, str], seconds: float
) -> None:
    StubVenue.answer = (status, headers, b"<html>")
    with pytest.raises(NotNow) as raised:
        client.get("/api/v1/markets")
    assert raised.value.seconds == seconds


def test_a_venue_that_is_away_is_for_later() -> None:
    with pytest.raises(NotNow, match="no answer"):
        Client("127.0.0.1", ports.any_free(), KEY).get("/api/v1/time")
