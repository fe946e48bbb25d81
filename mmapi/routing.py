"""Addresses of the Market Maker API's streams."""

from typing import Any, Final

from django.urls import path, re_path

from mmapi.dropcopy.stream import PATH, dropcopy, nothing_here
from mmapi.session_stream import SessionStream

# Django's types know views only; the router of Channels calls ASGI applications.
_dropcopy: Final[Any] = dropcopy
_nothing_here: Final[Any] = nothing_here

websocket_urlpatterns = [
    path("ws/mm/session", SessionStream.as_asgi()),
    path(PATH.removeprefix("/"), _dropcopy),
    re_path(r"", _nothing_here),
]
