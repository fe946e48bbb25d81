"""Sessions of staff: they end when nobody does anything, when they are old, and by hand."""

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from staff import addresses
from staff.models import StaffSession

KEY: Final = "staff_session"
_TOUCH_AFTER: Final = timedelta(seconds=30)


def open_session(request: HttpRequest, user: User) -> None:
    row = StaffSession.objects.create(
        user=user,
        address=addresses.of_request(request),
        browser=request.META.get("HTTP_USER_AGENT", "")[:200],
    )
    request.session[KEY] = row.pk


def of_request(request: HttpRequest) -> StaffSession | None:
    return StaffSession.objects.filter(pk=request.session.get(KEY, 0)).first()


def why_ended(session: StaffSession | None) -> str:
    """Empty while it goes on."""
    if session is None:
        return "it is not known"
    if session.ended_at is not None:
        return session.ended_because
    now = timezone.now()
    if now - session.signed_in_at > timedelta(minutes=settings.STAFF_SESSION_MINUTES):
        return f"it is {settings.STAFF_SESSION_MINUTES} minutes old"
    if now - session.seen_at > timedelta(minutes=settings.STAFF_IDLE_MINUTES):
        return f"nothing was done for {settings.STAFF_IDLE_MINUTES} minutes"
    return ""


def touch(session: StaffSession, request: HttpRequest) -> None:
    """A page that renews itself is nobody's doing."""
    if "HX-Request" in request.headers or timezone.now() - session.seen_at < _TOUCH_AFTER:
        return
    StaffSession.objects.filter(pk=session.pk).update(seen_at=timezone.now())


def end_all(user: User, because: str) -> int:
    """Signs a user out everywhere; says how many sessions ended."""
    open_ones = StaffSession.objects.filter(user=user, ended_at=None)
    return open_ones.update(ended_at=timezone.now(), ended_because=because)
