"""What Django, the lock-out and the second factor tell of signing in and out: written to the record."""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from staff import audit, sessions


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: User, **_: Any) -> None:
    sessions.open_session(request, user)
    audit.record(request, "sign_in", user)


@receiver(user_logged_out)
def signed_out(sender: Any, request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is None:
        return
    session = sessions.of_request(request)
    if session is not None:
        session.end("signed out")
    audit.record(request, "sign_out", user)


@receiver(user_login_failed)
def sign_in_failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    name = str(credentials.get("username", ""))[:150]
    user = User.objects.filter(username=name).first()
    audit.record(request, "fail_sign_in", user, after={"username": name})


@receiver(user_locked_out)
def locked_out(sender: Any, request: HttpRequest, username: str, **_: Any) -> None:
    user = User.objects.filter(username=username).first()
    audit.record(request, "lock_out", user, after={"username": str(username)[:150]})


def locked_out_page(request: HttpRequest, response: HttpResponse | None = None, *_: Any) -> HttpResponse:
    """What the lock-out answers in place of a sign-in."""
    from staff.site import unauthenticated_context  # noqa: PLC0415 - the pages need the apps

    return render(request, "staff/locked_out.html", unauthenticated_context(request, "Locked out"), status=429)
