"""/ws/mm/dropcopy: the handshake, and then a connection."""

from typing import Any, Final

from django.http import HttpRequest

from mmapi.dropcopy import admitting
from mmapi.dropcopy.admitting import Admitted
from mmapi.dropcopy.connection import Connection
from mmapi.dropcopy.hub import HUB
from mmapi.sockets import handshake
from mmapi.sockets.closing import Receive, Send
from mmapi.sockets.threads import DOOR

PATH: Final = "/ws/mm/dropcopy"


async def dropcopy(scope: Any, receive: Receive, send: Send) -> None:
    """The ASGI application of the stream."""
    admitted = await handshake.opened(scope, receive, send, admit)
    if admitted is not None:
        await Connection(admitted, receive, send).serve()


async def admit(request: HttpRequest) -> Admitted:
    admitted = await DOOR.run(admitting.admit, request)
    HUB.refuse_too_many(admitted.stream)
    return admitted
