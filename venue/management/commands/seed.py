"""Set up the sandbox: markets and firms, whatever of it is not there yet."""

from typing import Any

from django.core.management.base import BaseCommand

from venue import sandbox


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        sandbox.seed()
