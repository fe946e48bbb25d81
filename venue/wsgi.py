"""REST and the admin: the WSGI application."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venue.settings")
django.setup(set_prefix=False)

from django.urls import get_resolver  # noqa: E402 - they need the settings

from venue import memory  # noqa: E402
from venue.handler import VenueHandler  # noqa: E402

application = VenueHandler()
assert get_resolver().url_patterns  # which loads them and all they lead to, before the first request comes

# Looking through what was loaded for garbage again and again would be a good part of what a batch costs.
memory.settle((50_000, 20, 100))
