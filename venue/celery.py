"""Periodic work: the Celery application, configured from the settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venue.settings")
app = Celery("venue")
app.config_from_object("django.conf:settings", namespace="CELERY")
