"""Cut times: when within a day a programme's rates change."""

from datetime import UTC, datetime, timedelta
from typing import Final

from mmapi.incentives.models import Programme

DAY: Final = timedelta(days=1)
# Whoever announces later than this would give too little notice: the rates stay until the next cut.
LEAST_NOTICE: Final = timedelta(hours=12)


def latest(programme: Programme, now: datetime) -> datetime:
    """The last cut that is past."""
    now = now.astimezone(UTC)
    cut = datetime.combine(now.date(), programme.cut_at, UTC)
    return cut if cut <= now else cut - DAY


def following(programme: Programme, now: datetime) -> datetime:
    return latest(programme, now) + DAY


def millis(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
