"""Asking for a permission where the admin asks by a method."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest


def needs(permission: str) -> Callable[..., bool]:
    """`has_operate_permission = needs("venue.operate_market")`, for actions with `permissions=["operate"]`. A dotted
    name there would have the theme's check read the database, which is not there when the program is checked."""

    def has_permission(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(permission))

    return has_permission
