"""Gives a staff member other roles; whoever has them signs in anew."""

from argparse import ArgumentParser
from typing import Any

from staff import members
from staff.management.staff_command import StaffCommand
from staff.roles import ROLES


class Command(StaffCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--role", action="append", default=[], choices=ROLES, dest="roles")
        parser.add_argument("--reason", default="")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        user = self.member(options)
        members.set_roles(None, user, options["roles"], options["reason"])
        return self.described(user)
