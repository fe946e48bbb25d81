"""Volumes, fees and rebates of accounts over spans of hours, from the totals that the ledger keeps."""

from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from django.db.models import QuerySet, Sum

from mmapi.incentives.models import HourTotal, Programme
from venue.models import Market

_SUMMED: Final = ("fills", "maker_volume", "taker_volume", "fees", "rebates")
_SUMS: Final = tuple(f"{name}__sum" for name in _SUMMED)


class Span(NamedTuple):
    """Whole hours, the first included and the last not."""

    since: datetime
    until: datetime


class Total(NamedTuple):
    """Of one currency."""

    currency: str
    fills: int
    maker_volume: Decimal
    taker_volume: Decimal
    fees: Decimal
    rebates: Decimal

    @property
    def net(self) -> Decimal:
        """What is owed; negative: granted."""
        return self.fees - self.rebates


def hour_of(moment: datetime) -> int:
    return int(moment.timestamp()) // 3600


def month_of(now: datetime) -> Span:
    """The UTC month."""
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    after = first.replace(year=first.year + 1, month=1) if first.month == 12 else first.replace(month=first.month + 1)
    return Span(first, after)


def markets_of(programme: Programme) -> list[int]:
    """By number. Those that count for the programme, and that its rates hold in."""
    found = Market.objects.filter(quote_currency=programme.quote_currency)
    if programme.markets:
        found = found.filter(number__in=programme.markets)
    return list(found.order_by("number").values_list("number", flat=True))


def totals(accounts: Collection[int], span: Span) -> list[Total]:
    """One for each currency, in the order of their names."""
    found = _within(accounts, span).values("currency").order_by("currency").annotate(*map(Sum, _SUMMED))
    return [Total(*row) for row in found.values_list("currency", *_SUMS)]


def by_market(accounts: Collection[int], span: Span, markets: Collection[int]) -> dict[int, Total]:
    """Of each market in which something was traded."""
    found = _within(accounts, span, markets).values("market", "currency").annotate(*map(Sum, _SUMMED))
    return {market: Total(*row) for market, *row in found.values_list("market", "currency", *_SUMS)}


def maker_volume(accounts: Collection[int], markets: Collection[int], span: Span) -> Decimal:
    return sum(by_hour(accounts, markets, span).values(), Decimal(0))


def by_hour(accounts: Collection[int], markets: Collection[int], span: Span) -> dict[int, Decimal]:
    """Maker volume of each hour in which there was any."""
    found = _within(accounts, span, markets).values("hour").annotate(volume=Sum("maker_volume"))
    return dict(found.values_list("hour", "volume"))


def _within(accounts: Collection[int], span: Span, markets: Collection[int] | None = None) -> QuerySet[HourTotal]:
    found = HourTotal.objects.filter(
        account__in=accounts, hour__gte=hour_of(span.since), hour__lt=-(-span.until.timestamp() // 3600)
    )
    return found if markets is None else found.filter(market__in=markets)
