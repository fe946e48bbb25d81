"""How far quote obligations were met, from whatever the settings name.

INCENTIVES_COMPLIANCE is the dotted path of a function (account, market, day) -> Fraction | None: row id, market number,
UTC date; the part of the day's obligation that was met, None where there was none.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.conf import settings
from django.utils.module_loading import import_string

Compliance = Callable[[int, int, date], Fraction | None]
_PLACES: Final = 6  # of a percentage, rounded down: what is not met is not met


def percent(accounts: Iterable[int], markets: Iterable[int], since: datetime, until: datetime) -> Decimal | None:
    """The mean over all obligations of the whole UTC days between; None where there was none or nobody knows."""
    if not settings.INCENTIVES_COMPLIANCE:
        return None
    ask: Any = import_string(settings.INCENTIVES_COMPLIANCE)
    days, markets = list(whole_days(since, until)), list(markets)
    asked = (ask(account, market, day) for account in accounts for market in markets for day in days)
    known = [part for part in asked if part is not None]
    if not known:
        return None
    scaled = sum(known, Fraction(0)) / len(known) * 100 * 10**_PLACES
    return Decimal(scaled.numerator // scaled.denominator).scaleb(-_PLACES)


def whole_days(since: datetime, until: datetime) -> Iterable[date]:
    start = since.astimezone(UTC)
    day = start.date() if start.time() == datetime.min.time() else start.date() + timedelta(days=1)
    while datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC) <= until:
        yield day
        day += timedelta(days=1)
