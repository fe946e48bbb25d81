"""A floor whose clock the test sets, and the follower of the one whose clock is real."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import override_settings

from mmapi.obligations import following
from mmapi.tests.obligations.floor import Floor, open_floor
from venue.tests.cast import SHARD, MatcherProcess, environment


@pytest.fixture
def floor(django_db_setup: None, django_db_blocker: Any) -> Iterator[Floor]:
    """The test's changes to the database are committed and stay, in a shard of its own."""
    with (
        django_db_blocker.unblock(),
        override_settings(DATABASE_URL=environment()["DATABASE_URL"]),
        open_floor() as found,
    ):
        yield found


@pytest.fixture
def follow(running_matcher: MatcherProcess) -> Iterator[Callable[[], None]]:
    """Takes in what the running matcher has committed."""
    with override_settings(DATABASE_URL=environment()["DATABASE_URL"]):
        yield lambda: following.catch_up(SHARD)
