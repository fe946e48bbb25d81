"""The board by itself: the fragment with which the first page renews itself, the same as JSON, and the charts."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from desk import charts
from desk.board import building
from desk.board.shared import shared
from desk.doors import BOARD, needs
from venue import markets


@needs(BOARD)
def fragment(request: HttpRequest) -> HttpResponse:
    """Written once for all who look: nothing on it depends on who that is."""
    return HttpResponse(shared("board-page", building.FRESH_MS // 2, written))


def written() -> bytes:
    return render_to_string("desk/board.html", {"board": building.latest()}).encode()


@needs(BOARD)
def as_json(request: HttpRequest) -> HttpResponse:
    return HttpResponse(building.raw(), content_type="application/json")


@needs(BOARD)
def chart_data(request: HttpRequest) -> HttpResponse:
    terms = markets.by_symbol(request.GET.get("market", ""))
    return JsonResponse({"charts": charts.drawn(terms.number if terms else None)})
