"""The desk's first page: every market at a glance."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from venue.admin import figures
from venue.admin.markets import STATUS_COLOURS, MarketAdmin
from venue.models import Market

admin.site.index_title = "Overview"


def overview(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    if request.user.has_perm("venue.view_market"):
        context["markets"] = [glance(market) for market in Market.objects.all()]
    return context


def glance(market: Market) -> dict[str, Any]:
    desk = MarketAdmin(Market, admin.site)
    state = desk.state(market)
    return {
        "symbol": market.symbol,
        "address": reverse("admin:venue_market_change", args=[market.pk]),
        "status": figures.label(state, STATUS_COLOURS[state]),
        "bid": desk.best_bid(market),
        "ask": desk.best_ask(market),
        "spread": desk.spread(market),
        "last": desk.last(market),
        "reference": desk.reference(market),
    }
