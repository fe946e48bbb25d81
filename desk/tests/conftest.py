"""Staff of the desk: one who engages kill switches, a second one who lifts them, and one who only looks."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from desk.kill import switches
from desk.models import KillSwitch
from venue.tests.admin.conftest import desk, silent, viewer  # noqa: F401 - fixtures
from venue.tests.cast import MatcherProcess


def officer(name: str, *permissions: str) -> User:
    """A member of staff with these permissions, as app.codename."""
    staff, _ = User.objects.get_or_create(username=name, defaults={"is_staff": True})
    pairs = [permission.split(".") for permission in permissions]
    found = [Permission.objects.get(content_type__app_label=app, codename=name) for app, name in pairs]
    staff.user_permissions.set(found)
    return User.objects.get(pk=staff.pk)


KILLER = ("desk.view_board", "desk.engage_killswitch", "desk.lift_killswitch", "desk.view_killswitch")


@pytest.fixture
def first(running_matcher: MatcherProcess) -> Any:
    return officer("first", *KILLER)


@pytest.fixture
def second(running_matcher: MatcherProcess) -> Any:
    return officer("second", *KILLER)


@pytest.fixture
def venue_lifted(running_matcher: MatcherProcess) -> Iterator[None]:
    """The tests' rows stay, so a switch of the whole venue must not."""
    yield
    closer = User.objects.get_or_create(username="closer", is_staff=True, is_superuser=True)[0]
    for switch in KillSwitch.objects.filter(lifted_at=None, kind=KillSwitch.Kind.VENUE):
        switches.lift(switch, closer, "The test is over.")
