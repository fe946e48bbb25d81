"""An outside client: a URL, a key and its secret, and nothing of the venue's own."""

import http.client
import json
import time
from collections.abc import Mapping
from decimal import Decimal
from http.client import HTTPMessage
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from accounts import signing

PATIENCE: Final = 10.0


class Failed(Exception):
    """The venue, or the key, did not do what the scenario demands."""


class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    raw: bytes

    @property
    def body(self) -> Any:
        try:
            return json.loads(self.raw, parse_float=Decimal)
        except ValueError:
            raise Failed(f"an answer of {self.status} that is no JSON") from None

    @property
    def code(self) -> str:
        body = self.body
        return str(body.get("code", "")) if isinstance(body, dict) else ""

    @property
    def said(self) -> str:
        return f"{self.status} {self.code}".strip()


class Client:
    """Signs each request anew. `repr` and errors never show the secret."""

    def __init__(self, url: str, key: str, secret: str) -> None:
        address = urlsplit(url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise Failed(f"{url} is no address of a venue: write it as https://sandbox.example.com")
        self._secure, self._host, self._port = address.scheme == "https", address.hostname, address.port
        algorithm = signing.ED25519 if "PRIVATE KEY" in secret else signing.HMAC_SHA256
        self._credentials = {"apiKey": key, "apiSecret": secret, "algorithm": algorithm}
        self._last_ms = 0

    def signed(self, method: str, target: str, body: bytes = b"", *, ahead_ms: int = 0) -> dict[str, str]:
        """Never two of one millisecond: equal ones would be one replayed."""
        self._last_ms = max(self._last_ms + 1, time.time_ns() // 1_000_000)
        moment = self._last_ms + ahead_ms
        return signing.signed_headers(self._credentials, method, target, body, timestamp_ms=moment)

    def call(self, method: str, target: str, content: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
        body, kind = encoded(content)
        return self.send(method, target, body, {**self.signed(method, target, body), **kind, **(headers or {})})

    def send(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=PATIENCE)
        try:
            connection.request(method, target, body or None, dict(headers))
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException) as error:
            raise Failed(f"{method} {target.partition('?')[0]}: no answer ({type(error).__name__})") from None
        finally:
            connection.close()

    def demand(self, method: str, target: str, content: Any = None, *, status: int = 200, session: str = "") -> Any:
        """The body of an answer that must have this status."""
        answer = self.call(method, target, content, {"X-MM-Session": session} if session else None)
        expect(answer.status == status, f"{method} {target.partition('?')[0]} was {answer.said}, not {status}")
        return answer.body


def encoded(content: Any) -> tuple[bytes, dict[str, str]]:
    """Decimals as strings, which the venue reads exactly; bytes are SBE."""
    if content is None:
        return b"", {}
    if isinstance(content, bytes):
        return content, {"Content-Type": "application/sbe"}
    return json.dumps(content, default=str).encode(), {"Content-Type": "application/json"}


def expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Failed(otherwise)
