"""Fixtures for every test: a Redis that is empty at the start, and servers that a test may kill."""

from collections.abc import Iterator

import hypothesis
import pytest
import redis
from django.conf import settings

from venue.launch.own_servers import OwnServers

pytest_plugins = ["staff.tests.people", "venue.tests.cast", "venue.tests.browser"]

# How fast the machine is says nothing about the rules: examples may take the time they take.
hypothesis.settings.register_profile("any", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("any")

# Who asks for one of these starts with an empty database, so with an empty Redis too.
CLEAN_SLATE = {"db", "transactional_db", "django_db_reset_sequences", "redis_client"}


@pytest.fixture
def redis_client() -> Iterator[redis.Redis]:
    """This worker's own Redis."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        yield client


@pytest.fixture(autouse=True)
def _empty_redis(request: pytest.FixtureRequest) -> None:
    if CLEAN_SLATE & set(request.fixturenames) or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("redis_client").flushdb()


@pytest.fixture
def own_servers() -> Iterator[OwnServers]:
    """A PostgreSQL and a Redis, durable as in a real run, for this test alone: to be killed, paused and started."""
    servers = OwnServers()
    yield servers
    servers.stop()
