"""The shard of a test's own clock, for days of trading in milliseconds."""

from venue.tests.matcher.conftest import shard

__all__ = ["shard"]
