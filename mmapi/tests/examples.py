"""The examples of a document, played one after the other against an open venue."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Final, NamedTuple

from websockets.sync.client import connect

from accounts import signing
from venue.tests.demo.open_venue import OpenVenue
from venue.tests.demo.test_protocol import TIME, Clients, read

FENCE: Final = re.compile(r"^```(http|websocket|json) (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KEYS: Final = {
    "alpha": ("ALPHA", "alpha-1", "MARKET_MAKING"),
    "beta": ("BETA", "beta-1", "TRADE"),
    "oms": ("ALPHA", "alpha-1", "DROP_COPY"),
}
# What differs from run to run.
VARYING: Final = {"requestId", "commandSequence", "apiKey", "connectedAt", "ticket", "url"}


class Example(NamedTuple):
    """What is printed in the document, and what came."""

    printed: str
    answered: str

    @property
    def holds(self) -> bool:
        return steady(read(self.printed)) == steady(read(self.answered))


class Player:
    """Whoever the examples name, and the one stream that is open at a time."""

    def __init__(self, venue: OpenVenue) -> None:
        self._clients = Clients(venue)
        self._clients.credentials = {name: self._clients.issue(venue, *words) for name, words in KEYS.items()}
        self._stream = f"ws://127.0.0.1:{venue.environment['STREAM_PORT']}"
        self._open = ExitStack()
        self._socket: Any = None
        self._last: tuple[int, bytes] = (0, b"")

    def play(self, document: str) -> Iterator[Example]:
        with self._open:
            for kind, word, text in FENCE.findall(document):
                if kind == "http":
                    self._last = self._clients.send(word, text)
                elif kind == "websocket":
                    self._connect(word, text.strip())
                elif word == "sent":
                    self._socket.send(text)
                elif word == "received":
                    yield Example(text, self._socket.recv(15))
                else:
                    assert self._last[0] == int(word), self._last[1]
                    yield Example(text, self._last[1].decode())

    def _connect(self, name: str, target: str) -> None:
        self._open.close()
        headers = signing.signed_headers(self._clients.credentials[name], "GET", target)
        self._socket = self._open.enter_context(connect(self._stream + target, additional_headers=headers))


def steady(value: Any) -> Any:
    if isinstance(value, dict):
        sequences = {"searchedThrough": "varies"} if "searchedThrough" in value else {}
        return {name: "varies" if name in VARYING else steady(inner) for name, inner in value.items()} | sequences
    if isinstance(value, list):
        return [steady(inner) for inner in value]
    return "time" if isinstance(value, str) and TIME.fullmatch(value) else value
