"""The streams: the ASGI application, WebSockets only."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venue.settings")
http = get_asgi_application()

from mmapi.routing import websocket_urlpatterns  # noqa: E402 - needs the apps

application = ProtocolTypeRouter({"http": http, "websocket": URLRouter(websocket_urlpatterns)})
