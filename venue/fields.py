"""Model fields for what the matcher writes as integers."""

from datetime import UTC, datetime
from typing import Any

from django.db import models


def from_millis(millis: int) -> datetime:
    """The moment `millis` after the Unix epoch, exactly."""
    return datetime.fromtimestamp(millis // 1000, UTC).replace(microsecond=millis % 1000 * 1000)


def to_millis(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


class MillisField(models.BigIntegerField):
    """A moment, kept as milliseconds since the Unix epoch; 0 and NULL are "never"."""

    def from_db_value(self, value: int | None, *_: Any) -> datetime | None:
        return from_millis(value) if value else None

    def to_python(self, value: Any) -> Any:
        return value if value is None or isinstance(value, datetime) else from_millis(int(value))

    def get_prep_value(self, value: Any) -> Any:
        return to_millis(value) if isinstance(value, datetime) else value
