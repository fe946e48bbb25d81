"""Reinstates a suspended firm."""

from accounts.management.firm_command import FirmCommand


class Command(FirmCommand):
    help = "Reinstates a suspended firm."
    function = action = "reinstate_firm"
