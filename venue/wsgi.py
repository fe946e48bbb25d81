"""REST and the admin: the WSGI application."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venue.settings")
django.setup(set_prefix=False)

from venue.handler import VenueHandler  # noqa: E402 - it needs the settings

# A large batch being decoded must not hold up a single quote beside it at each of its steps.
sys.setswitchinterval(0.0005)

application = VenueHandler()
