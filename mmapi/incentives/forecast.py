"""When a volume will be reached if a member goes on as in the last days: the window moves, so old volume leaves it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Context, Decimal
from typing import Final, NamedTuple

from mmapi.incentives import cuts, volumes
from mmapi.incentives.models import Programme
from mmapi.incentives.volumes import Span

PACE_DAYS: Final = 7
_DAY_SECONDS: Final = 86_400
_ROUGHLY: Final = Context(prec=20)


class Outlook(NamedTuple):
    """Whose maker volume, in which markets, seen from when."""

    programme: Programme
    accounts: Collection[int]
    markets: Collection[int]
    now: datetime


def reaches(outlook: Outlook, volume: Decimal) -> tuple[Decimal, datetime | None]:
    """The volume of a day at present, the mean of the last seven, and the first cut whose window will hold enough."""
    programme, now = outlook.programme, outlook.now
    cut = cuts.following(programme, now)
    since = min(cut - programme.window, now - timedelta(days=PACE_DAYS))
    hours = volumes.by_hour(outlook.accounts, outlook.markets, Span(since, cut))
    recent = volumes.hour_of(now - timedelta(days=PACE_DAYS))
    pace = _ROUGHLY.divide(sum((one for hour, one in hours.items() if hour > recent), Decimal(0)), PACE_DAYS)
    for _ in range(programme.window_days + 1):
        first = volumes.hour_of(cut - programme.window)
        known = sum((one for hour, one in hours.items() if hour >= first), Decimal(0))
        ahead = min(cut - now, programme.window)
        if known + pace * Decimal(ahead.total_seconds()) / _DAY_SECONDS >= volume:
            return _written(pace), cut
        cut += cuts.DAY
    return _written(pace), None


def _written(pace: Decimal) -> Decimal:
    """A forecast is told to the cent."""
    return pace.quantize(Decimal("0.01"))
