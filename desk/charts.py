"""The desk's charts, from the recorded minutes: presence, spread, volume and rebates, a line for each market."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.utils import timezone

from desk.models import MarketMinute
from venue import markets
from venue.markets import Terms

SHOWN: Final = timedelta(hours=1)
# Told apart in either theme and by those who see few colours; the first is the theme's own.
COLOURS: Final = ("#0284c7", "#d97706", "#7c3aed", "#059669", "#db2777", "#64748b")


def presence(row: MarketMinute, terms: Terms) -> float | None:
    return 100 * row.two_sided / row.looks if row.looks else None


def spread(row: MarketMinute, terms: Terms) -> float | None:
    return row.spread / row.two_sided / 100 if row.two_sided else None


def volume(row: MarketMinute, terms: Terms) -> float | None:
    return float(terms.notional(int(row.value)))


def rebates(row: MarketMinute, terms: Terms) -> float | None:
    """What makers were paid; a fee that makers paid is negative here."""
    return -float(terms.fee(int(row.maker_fees)))


# Without functions, so that the page holds them as JSON; the theme adds its colours to the grids.
OPTIONS: Final[dict[str, Any]] = {
    "animation": False,
    "responsive": True,
    "maintainAspectRatio": False,
    "interaction": {"mode": "index", "intersect": False},
    "elements": {"point": {"radius": 0, "hitRadius": 8}, "line": {"borderWidth": 1.5}},
    "plugins": {"legend": {"display": False}},
    "scales": {
        "x": {
            "ticks": {"color": "#9ca3af", "maxTicksLimit": 7, "maxRotation": 0},
            "grid": {"display": False},
            "border": {"display": False},
        },
        "y": {
            "ticks": {"color": "#9ca3af", "maxTicksLimit": 5, "format": {"maximumFractionDigits": 2}},
            "grid": {"lineWidth": 0.5},
            "border": {"display": False},
        },
    },
}


def options_with(**axis: Any) -> str:
    scales: dict[str, Any] = OPTIONS["scales"]
    return json.dumps({**OPTIONS, "scales": {**scales, "y": {**scales["y"], **axis}}})


class Chart(NamedTuple):
    name: str
    title: str
    unit: str
    figure: Callable[[MarketMinute, Terms], float | None]
    options: str = options_with()


CHARTS: Final = (
    Chart("presence", "Presence", "% of looks with both sides quoted", presence, options_with(min=0, max=100)),
    Chart("spread", "Spread", "basis points, average of the minute", spread),
    Chart("volume", "Volume", "quote currency a minute", volume, options_with(min=0)),
    Chart("rebates", "Rebates", "quote currency a minute; fees of makers are negative", rebates),
)


def drawn(number: int | None = None) -> list[dict[str, Any]]:
    """Of one market or of all, as the theme's chart component takes them."""
    since = timezone.now().replace(second=0, microsecond=0) - SHOWN
    found = MarketMinute.objects.filter(minute__gte=since).order_by("minute")
    rows = list(found.filter(market_id=number) if number is not None else found)
    minutes = sorted({row.minute for row in rows})
    labels = [f"{minute:%H:%M}" for minute in minutes]
    return [described(chart, {"labels": labels, "datasets": lines(chart, rows, minutes)}) for chart in CHARTS]


def described(chart: Chart, data: dict[str, Any]) -> dict[str, Any]:
    """`json` is for the first drawing, `data` for the later ones."""
    return {
        "name": chart.name,
        "title": chart.title,
        "unit": chart.unit,
        "data": data,
        "json": json.dumps(data),
        "options": chart.options,
    }


def lines(chart: Chart, rows: list[MarketMinute], minutes: list[datetime]) -> list[dict[str, Any]]:
    numbers = sorted({row.market_id for row in rows})
    return [
        {
            "label": markets.existing(number).symbol,
            "data": series(chart, [row for row in rows if row.market_id == number], minutes),
            "borderColor": COLOURS[place % len(COLOURS)],
        }
        for place, number in enumerate(numbers)
    ]


def series(chart: Chart, rows: list[MarketMinute], minutes: list[datetime]) -> list[float | None]:
    found = {row.minute: chart.figure(row, markets.existing(row.market_id)) for row in rows}
    figures = (found.get(minute) for minute in minutes)
    return [round(figure, 4) if figure is not None else None for figure in figures]
