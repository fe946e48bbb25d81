"""The examples of docs/sessions.md, sent in their order to a venue that nobody traded on before."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, Final

import pytest
from websockets.sync.client import connect

from accounts import signing
from venue.launch import data
from venue.tests.demo.open_venue import OpenVenue
from venue.tests.demo.test_protocol import read, steady

EXAMPLE: Final = re.compile(
    r"^```(http|ws) (\w+)(?: after (\d+) s)?\n(.*?)^```\n```json ?(\d*)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
SCOPES: Final = ("--scope", "READ", "--scope", "MARKET_MAKING")
STREAM: Final = "/ws/mm/session"


@pytest.fixture(scope="module")
def venue() -> Iterator[OpenVenue]:
    with OpenVenue(demo=False) as found:
        yield found


class Client:
    """Alpha's key."""

    def __init__(self, venue: OpenVenue) -> None:
        self.rest, self.stream = venue.rest_port, int(venue.environment["STREAM_PORT"])
        issued = venue.manage("issuekey", "--json", "--firm", "ALPHA", "--account", "alpha-1", *SCOPES)
        self.credentials = json.loads(issued)

    def http(self, example: str) -> tuple[str, bytes]:
        """The status and the raw answer."""
        head, _, body = example.partition("\n\n")
        line, *headers = head.strip().splitlines()
        method, target = line.split()
        raw = body.strip().encode()
        signed = signing.signed_headers(self.credentials, method, target, raw) | read_headers(headers)
        request = urllib.request.Request(f"http://127.0.0.1:{self.rest}{target}", raw or None, signed, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return str(response.status), response.read()
        except urllib.error.HTTPError as refusal:
            return str(refusal.code), refusal.read()

    def ws(self, example: str) -> tuple[str, bytes]:
        """What the last message is answered with."""
        head, _, message = example.partition("\n\n")
        signed = signing.signed_headers(self.credentials, "GET", STREAM) | read_headers(head.splitlines())
        with connect(f"ws://127.0.0.1:{self.stream}{STREAM}", additional_headers=signed) as socket:
            assert json.loads(socket.recv(timeout=5))["type"] == "session"
            socket.send(message.strip())
            return "", str(socket.recv(timeout=5)).encode()


def read_headers(lines: list[str]) -> dict[str, str]:
    pairs = [line.partition(": ") for line in lines]
    return {"Content-Type": "application/json"} | {name: value for name, _, value in pairs}


def without_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: "varies" if name == "apiKey" else without_keys(inner) for name, inner in value.items()}
    return [without_keys(inner) for inner in value] if isinstance(value, list) else value


def test_the_examples_are_real(venue: OpenVenue) -> None:
    examples = EXAMPLE.findall((data.PROJECT / "docs" / "sessions.md").read_text())
    assert len(examples) == 8
    client = Client(venue)
    for kind, _, pause, request, status, printed in examples:
        time.sleep(int(pause or 0))
        answered_status, answered = getattr(client, kind)(request)
        assert answered_status == status, answered
        assert without_keys(steady(read(answered))) == without_keys(steady(read(printed))), request
