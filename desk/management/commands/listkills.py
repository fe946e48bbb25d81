"""Lists the kill switches that are engaged."""

from argparse import ArgumentParser
from typing import Any

from accounts.management.json_command import JsonCommand
from desk.management.kill_command import described
from desk.models import KillSwitch


class Command(JsonCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--all", action="store_true", help="Lifted ones, too.")

    def answer(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        found = KillSwitch.objects.select_related("engaged_by", "lifted_by")
        return [described(switch) for switch in (found if options["all"] else found.filter(lifted_at=None))]
