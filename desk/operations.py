"""Which operations a page of the desk offers: those of the admin that the one who asks may do, and the kill switch."""

from typing import Any, Final, NamedTuple

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from desk.kill.switches import ENGAGE

_HERE: Final = "live"  # the way from the admin's page to the desk's


class Offer(NamedTuple):
    title: str
    link: str
    dangerous: bool


def offers(request: HttpRequest, subject: Model) -> list[Offer]:
    """Each leads to the operation's own page, and from there back to this one."""
    desk: Any = admin.site._registry[type(subject)]
    name = f"admin:{subject._meta.app_label}_{subject._meta.model_name}"
    return [
        Offer(
            title=str(action.description),
            link=f"{reverse(f'{name}_{action.path}', args=[subject.pk])}?next={request.path}",
            dangerous=action.variant is not None and action.variant.value == "danger",
        )
        for action in desk.get_actions_detail(request, subject.pk)
        if action.path != _HERE
    ]


def kill_link(request: HttpRequest, kind: str, number: int) -> str:
    """Empty for those who may not."""
    return reverse("desk:kill", args=[kind, number]) if request.user.has_perm(ENGAGE) else ""
