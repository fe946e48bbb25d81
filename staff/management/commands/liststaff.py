"""Lists staff: roles, second factor, standing."""

from typing import Any

from django.contrib.auth.models import User

from staff.management.staff_command import StaffCommand


class Command(StaffCommand):
    help = __doc__
    names_one = False

    def answer(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        return [self.described(user) for user in User.objects.filter(is_staff=True).order_by("username")]
