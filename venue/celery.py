"""Periodic work: the Celery application, configured from the settings."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venue.settings")
app = Celery("venue")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.CELERY_DB_REUSE_MAX = 1 << 30  # else each task, several a second, would connect to PostgreSQL anew


@task_prerun.connect
def give_up_broken_connections(**_: Any) -> None:
    """As Django does before each request: a task after a restart of PostgreSQL finds it again."""
    close_old_connections()
