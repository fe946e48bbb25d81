"""Suspends a firm: its keys are refused from the next request on."""

from accounts.management.firm_command import FirmCommand


class Command(FirmCommand):
    help = "Suspends a firm: its keys are refused from the next request on."
    function = action = "suspend_firm"
