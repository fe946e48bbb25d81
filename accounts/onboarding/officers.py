"""Who takes a step: a signed-in member of staff with the permission for it."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def officer(request: HttpRequest, permission: str) -> User:
    user = request.user
    if not isinstance(user, User) or not user.has_perm(f"accounts.{permission}"):
        raise PermissionDenied
    return user
