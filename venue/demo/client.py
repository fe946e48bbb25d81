"""An ordinary client of the HTTP API: one connection kept alive, every request signed. Standard library only."""

import hashlib
import hmac
import http.client
import json
import time
from decimal import Decimal
from typing import Any, Final, NamedTuple

# Longer than the venue waits for its own reply, so that its "outcome unknown" still arrives.
_PATIENCE: Final = 8.0
_HURRY: Final = 2.0
_REFUSED_ANYWAY: Final = frozenset({401, 403})
_LATER: Final = 5.0
NO_ANSWER: Final = "no answer"


class Key(NamedTuple):
    api_key: str
    api_secret: str


class Answer(NamedTuple):
    status: int
    content: Any

    @property
    def ok(self) -> bool:
        return self.status < 300


class NotNow(Exception):
    """The venue does not take this at present, or did not answer: look again after `seconds`, and trust nothing."""

    def __init__(self, why: str, seconds: float) -> None:
        super().__init__(why)
        self.seconds = seconds


class Client:
    def __init__(self, host: str, port: int, key: Key) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=_PATIENCE)
        self._key = key
        self._last_ms = 0

    def get(self, target: str) -> Answer:
        return demand(self._call("GET", target, b""))

    def post(self, target: str, content: Any) -> Answer:
        return self._call("POST", target, encode(content))

    def patch(self, target: str, content: Any) -> Answer:
        return demand(self._call("PATCH", target, encode(content)))

    def delete(self, target: str) -> Answer:
        return self._call("DELETE", target, b"")

    def hurry(self) -> None:
        """From now on, hardly wait for an answer."""
        self._connection.timeout = _HURRY
        if self._connection.sock is not None:
            self._connection.sock.settimeout(_HURRY)

    def close(self) -> None:
        self._connection.close()

    def _call(self, method: str, target: str, body: bytes) -> Answer:
        """Raises `NotNow` where it is not this request that is at fault."""
        try:
            self._connection.request(method, target, body or None, self._headers(method, target, body))
            response = self._connection.getresponse()
            raw = response.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise NotNow(NO_ANSWER, 1.0) from None
        answer = Answer(response.status, decode(raw))
        if answer.status in _REFUSED_ANYWAY:
            raise NotNow(reason(answer), _LATER)
        if answer.status == 429 or answer.status >= 500:
            raise NotNow(reason(answer), float(response.headers.get("Retry-After", 1)))
        return answer

    def _headers(self, method: str, target: str, body: bytes) -> dict[str, str]:
        timestamp = str(self._next_ms())
        message = f"{timestamp}{method}{target}".encode() + body
        return {
            "Content-Type": "application/json",
            "X-API-Key": self._key.api_key,
            "X-API-Timestamp": timestamp,
            "X-API-Signature": hmac.new(self._key.api_secret.encode(), message, hashlib.sha256).hexdigest(),
        }

    def _next_ms(self) -> int:
        """Never the same twice: two equal requests of one millisecond would be one replayed."""
        self._last_ms = max(self._last_ms + 1, time.time_ns() // 1_000_000)
        return self._last_ms


def encode(content: Any) -> bytes:
    """Decimals as strings, which the venue reads exactly."""
    return json.dumps(content, default=str).encode()


def decode(raw: bytes) -> Any:
    """What is not JSON comes from something in between, not from the venue."""
    try:
        return json.loads(raw, parse_float=Decimal)
    except ValueError:
        return {}


def demand(answer: Answer) -> Answer:
    """What is asked for here is there, or something is amiss that a trader cannot mend."""
    if not answer.ok:
        raise NotNow(reason(answer), _LATER)
    return answer


def reason(answer: Answer) -> str:
    code = answer.content.get("code") if isinstance(answer.content, dict) else None
    return f"{answer.status} {code or ''}".strip()
