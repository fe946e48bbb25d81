"""Do at once what the beat does: bring the ledger up to date, announce what is due, apply what is in force."""

from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from accounts.management.json_command import JsonCommand
from accounts.refusals import Refusal
from mmapi.incentives import announcing, applying, ledger
from mmapi.incentives.standing import written


class Command(JsonCommand):
    help = __doc__

    def answer(self, options: dict[str, Any]) -> Any:
        now = timezone.now()
        fills = ledger.follow()
        announced = announcing.announce(now)
        try:
            commands = applying.reconcile(now)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        return {"posted": fills, "announced": [_told(one) for one in announced], "commands": commands}


def _told(one: Any) -> dict[str, Any]:
    return {
        "member": str(one.membership),
        "tier": one.tier or None,
        "makerPpm": one.maker_ppm,
        "takerPpm": one.taker_ppm,
        "volume": str(one.volume),
        "effectiveFrom": written(one.effective_from),
    }
