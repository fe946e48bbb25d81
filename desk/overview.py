"""The admin's first page is the board, for those who may see it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from redis.exceptions import RedisError

from desk import charts
from desk.board import building
from desk.doors import BOARD
from desk.kill.switches import ENGAGE
from desk.models import KillSwitch

admin.site.index_title = "Overview"


def overview(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    if request.user.has_perm(BOARD):
        context["charts"] = charts.drawn()
        context["may_kill"] = request.user.has_perm(ENGAGE)
        try:
            context["board"] = building.latest()
        except RedisError:
            context["board_is_away"] = True
    return context


def emergency(request: HttpRequest) -> list[str] | None:
    """In the head of every page while a kill switch is engaged: short, for it has to fit on a phone."""
    if not (request.user.is_authenticated and request.user.is_staff):
        return None
    engaged = list(KillSwitch.objects.filter(lifted_at=None))
    if not engaged:
        return None
    return [f"Killed: {engaged[0].short}" if len(engaged) == 1 else f"{len(engaged)} kill switches", "danger"]
