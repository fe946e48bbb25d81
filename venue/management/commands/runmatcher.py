"""Run a shard's matcher, or stand by for it."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from venue.matcher import process


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []  # a shard waits for this process, and the checks would load the whole of the doors

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--shard", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        process.serve(options["shard"], stop)
