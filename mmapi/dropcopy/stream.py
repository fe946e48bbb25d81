"""/ws/mm/dropcopy: the handshake, and then a connection. What is refused gets its problem document over HTTP."""

import asyncio
import logging
from contextlib import suppress
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from accounts.refusals import AdmissionUnavailable
from mmapi.dropcopy import handshake
from mmapi.dropcopy.connection import Connection, Receive, Send
from mmapi.dropcopy.hub import HUB
from mmapi.dropcopy.threads import AWAY, DOOR
from venue import errors

logger = logging.getLogger(__name__)

PATH: Final = "/ws/mm/dropcopy"
_GONE_WITHIN: Final = 2.0  # seconds


async def dropcopy(scope: Any, receive: Receive, send: Send) -> None:
    """The ASGI application of the stream."""
    await receive()  # websocket.connect
    request = handshake.request_of(scope)
    try:
        admitted = await DOOR.run(handshake.admit, request)
        HUB.refuse_too_many(admitted.stream)
    except Exception as error:
        await answer(refusal(error, request), receive, send)
        return
    await send({"type": "websocket.accept"})
    await Connection(admitted, receive, send).serve()


async def nothing_here(scope: Any, receive: Receive, send: Send) -> None:
    """Any other address."""
    await receive()
    await answer(errors.problem(errors.NotFound(), handshake.request_of(scope)), receive, send)


def refusal(error: Exception, request: HttpRequest) -> HttpResponse:
    if isinstance(error, AWAY):
        logger.warning("%s: %s", request.path, error)
        error = AdmissionUnavailable()
    return errors.problem(errors.refusal_for(error, request), request)


async def answer(response: HttpResponse, receive: Receive, send: Send) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    await send({"type": "websocket.http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": response.content})
    # The server counts the handshake as completed when the connection is gone; it says "disconnect" before and after.
    with suppress(TimeoutError):
        async with asyncio.timeout(_GONE_WITHIN):
            await receive()
            await receive()
