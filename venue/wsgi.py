"""REST and the admin: the WSGI application."""

import gc
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venue.settings")
django.setup(set_prefix=False)

from venue.handler import VenueHandler  # noqa: E402 - it needs the settings

application = VenueHandler()

# What was loaded stays: looking through it for garbage again and again is a good part of what a batch costs.
gc.freeze()
gc.set_threshold(50_000, 20, 100)
