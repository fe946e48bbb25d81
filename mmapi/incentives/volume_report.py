"""Volumes, fees and tiers of every firm over a span of days, as a page and as CSV."""

import csv
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import Firm
from mmapi.incentives import cuts, volumes
from mmapi.incentives.models import Assignment, HourTotal
from mmapi.incentives.statements import plain
from venue.admin import figures

PERMISSION: Final = "mmapi.view_volume_report"
_SUMMED: Final = ("fills", "maker_volume", "taker_volume", "fees", "rebates")


class Line(NamedTuple):
    """One firm in one currency. The share is of all maker volume in the currency, in percent."""

    firm: str
    tiers: str
    currency: str
    fills: int
    maker_volume: Decimal
    taker_volume: Decimal
    fees: Decimal
    rebates: Decimal
    net: Decimal
    maker_share: Decimal


class _Row(NamedTuple):
    firm: int
    currency: str
    fills: int
    maker_volume: Decimal
    taker_volume: Decimal
    fees: Decimal
    rebates: Decimal


def page(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    today = timezone.now().date()
    since = day_of(request.GET.get("since")) or today - timedelta(days=29)
    until = day_of(request.GET.get("until")) or today
    lines = list(report(since, until))
    if request.GET.get("format") == "csv":
        return as_csv(lines, since, until)
    context = {**admin.site.each_context(request), "title": "Volumes by firm", "since": since, "until": until}
    return TemplateResponse(request, "mmapi/volume_report.html", {**context, "lines": [shown(one) for one in lines]})


def day_of(text: str | None) -> date | None:
    """A date as it is written; anything else is none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def report(since: date, until: date) -> Iterable[Line]:
    """Both days included; most maker volume first."""
    first, last = (datetime.combine(day, datetime.min.time(), UTC) for day in (since, until))
    found = HourTotal.objects.filter(hour__gte=volumes.hour_of(first), hour__lt=volumes.hour_of(last + cuts.DAY))
    sums = found.values("firm", "currency").annotate(*map(Sum, _SUMMED))
    rows = [_Row(*row) for row in sums.values_list("firm", "currency", *[f"{name}__sum" for name in _SUMMED])]
    made: dict[str, Decimal] = {}
    for row in rows:
        made[row.currency] = made.get(row.currency, Decimal(0)) + row.maker_volume
    codes, tiers = dict(Firm.objects.values_list("pk", "code")), tiers_of(timezone.now())
    for row in sorted(rows, key=lambda row: (row.currency, -row.maker_volume, row.firm)):
        whole = made[row.currency]
        yield Line(
            codes.get(row.firm, str(row.firm)),
            ", ".join(sorted(tiers.get(row.firm, set()))),
            *row[1:],
            net=row.fees - row.rebates,
            maker_share=(100 * row.maker_volume / whole).quantize(Decimal("0.1")) if whole else Decimal(0),
        )


def tiers_of(now: datetime) -> dict[int, set[str]]:
    """The tiers that each firm and its accounts have now."""
    found: dict[int, set[str]] = {}
    held = Assignment.objects.filter(effective_from__lte=now, effective_from__gt=now - cuts.DAY).exclude(tier="")
    for firm, tier in held.values_list("membership__firm", "tier"):
        found.setdefault(firm, set()).add(tier)
    return found


def shown(line: Line) -> dict[str, Any]:
    return {
        name: figures.plain(value) if isinstance(value, Decimal) else value for name, value in line._asdict().items()
    }


def as_csv(lines: Iterable[Line], since: date, until: date) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="volumes-{since}-{until}.csv"'
    writer = csv.writer(response)
    writer.writerow(Line._fields)
    for line in lines:
        writer.writerow([plain(value) if isinstance(value, Decimal) else value for value in line])
    return response
