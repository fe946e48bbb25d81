"""The base of commands that change a firm's standing."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from django.core.management.base import CommandError

from accounts import firms, standing
from accounts.management.json_command import JsonCommand
from accounts.models import Firm
from accounts.refusals import Refusal


class FirmCommand(JsonCommand):
    function: ClassVar[str]

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("code", help="The firm's code.")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        self.subject = firm = Firm.objects.filter(code=options["code"]).first()
        if firm is None:
            raise CommandError(f"There is no firm {options['code']}.")
        try:
            standing.function_of(self.function)(firm)
        except (firms.TransitionRefused, Refusal) as refusal:
            raise CommandError(str(refusal)) from None
        return firms.describe(firm)
