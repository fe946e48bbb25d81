"""Lists API keys, without their secrets."""

from argparse import ArgumentParser
from typing import Any

from accounts import keys
from accounts.management.json_command import JsonCommand
from accounts.models import ApiKey


class Command(JsonCommand):
    help = "Lists API keys, without their secrets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--firm", help="The firm's code; none: all firms.")

    def answer(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        rows = ApiKey.objects.select_related("account__firm", "tier", "colocation").defer("secret")
        if options["firm"]:
            rows = rows.filter(account__firm__code=options["firm"])
        return [keys.describe(key) for key in rows]
