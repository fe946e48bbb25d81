"""Adds a staff member with roles, and prints the password that was drawn, this once."""

import secrets
from argparse import ArgumentParser
from typing import Any

from staff import members
from staff.management.staff_command import StaffCommand
from staff.roles import ROLES


class Command(StaffCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--role", action="append", required=True, choices=ROLES, dest="roles")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        password = secrets.token_urlsafe(18)
        user = members.add(None, options["name"], options["roles"], password)
        return {"name": user.get_username(), "roles": members.roles_of(user), "password": password}
