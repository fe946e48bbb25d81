"""The served venue as a market maker's system meets it: curl, a signature by the standard library, and a codec that
another implementation of SBE makes from the schema it downloads."""

import hashlib
import hmac
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
import sbe
from websockets.sync.client import connect

from mmapi.tests.stream import PATIENCE
from venue.launch import data, ports
from venue.launch.children import signalled_with_parent
from venue.tests.cast import MatcherProcess, Trader, environment, wait_until

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")

BATCH: Final = "/api/v1/mm/orders/batch"
E8: Final = 10**8
# As the specification prints it.
CANCEL_ON_DISCONNECT: Final = """{
"timeoutMs": 5000,
"scope": "account"
}"""


class Said(NamedTuple):
    status: int
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw, parse_float=Decimal)


class Client:
    """A key and nothing else."""

    def __init__(self, port: int, key: str, secret: str) -> None:
        self.port, self.key, self.secret = port, key, secret

    def signed(self, method: str, target: str, body: bytes = b"") -> dict[str, str]:
        timestamp = str(time.time_ns() // 1_000_000)
        message = (timestamp + method + target).encode() + body
        signature = hmac.new(self.secret.encode(), message, hashlib.sha256).hexdigest()
        return {"X-API-Key": self.key, "X-API-Timestamp": timestamp, "X-API-Signature": signature}

    def post(self, target: str, body: bytes, kind: str = "application/json") -> Said:
        headers = {**self.signed("POST", target, body), "Content-Type": kind}
        options = [option for name, value in headers.items() for option in ("--header", f"{name}: {value}")]
        return self.curl(target, *options, "--data-binary", "@-", sent=body)

    def curl(self, target: str, *options: str, sent: bytes = b"") -> Said:
        command = ["curl", "-sS", "--max-time", "20", "--write-out", "\n%{http_code}", *options]
        done = subprocess.run(
            [*command, f"http://127.0.0.1:{self.port}{target}"], input=sent, check=True, capture_output=True, timeout=30
        )
        raw, _, status = done.stdout.rpartition(b"\n")
        return Said(int(status), raw)


def rest_command() -> str:
    """The Procfile's own line."""
    lines = (data.PROJECT / "Procfile").read_text().splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith("rest:"))


@pytest.fixture
def port(running_matcher: MatcherProcess, tmp_path: Path) -> Iterator[int]:
    """The venue's HTTP door as it is served."""
    (tmp_path / "static").mkdir()
    number = ports.any_free()
    server = subprocess.Popen(
        ["/bin/sh", "-c", f"exec {sys.executable} -m {rest_command()}"],
        cwd=data.PROJECT,
        env={**environment(), "REST_PORT": str(number), "REST_WORKERS": "1", "VENUE_DATA": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        preexec_fn=signalled_with_parent(signal.SIGTERM),
    )
    wait_until(lambda: not ports.is_free("127.0.0.1", number), 30)
    yield number
    server.terminate()
    server.wait(20)


@pytest.fixture
def client(alpha: Trader, port: int) -> Client:
    credentials = alpha.caller.credentials
    return Client(port, credentials["apiKey"], credentials["apiSecret"])


def ladder(market: str, *mids: int) -> bytes:
    quotes = [
        {"clientQuoteId": f"level-{n}", "bidPrice": mid - 50, "bidSize": 2, "askPrice": mid + 50, "askSize": 2}
        for n, mid in enumerate(mids)
    ]
    return json.dumps({"markets": [{"market": market, "cancel": "quotes", "quotes": quotes}]}).encode()


def book(client: Client, market: str) -> tuple[Any, Any]:
    body = client.curl(f"/api/v1/markets/{market}/book").body
    return body["bids"], body["asks"]


def test_a_ladder_is_quoted_and_moved(client: Client, alpha: Trader) -> None:
    market = alpha.market.symbol
    first = client.post(BATCH, ladder(market, 50_000, 49_990))
    assert (first.status, first.body["markets"][0]["outcome"]) == (200, "APPLIED")
    second = client.post(BATCH, ladder(market, 50_200))
    told = second.body["markets"][0]
    assert (told["cancelled"], told["quotes"][0]["result"]) == (1, "SUCCESS")
    assert told["quotes"][0]["quoteId"] == first.body["markets"][0]["quotes"][0]["quoteId"]
    wait_until(lambda: book(client, market) == ([[50_150, 2]], [[50_250, 2]]))


def test_cancel_on_disconnect_as_the_specification_prints_it(client: Client, alpha: Trader, stream_port: int) -> None:
    """Pings over a WebSocket keep the quotes; after the last one they stand for `timeoutMs`."""
    market = alpha.market.symbol
    assert client.post(BATCH, ladder(market, 50_000)).status == 200
    armed = client.post("/api/v1/mm/sessions/cancel-on-disconnect", CANCEL_ON_DISCONNECT.encode())
    assert (armed.status, armed.body["timeoutMs"], armed.body["scope"]) == (200, 5_000, "account")
    path = "/ws/mm/session"
    with connect(f"ws://127.0.0.1:{stream_port}{path}", additional_headers=client.signed("GET", path)) as socket:
        socket.recv(PATIENCE)
        time.sleep(1)
        socket.send("ping")
        assert json.loads(socket.recv(PATIENCE))["type"] == "pong"
        heard = time.monotonic()
    wait_until(lambda: book(client, market) == ([[49_950, 2]], [[50_050, 2]]))
    wait_until(lambda: book(client, market) == ([], []), 10)
    assert time.monotonic() - heard > 4.9


def test_the_batch_in_binary(client: Client, alpha: Trader) -> None:
    schema = sbe.Schema.parse(BytesIO(client.curl("/api/v1/mm/schema").raw))
    request = schema.encode(schema.messages[1], binary_ladder(alpha.market.number))
    said = client.post(f"{BATCH}.bin", request, "application/sbe")
    reply = schema.decode(said.raw)
    assert (said.status, reply.message_name) == (200, "BatchReply")
    assert [market["outcome"] for market in reply.value["markets"]] == ["Applied"]
    (entry,) = reply.value["namedEntries"]
    assert (entry["clientId"], entry["kind"], entry["status"]) == ("level-0", "NamedQuote", "New")
    wait_until(lambda: book(client, alpha.market.symbol) == ([[49_950, 2]], [[50_050, 2]]))
    refused = client.post(f"{BATCH}.bin", request[:-1], "application/sbe")
    error = schema.decode(refused.raw)
    assert (refused.status, error.message_name, error.value["code"]) == (400, "ErrorReply", "TRUNCATED")


def binary_ladder(market: int) -> dict[str, Any]:
    quote = {
        "bidPrice": {"mantissa": 49_950 * E8},
        "bidSize": {"mantissa": 2 * E8},
        "askPrice": {"mantissa": 50_050 * E8},
        "askSize": {"mantissa": 2 * E8},
        "validForSeconds": 30,
        "flags": [],
        "clientQuoteId": "level-0",
    }
    counts = {"numCancels": 0, "numQuotes": 0, "numNamedQuotes": 1, "numOrders": 0}
    return {
        "validUntil": None,
        "atomicity": "Market",
        "flags": [],
        "clientBatchId": "",
        "markets": [{"market": market, "cancelScope": None, **counts}],
        "cancels": [],
        "quotes": [],
        "namedQuotes": [quote],
        "orders": [],
    }
