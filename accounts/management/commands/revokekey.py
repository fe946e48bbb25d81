"""Revokes an API key for good."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts import keys
from accounts.management.json_command import JsonCommand
from accounts.models import ApiKey


class Command(JsonCommand):
    help = "Revokes an API key for good."
    action = "revoke_api_key"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("key_id")
        parser.add_argument("--reason", default="Revoked by command.")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        rows = ApiKey.objects.select_related("account__firm", "tier", "colocation")
        self.subject = key = rows.filter(key_id=options["key_id"]).first()
        if key is None:
            raise CommandError(f"There is no API key {options['key_id']}.")
        changed = keys.revoke(key, options["reason"], by="revokekey")
        return {**keys.describe(key), "changed": changed}
