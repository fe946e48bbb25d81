"""The door of the WebSockets: the one of every signed request, over timestamp + "GET" + path?query. What is refused
gets its problem document over HTTP."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, ClassVar, Final, TypeVar

from django.http import HttpRequest, QueryDict

from accounts import authentication
from accounts.credentials import cache
from accounts.refusals import AdmissionUnavailable, Refusal
from accounts.views import SignedView
from mmapi.sockets.closing import Receive, Send
from mmapi.sockets.threads import AWAY
from venue import errors

logger = logging.getLogger(__name__)

_GONE_WITHIN: Final = 2.0  # seconds
Admitted = TypeVar("Admitted")


class Door(SignedView):
    """Of one stream: `scopes` says what GET needs, `queries` what the address may hold. It costs one request."""

    queries: ClassVar[Any] = {}

    def operations(self) -> int:
        return 0

    def let_in(self, request: HttpRequest) -> None:
        """`credential`, `session` and `query` are known then; raises a `Refusal`."""
        signed = authentication.read_headers(request.META)
        self.raw_body, self.session = b"", signed.session
        self.pass_door(request, signed, self.scopes["GET"])


async def opened(
    scope: Any, receive: Receive, send: Send, admit: Callable[[HttpRequest], Awaitable[Admitted]]
) -> Admitted | None:
    """Who was let in, with the socket open; None where the answer was a refusal."""
    await receive()  # websocket.connect
    request = request_of(scope)
    try:
        admitted = await admit(request)
    except Exception as error:
        await _answer(_refusal(error, request), request, receive, send)
        return None
    await send({"type": "websocket.accept"})
    return admitted


async def nothing_here(scope: Any, receive: Receive, send: Send) -> None:
    """Any other address."""
    await receive()
    await _answer(errors.NotFound(), request_of(scope), receive, send)


def request_of(scope: Any) -> HttpRequest:
    """The handshake as Django's request, as a WSGI server would hand it over."""
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = scope["path"]
    request.META = _meta_of(scope)
    request.GET = QueryDict(request.META["QUERY_STRING"])
    request.request_id = uuid.uuid4().hex[:24]  # type: ignore[attr-defined]
    return request


def _meta_of(scope: Any) -> dict[str, Any]:
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"
        text = value.decode("latin-1")
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    peer = (scope.get("client") or ("",))[0]
    query = scope["query_string"].decode("latin-1")
    return {**headers, "PATH_INFO": scope["path"], "QUERY_STRING": query, "REMOTE_ADDR": peer}


def _refusal(error: Exception, request: HttpRequest) -> Refusal:
    if isinstance(error, AWAY):
        # What could not be checked is not let in, and what was remembered may have changed meanwhile.
        logger.warning("%s: %s", request.path, error)
        cache.clear()
        return AdmissionUnavailable()
    return errors.refusal_for(error, request)


async def _answer(refusal: Refusal, request: Any, receive: Receive, send: Send) -> None:
    response = errors.problem(refusal, request)
    response["X-Request-Id"] = request.request_id
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    await send({"type": "websocket.http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": response.content})
    # The server counts the handshake as completed when the connection is gone; it says "disconnect" before and after.
    with suppress(TimeoutError):
        async with asyncio.timeout(_GONE_WITHIN):
            await receive()
            await receive()
