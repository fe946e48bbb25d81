"""Addresses of the Market Maker API's streams."""

from typing import Any, Final

from django.urls import path, re_path

from mmapi.dropcopy.stream import PATH, dropcopy, nothing_here

# Django's types know views only; the router of Channels calls ASGI applications.
_dropcopy: Final[Any] = dropcopy
_nothing_here: Final[Any] = nothing_here

websocket_urlpatterns = [
    path(PATH.removeprefix("/"), _dropcopy),
    re_path(r"", _nothing_here),
]
