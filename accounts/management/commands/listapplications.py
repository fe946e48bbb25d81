"""Lists applications, the newest first."""

from argparse import ArgumentParser
from typing import Any

from accounts.management.json_command import JsonCommand
from accounts.onboarding import describing
from accounts.onboarding.models import Application


class Command(JsonCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--status", choices=Application.Status.values)

    def answer(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        applications = Application.objects.select_related("firm")
        if options["status"]:
            applications = applications.filter(status=options["status"])
        return [describing.summary(application) for application in applications]
