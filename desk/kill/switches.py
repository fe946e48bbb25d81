"""Engaging, finishing and lifting kill switches. One holds from its row's commit on, whatever comes of the rest."""

from typing import Any, Final

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.firms import TransitionRefused
from accounts.refusals import Refusal
from desk.kill import targets
from desk.kill.refusals import KillRefused, KillUnfinished, NotEngaged, NotPermitted, SecondPersonNeeded
from desk.kill.targets import Target
from desk.models import KillSwitch
from staff import audit

Kind = KillSwitch.Kind
ENGAGE: Final = "desk.engage_killswitch"
LIFT: Final = "desk.lift_killswitch"
FAILURES: Final = (KillRefused, Refusal, TransitionRefused)


def engage(target: Target, by: User, reason: str, request: HttpRequest | None = None) -> KillSwitch:
    """The doors are closed and what rests is cancelled when this returns. Where a switch of that subject is engaged
    already, it is finished. Raises `KillUnfinished`: then it holds, and is repeated until the engines confirm it."""
    require(by, ENGAGE)
    switch = engaged(target) or _engaged_anew(target, by, reason, request)
    try:
        carry_out(switch, request)
    except KillUnfinished as unfinished:
        _record(request, "fail_kill_switch", switch, by, reason=str(unfinished))
        raise
    return switch


def engaged(target: Target) -> KillSwitch | None:
    return KillSwitch.objects.filter(lifted_at=None, kind=target.kind, subject_id=target.number).first()


def _engaged_anew(target: Target, by: User, reason: str, request: HttpRequest | None) -> KillSwitch:
    before = target.before()
    draft = KillSwitch(
        kind=target.kind,
        subject_id=target.number,
        subject=target.name,
        before=before,
        reason=reason,
        engaged_by=by,
    )
    try:
        with transaction.atomic():
            draft.save(force_insert=True)
            _record(request, "engage_kill_switch", draft, by, reason=reason, before=before)
    except IntegrityError:  # somebody else was a moment earlier
        return KillSwitch.objects.get(lifted_at=None, kind=target.kind, subject_id=target.number)
    return draft


def carry_out(switch: KillSwitch, request: HttpRequest | None = None) -> None:
    """May be done again. If the switch is lifted meanwhile, what was closed after that is given free again."""
    target = target_of(switch)
    try:
        cancelled = target.close()
    except FAILURES as failure:
        raise KillUnfinished(
            f"{switch} is engaged and holds, but the matcher did not confirm that what rests is cancelled. "
            f"It is repeated each second until it does. ({failure})"
        ) from failure
    switch.confirmed_at, switch.cancelled = timezone.now(), switch.cancelled + cancelled
    with transaction.atomic():
        still = KillSwitch.objects.filter(pk=switch.pk, lifted_at=None)
        if not still.update(confirmed_at=switch.confirmed_at, cancelled=switch.cancelled):
            target.release(switch.before)
            return
        _record(request, "confirm_kill_switch", switch, switch.engaged_by, after={"cancelled": switch.cancelled})


def lift(switch: KillSwitch, by: User, reason: str, request: HttpRequest | None = None) -> KillSwitch:
    """What was before is so again; what was cancelled stays cancelled. Where an engine does not answer the switch stays
    engaged, and is carried out again, for some of it may have been given free."""
    require(by, LIFT)
    try:
        return _lifted(switch.pk, by, reason, request)
    except (SecondPersonNeeded, NotEngaged):
        raise
    except FAILURES as failure:
        KillSwitch.objects.filter(pk=switch.pk, lifted_at=None).update(confirmed_at=None)
        _record(request, "fail_lifting_kill_switch", switch, by, reason=str(failure))
        raise


@transaction.atomic
def _lifted(number: int, by: User, reason: str, request: HttpRequest | None) -> KillSwitch:
    switch = KillSwitch.objects.select_for_update().get(pk=number)
    if switch.lifted_at is not None:
        raise NotEngaged
    if switch.engaged_by_id == by.pk:
        raise SecondPersonNeeded
    switch.lifted_at, switch.lifted_by, switch.lift_reason = timezone.now(), by, reason
    switch.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    _record(request, "lift_kill_switch", switch, by, reason=reason, after=switch.before)
    target_of(switch).release(switch.before)
    return switch


def target_of(switch: KillSwitch) -> Target:
    target = targets.find(switch.kind, switch.subject_id)
    assert target is not None, "what a switch stops is never deleted"
    return target


def holder(kind: str, number: int) -> str:
    """The engaged switch that holds a firm, an account or a market, in words."""
    held = Q(kind=kind, subject_id=number)
    if kind == Kind.MARKET:
        held |= Q(kind=Kind.VENUE)
    found = KillSwitch.objects.filter(held, lifted_at=None).first()
    return str(found) if found else ""


def require(person: User, permission: str) -> None:
    """Whoever calls: a page, a command or a test."""
    if not (person.is_active and person.is_staff and person.has_perm(permission)):
        raise NotPermitted(f"{person} may not do this: it needs {permission}.")


def _record(
    request: HttpRequest | None, action: str, switch: KillSwitch, by: User, *, reason: str = "", **states: Any
) -> None:
    after = {"switch": switch.pk, "by": by.get_username(), **states.pop("after", {})}
    subject = target_of(switch).subject or switch
    audit.record(request, action, subject, reason=reason, after=after, **states)
