"""The door of the tests as a server runs it."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venue.settings")
settings.ROOT_URLCONF = "accounts.tests.door"
settings.MIDDLEWARE = ["accounts.middleware.RequestIdMiddleware", "accounts.middleware.RateLimitMiddleware"]

application = get_wsgi_application()
