"""Forget the ledger of fees and post every fill again from the journal; the figures come out the same."""

from typing import Any

from accounts.management.json_command import JsonCommand
from mmapi.incentives import ledger
from staff import audit


class Command(JsonCommand):
    help = __doc__

    def answer(self, options: dict[str, Any]) -> Any:
        fills = ledger.rebuild()
        audit.record(None, "rebuild_ledger", after={"fills": fills})
        return {"fills": fills}
