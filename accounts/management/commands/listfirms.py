"""Lists firms with their trading accounts."""

from typing import Any

from accounts import firms
from accounts.management.json_command import JsonCommand
from accounts.models import Firm


class Command(JsonCommand):
    help = "Lists firms with their trading accounts."

    def answer(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        return [firms.describe(firm) for firm in Firm.objects.prefetch_related("accounts")]
