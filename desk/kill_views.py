"""Engaging a kill switch by typing a name, and the page of one, where a second person lifts it."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from desk.doors import BOARD, needs, page
from desk.kill import switches, targets
from desk.kill.forms import EngageForm, LiftForm
from desk.kill.preview import preview
from desk.kill.refusals import KillUnfinished
from desk.kill.targets import Target
from desk.models import KillSwitch


@needs(switches.ENGAGE)
def engage(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    target = targets.find(kind, number)
    if target is None:
        raise Http404
    form = EngageForm(target, request.POST if request.method == "POST" else None)
    if form.is_valid() and (switch := engaged(request, target, form)):
        return redirect("desk:switch", switch.pk)
    standing = switches.engaged(target)
    return page(
        request,
        "desk/kill.html",
        title=f"Kill switch: {target.kind.label.lower()} {target.name}".removesuffix(" VENUE"),
        target=target,
        form=form,
        preview=preview(target),
        standing=standing,
        back=back_to(target),
    )


def engaged(request: HttpRequest, target: Target, form: EngageForm) -> KillSwitch | None:
    try:
        switch = switches.engage(target, cast("User", request.user), form.why(), request)
    except KillUnfinished as unfinished:
        messages.error(request, str(unfinished))
        return switches.engaged(target)
    except switches.FAILURES as failure:
        form.add_error(None, str(failure))
        return None
    messages.success(request, f"{switch} is engaged: {switch.cancelled:,} orders and quotes cancelled.")
    return switch


@needs(BOARD)
def show(request: HttpRequest, number: int) -> HttpResponse:
    """And lift, for those who may."""
    switch = get_object_or_404(KillSwitch.objects.select_related("engaged_by", "lifted_by"), pk=number)
    form = LiftForm(switches.target_of(switch), request.POST if request.method == "POST" else None)
    if request.method == "POST" and lifted(request, switch, form):
        return redirect("desk:switch", switch.pk)
    return page(
        request,
        "desk/switch.html",
        title=str(switch),
        switch=switch,
        form=form,
        may_lift=switch.lifted_at is None and request.user.has_perm(switches.LIFT),
        is_first=switch.engaged_by_id == request.user.pk,
        back=back_to(switches.target_of(switch)),
    )


def lifted(request: HttpRequest, switch: KillSwitch, form: LiftForm) -> bool:
    if not form.is_valid():
        return False
    try:
        switches.lift(switch, cast("User", request.user), form.cleaned_data["reason"], request)
    except switches.FAILURES as failure:
        messages.error(request, str(failure))
        return False
    messages.success(request, f"{switch} is lifted.")
    return True


def back_to(target: Target) -> str:
    subject: Any = target.subject
    if target.kind == KillSwitch.Kind.MARKET:
        return reverse("desk:market", args=[subject.symbol])
    if target.kind == KillSwitch.Kind.FIRM:
        return reverse("desk:firm", args=[subject.code])
    if target.kind == KillSwitch.Kind.ACCOUNT:
        return reverse("desk:firm", args=[subject.firm.code])
    return reverse("desk:firm", args=[subject.account.firm.code]) if subject else reverse("admin:index")
