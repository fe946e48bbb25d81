"""The examples of docs/protocol.md, sent in their order to a venue that nobody traded on before."""

import json
import re
import time
import urllib.error
import urllib.request
from typing import Any, Final

from accounts import signing
from venue.launch import data
from venue.tests.demo.open_venue import OpenVenue

EXAMPLE: Final = re.compile(r"^```http (\w+)\n(.*?)^```\n```json (\d+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KEYS: Final = {"alpha": ("ALPHA", "alpha-1", "MARKET_MAKING"), "beta": ("BETA", "beta-1", "TRADE")}
TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
# What differs from run to run.
VARYING: Final = {"requestId", "sequence", "serverTime"}


class Clients:
    """Whoever the examples name, each with a key of its own."""

    def __init__(self, venue: OpenVenue) -> None:
        self.address = f"http://127.0.0.1:{venue.rest_port}"
        self.credentials = {name: self.issue(venue, *words) for name, words in KEYS.items()}

    def issue(self, venue: OpenVenue, firm: str, account: str, scope: str) -> Any:
        scopes = ("--scope", "READ", "--scope", scope)
        return json.loads(venue.manage("issuekey", "--json", "--firm", firm, "--account", account, *scopes))

    def send(self, name: str, example: str) -> tuple[int, bytes]:
        """The status and the raw answer to an example as it is printed."""
        line, _, body = example.partition("\n\n")
        method, target = line.split()
        raw = body.strip().encode()
        headers = {"Content-Type": "application/json"}
        if name in self.credentials:
            headers |= signing.signed_headers(self.credentials[name], method, target, raw)
        request = urllib.request.Request(self.address + target, raw or None, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()


def read(raw: str | bytes) -> Any:
    """JSON with its numbers as they are written."""
    return json.loads(raw, parse_float=str, parse_int=str)


def steady(value: Any) -> Any:
    """Without what differs from run to run."""
    if isinstance(value, dict):
        return {name: "varies" if name in VARYING else steady(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [steady(inner) for inner in value]
    return "time" if isinstance(value, str) and TIME.fullmatch(value) else value


def test_the_examples_are_real(quiet_venue: OpenVenue) -> None:
    examples = EXAMPLE.findall((data.PROJECT / "docs" / "protocol.md").read_text())
    assert len(examples) > 20
    clients = Clients(quiet_venue)
    for name, request, status, printed in examples:
        wanted = (int(status), steady(read(printed)))
        answered = answer_of(clients, name, request)
        # A published book may be some milliseconds older than the answer that changed it.
        deadline = time.monotonic() + 5
        while answered != wanted and request.startswith("GET") and time.monotonic() < deadline:
            answered = answer_of(clients, name, request)
        assert answered == wanted, request


def answer_of(clients: Clients, name: str, request: str) -> tuple[int, Any]:
    status, body = clients.send(name, request)
    return status, steady(read(body))
