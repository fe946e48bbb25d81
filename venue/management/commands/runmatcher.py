"""Run a shard's matcher, or stand by for it."""

import signal
import threading
from typing import Any

import psycopg
import redis
from django.core.management.base import BaseCommand, CommandParser

from venue.matcher import process
from venue.matcher.exits import Exit, leave


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = []  # a shard waits for this process, and the checks would load the whole of the doors

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--shard", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        try:
            process.serve(options["shard"], stop)
        except redis.RedisError as error:
            leave(Exit.REDIS_LOST, str(error))
        except psycopg.OperationalError as error:
            leave(Exit.COMMIT_FAILED, f"PostgreSQL is gone: {error}")
