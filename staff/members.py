"""Staff members: added, given roles, signed out, locked in again. Each of it is recorded."""

from collections.abc import Iterable

from axes.utils import reset as forget_failures
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from staff import audit, sessions
from staff.roles import ROLES


@transaction.atomic
def add(request: HttpRequest | None, name: str, roles: Iterable[str], password: str) -> User:
    """ValidationError says what is wrong with the name, the roles or the password."""
    user = User(username=name, is_staff=True)
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save(force_insert=True)
    user.groups.set(groups_of(roles))
    audit.record(request, "add_staff", user, after={"roles": roles_of(user)})
    return user


def groups_of(roles: Iterable[str]) -> list[Group]:
    wanted = set(roles)
    unknown = wanted - set(ROLES)
    if unknown:
        raise ValidationError(f"There is no role {', '.join(sorted(unknown))}; there are {', '.join(ROLES)}.")
    return list(Group.objects.filter(name__in=wanted))


def roles_of(user: User) -> list[str]:
    return sorted(user.groups.values_list("name", flat=True))


def standing(user: User) -> dict[str, object]:
    """What decides about what a member may do."""
    return {
        "active": user.is_active,
        "staff": user.is_staff,
        "superuser": user.is_superuser,
        "roles": roles_of(user),
        "permissions": sorted(user.user_permissions.values_list("codename", flat=True)),
    }


@transaction.atomic
def set_roles(request: HttpRequest | None, user: User, roles: Iterable[str], reason: str = "") -> None:
    before = standing(user)
    user.groups.set(groups_of(roles))
    note_standing(request, user, before, reason)


def note_standing(request: HttpRequest | None, user: User, before: dict[str, object], reason: str = "") -> None:
    """Whose rights have changed is signed out everywhere, and signs in with the new ones."""
    after = standing(user)
    if after == before:
        return
    sessions.end_all(user, "rights have changed")
    audit.record(request, "change_roles", user, reason=reason, before=before, after=after)


@transaction.atomic
def sign_out_everywhere(request: HttpRequest | None, user: User, reason: str = "") -> int:
    ended = sessions.end_all(user, "signed out everywhere")
    audit.record(request, "sign_out_everywhere", user, reason=reason, after={"sessions": ended})
    return ended


@transaction.atomic
def deactivate(request: HttpRequest | None, user: User, reason: str) -> None:
    before = standing(user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    note_standing(request, user, before, reason)


@transaction.atomic
def unlock(request: HttpRequest | None, user: User, reason: str = "") -> None:
    """Forgets the failures that have locked a user out, whatever the address."""
    forgotten = forget_failures(username=user.get_username())
    audit.record(request, "unlock_staff", user, reason=reason, after={"attempts": forgotten})
