"""Trade on the venue as four demo firms, two makers and two takers, through its HTTP API."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from staff import audit
from venue.demo import cast
from venue.demo.traders import trade


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.REST_PORT)

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        with audit.acting(None):
            traders = cast.traders(options["host"], options["port"], settings.VENUE_DATA)
        trade(traders, stop)
