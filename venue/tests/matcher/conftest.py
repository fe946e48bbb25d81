"""A shard of the test database, with the cast's firms and accounts, for matchers of a test's own."""

from collections.abc import Iterator

import pytest
import redis
from django.db import connection
from django.test import override_settings
from psycopg.conninfo import make_conninfo

from venue.tests.matcher.shard import Shard, seat_the_cast


@pytest.fixture
def shard(transactional_db: None, redis_client: redis.Redis) -> Iterator[Shard]:
    """The matcher connects by itself, so it must be told of the test database."""
    url = make_conninfo(**{name: value for name, value in _address().items() if value})
    with override_settings(DATABASE_URL=url):
        seat_the_cast()
        found = Shard(redis_client)
        yield found
        found.close()


def _address() -> dict[str, str]:
    found = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {ours: str(found[theirs]) for ours, theirs in names.items()}
