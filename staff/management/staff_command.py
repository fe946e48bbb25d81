"""The base of commands about one staff member. They write to the audit trail by what they call."""

from argparse import ArgumentParser
from typing import Any, ClassVar

from django.contrib.auth.models import User
from django.core.management.base import CommandError

from staff import audit, members, two_factor
from staff.management.json_command import JsonCommand


class StaffCommand(JsonCommand):
    names_one: ClassVar[bool] = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        if self.names_one:
            parser.add_argument("name", help="The name to sign in with.")

    def recorded_answer(self, options: dict[str, Any]) -> Any:
        with audit.acting(None):
            return self.answer(options)

    def member(self, options: dict[str, Any]) -> User:
        user = User.objects.filter(username=options["name"], is_staff=True).first()
        if user is None:
            raise CommandError(f"There is no staff member {options['name']}.")
        return user

    def described(self, user: User) -> dict[str, Any]:
        return {
            "name": user.get_username(),
            "active": user.is_active,
            "superuser": user.is_superuser,
            "roles": members.roles_of(user),
            "secondFactor": two_factor.has_device(user),
        }
