"""Addresses of the Market Maker API's streams."""

from typing import Any, Final

from django.urls import path, re_path

from mmapi import session_stream
from mmapi.dropcopy import stream as dropcopy
from mmapi.sockets import handshake

# Django's types know views only; the router of Channels calls ASGI applications.
_APPLICATIONS: Final[dict[str, Any]] = {
    session_stream.PATH: session_stream.session_stream,
    dropcopy.PATH: dropcopy.dropcopy,
}
_nothing_here: Final[Any] = handshake.nothing_here

websocket_urlpatterns = [
    *(path(address.removeprefix("/"), application) for address, application in _APPLICATIONS.items()),
    re_path(r"", _nothing_here),
]
