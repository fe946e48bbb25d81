"""Encrypts every stored secret with the newest of VENUE_SECRET_KEYS, so that older ones may be taken out."""

from typing import Any

from accounts import keys
from accounts.management.json_command import JsonCommand


class Command(JsonCommand):
    help = "Encrypts every stored secret with the newest of VENUE_SECRET_KEYS, so that older ones may be taken out."
    action = "rotate_secrets"

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"rotated": keys.encrypt_anew()}
