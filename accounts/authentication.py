"""Who signed this request: three headers and the raw bytes to a credential."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from accounts import signing
from accounts.admission import MAXIMUM_WINDOW_MS
from accounts.credentials import Credential, cache
from accounts.refusals import (
    InvalidApiKey,
    InvalidReceiveWindow,
    InvalidSessionName,
    InvalidSignature,
    InvalidTimestamp,
    MissingCredentials,
    TimestampOutsideWindow,
)

DEFAULT_WINDOW_MS = 5_000
MILLISECONDS = re.compile(r"[0-9]{1,15}", re.ASCII)
SESSION_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
# RFC 3986: what a path may hold without being escaped.
PATH_CHARACTERS = "/:@!$&'()*+,;=-._~"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """The signing headers as sent, checked for form only."""

    key_id: str
    timestamp: str
    signature: str
    window_ms: int
    session: str

    @property
    def timestamp_ms(self) -> int:
        return int(self.timestamp)


def read_headers(meta: Mapping[str, Any]) -> SignedRequest:
    """`meta` is Django's; the first header at fault is refused."""
    request = SignedRequest(
        key_id=meta.get("HTTP_X_API_KEY", ""),
        timestamp=meta.get("HTTP_X_API_TIMESTAMP", ""),
        signature=meta.get("HTTP_X_API_SIGNATURE", ""),
        window_ms=receive_window(meta.get("HTTP_X_API_RECV_WINDOW")),
        session=session_name(meta.get("HTTP_X_MM_SESSION")),
    )
    if not (request.key_id and request.timestamp and request.signature):
        raise MissingCredentials
    if not MILLISECONDS.fullmatch(request.timestamp):
        raise InvalidTimestamp
    return request


def receive_window(text: str | None) -> int:
    if text is None:
        return DEFAULT_WINDOW_MS
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= MAXIMUM_WINDOW_MS):
        raise InvalidReceiveWindow(limit=MAXIMUM_WINDOW_MS)
    return int(text)


def session_name(text: str | None) -> str:
    """Without the header the session of a key is the unnamed one."""
    if text is None:
        return ""
    if not SESSION_NAME.fullmatch(text):
        raise InvalidSessionName
    return text


def verify(request: SignedRequest, method: str, target: str, body: bytes) -> tuple[Credential, bytes]:
    """The key's credential and the signature's bytes; whoever cannot sign learns nothing of the key."""
    credential = cache.find(request.key_id)
    if credential is None:
        raise InvalidApiKey
    signature = signing.read_signature(credential.algorithm, request.signature)
    message = signing.canonical(request.timestamp, method, target, body)
    if signature is None or not signing.verifies(credential.verifier, message, signature):
        raise InvalidSignature
    check_clock(request, now_ms())
    return credential, signature


def check_clock(request: SignedRequest, server_time: int) -> None:
    """`skewMs` is how far the client's clock is ahead of ours, the time under way included."""
    skew = request.timestamp_ms - server_time
    if abs(skew) > request.window_ms:
        raise TimestampOutsideWindow(serverTime=server_time, skewMs=skew, limit=request.window_ms)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def request_target(meta: Mapping[str, Any]) -> str:
    """path?query as it was sent; `meta` is Django's.

    WSGI hands the path over decoded and the query raw. Escaping again gives the path in the normal form of RFC 3986
    (§6.2.2: nothing escaped that need not be, upper-case hex), which is what is signed.
    """
    path = quote(meta.get("SCRIPT_NAME", "") + meta["PATH_INFO"], safe=PATH_CHARACTERS)
    query = meta.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path
