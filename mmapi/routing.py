"""The WebSockets' addresses."""

from django.urls import path

from mmapi.session_stream import SessionStream

websocket_urlpatterns = [
    path("ws/mm/session", SessionStream.as_asgi()),
]
