"""The base of commands about one application."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.management.json_command import JsonCommand
from accounts.onboarding.models import Application
from accounts.onboarding.states import StepRefused
from accounts.refusals import Refusal


class ApplicationCommand(JsonCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("reference", help="The application's reference, as APP-7F3K2QXM.")

    def answer(self, options: dict[str, Any]) -> Any:
        application = Application.objects.filter(reference=options["reference"]).first()
        if application is None:
            raise CommandError(f"There is no application {options['reference']}.")
        try:
            return self.carry_out(application)
        except (StepRefused, Refusal) as refusal:
            raise CommandError(str(refusal)) from None

    def carry_out(self, application: Application) -> Any:
        raise NotImplementedError
