"""Ends a firm for good: its keys are revoked and what rests of it is cancelled."""

from typing import ClassVar

from accounts import standing
from accounts.management.firm_command import FirmCommand
from accounts.models import Firm


class Command(FirmCommand):
    help = "Ends a firm for good: its keys are revoked and what rests of it is cancelled."
    function = action = "off_board_firm"
    reason_needed: ClassVar[bool] = True

    def change(self, firm: Firm, reason: str) -> None:
        standing.function_of(self.function)(firm, reason, "offboardfirm")
