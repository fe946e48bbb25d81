"""Follow the journal and keep the figures of quote obligations."""

import logging
import signal
import sys
import threading
from typing import Any

import django.db
import psycopg
from django.core.management.base import BaseCommand

from mmapi.obligations import following

logger = logging.getLogger(__name__)

_DATABASE_LOST = (psycopg.OperationalError, django.db.OperationalError, django.db.InterfaceError)


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        try:
            following.follow(stop)
        except _DATABASE_LOST as error:
            logger.error("obligations: PostgreSQL is gone: %s", error)
            sys.exit(1)
