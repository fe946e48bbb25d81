"""Ends a staff member's lock-out after failed sign-ins."""

from typing import Any

from staff import members
from staff.management.staff_command import StaffCommand


class Command(StaffCommand):
    help = __doc__

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        user = self.member(options)
        members.unlock(None, user)
        return self.described(user)
