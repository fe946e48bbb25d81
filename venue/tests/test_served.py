"""From end to end through the real server: signed quotes and orders, shared connections, and curl."""

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from venue.launch import data, ports
from venue.launch.children import signalled_with_parent
from venue.tests.cast import MatcherProcess, Trader, environment, wait_until


@pytest.fixture
def port(running_matcher: MatcherProcess) -> Iterator[int]:
    """The venue as it is served."""
    number = ports.any_free()
    options = ["--interface", "wsgi", "--port", str(number), "--workers", "1", "--blocking-threads", "8"]
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", *options, "--log-level", "error", "venue.wsgi:application"],
        cwd=data.PROJECT,
        env=environment(),
        preexec_fn=signalled_with_parent(signal.SIGTERM),
    )
    wait_until(lambda: answers(number), 30)
    yield number
    server.terminate()
    server.wait(20)


def answers(port: int) -> bool:
    try:
        return ask(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "GET", "/api/v1/time", {}, b"")[0] == 200
    except OSError:
        return False


def ask(
    connection: http.client.HTTPConnection, method: str, target: str, headers: dict[str, str], body: bytes
) -> tuple[int, Any, http.client.HTTPMessage]:
    connection.request(method, target, body or None, headers)
    response = connection.getresponse()
    text = response.read()
    return response.status, json.loads(text, parse_float=Decimal) if text else None, response.headers


class Remote:
    """A trader on one kept connection."""

    def __init__(self, trader: Trader, port: int) -> None:
        self.trader = trader
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def call(self, method: str, target: str, content: Any = None) -> tuple[int, Any, http.client.HTTPMessage]:
        body = json.dumps(content).encode() if content is not None else b""
        signed = self.trader.caller.sign(method, target, body, timestamp_ms=self.trader.caller.next_ms())
        return ask(self.connection, method, target, {**signed, "Content-Type": "application/json"}, body)


def test_a_quote_is_hit_amended_and_cancelled(alpha: Trader, beta: Trader, port: int) -> None:
    maker, taker = Remote(alpha, port), Remote(beta, port)
    status, quote, headers = maker.call("POST", "/api/sdk/quotes", alpha.quote_body(clientQuoteId="q-1"))
    assert (status, quote["status"]) == (201, "active")
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Request-Id"]
    path = f"/api/sdk/quotes/{quote['quoteId']}"
    status, order, _ = taker.call("POST", "/api/v1/orders", beta.order_body("buy", 1, 50100))
    assert (status, order["status"], order["fills"][0]["fee"]) == (201, "filled", Decimal("25.05"))
    status, updated, _ = maker.call("PATCH", path, {"bidPrice": 49950})
    assert (status, updated["askFilled"], updated["bidPrice"]) == (200, 1, 49950)
    assert maker.call("GET", path)[1] == updated
    assert maker.call("GET", "/api/sdk/quotes?status=partially_filled&limit=5")[1]["quotes"] == [updated]
    batch = [{"quoteId": quote["quoteId"], "bidPrice": 49951}]
    assert maker.call("PATCH", "/api/sdk/quotes/batch/update", batch)[1]["summary"]["successful"] == 1
    assert maker.call("DELETE", "/api/sdk/quotes", {"asset": alpha.market.base_asset})[1]["cancelledCount"] == 1
    assert maker.call("DELETE", path)[1]["code"] == "QUOTE_NOT_OPEN"


def test_many_at_once_each_get_their_own_answer(alpha: Trader, port: int) -> None:
    makers = [Remote(alpha.another(), port) for _ in range(8)]

    def work(number: int) -> list[tuple[int, str]]:
        maker = makers[number]
        names = [f"{number}-{step}" for step in range(10)]
        placed = [maker.call("POST", "/api/sdk/quotes", alpha.quote_body(clientQuoteId=name)) for name in names]
        assert [quote["clientQuoteId"] for _, quote, _ in placed] == names
        return [(status, quote["quoteId"]) for status, quote, _ in placed]

    with ThreadPoolExecutor(8) as pool:
        found = [entry for entries in pool.map(work, range(8)) for entry in entries]
    assert {status for status, _ in found} == {201}
    assert len({quote_id for _, quote_id in found}) == 80


def test_a_head_has_no_body(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    for _ in range(2):  # what a body would leave on the connection, the second would read
        connection.request("HEAD", "/api/v1/time")
        response = connection.getresponse()
        assert (response.status, response.read()) == (200, b"")


def test_the_api_and_the_pages(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    status, body, headers = ask(connection, "GET", "/api/nothing", {}, b"")
    assert (status, body["code"], headers["Content-Type"]) == (404, "NOT_FOUND", "application/problem+json")
    assert (headers["X-Content-Type-Options"], headers["Set-Cookie"]) == ("nosniff", None)
    connection.request("GET", "/admin/login/")
    page = connection.getresponse()
    assert (page.status, page.headers["X-Frame-Options"]) == (200, "DENY")
    assert "csrftoken" in page.headers["Set-Cookie"]


def test_with_curl(alpha: Trader, port: int) -> None:
    body = json.dumps(alpha.quote_body())
    signed = alpha.caller.sign("POST", "/api/sdk/quotes", body.encode(), timestamp_ms=alpha.caller.next_ms())
    headers = [part for name, value in signed.items() for part in ("-H", f"{name}: {value}")]
    command = ["curl", "-sS", "-X", "POST", f"http://127.0.0.1:{port}/api/sdk/quotes", *headers]
    done = subprocess.run(
        [*command, "-H", "Content-Type: application/json", "-d", body], check=True, capture_output=True, timeout=20
    )
    assert json.loads(done.stdout)["status"] == "active"
