"""Shuts a staff member out for good: signed out everywhere, and no sign-in any more. The record keeps the name."""

from argparse import ArgumentParser
from typing import Any

from staff import members
from staff.management.staff_command import StaffCommand


class Command(StaffCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", required=True)

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        user = self.member(options)
        members.deactivate(None, user, options["reason"])
        return self.described(user)
