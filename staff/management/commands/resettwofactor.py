"""Forgets a staff member's second factor: at the next sign-in a new one is set up."""

from argparse import ArgumentParser
from typing import Any

from staff import members, two_factor
from staff.management.staff_command import StaffCommand


class Command(StaffCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", required=True)

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        user = self.member(options)
        two_factor.reset(None, user, options["reason"])
        members.sign_out_everywhere(None, user, options["reason"])
        return self.described(user)
