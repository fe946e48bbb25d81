"""REST and the admin: the WSGI application."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venue.settings")
django.setup(set_prefix=False)

from venue.handler import VenueHandler  # noqa: E402 - it needs the settings

application = VenueHandler()
