"""The second factor: a time-based code of an authenticator app, or a recovery code."""

import base64
from io import BytesIO
from typing import Final

import django_otp
import segno
from axes.handlers.proxy import AxesProxyHandler
from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from staff import addresses, audit

RECOVERY_CODES: Final = 10
DEVICE: Final = "authenticator"
RECOVERY: Final = "recovery codes"


class MayNot(Exception):
    """Why this second factor may not be changed so."""


def is_passed(request: HttpRequest) -> bool:
    """Whether the one who asks has shown a second factor, or needs none here."""
    return not settings.TWO_FACTOR_REQUIRED or bool(request.user.is_verified())  # type: ignore[union-attr]


def has_device(user: User) -> bool:
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def pending_device(request: HttpRequest) -> TOTPDevice:
    """The one that is being enrolled; the same until its first code is right."""
    user = _user(request)
    with audit.acting(request), transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
        return device or TOTPDevice.objects.create(user=user, name=DEVICE, confirmed=False)


def picture_of(device: TOTPDevice) -> SafeString:
    """The QR code as SVG, drawn here: its secret goes nowhere else."""
    drawing = BytesIO()
    segno.make(device.config_url, error="m").save(drawing, kind="svg", scale=4, border=4, xmldecl=False, light="#fff")
    return mark_safe(drawing.getvalue().decode())  # noqa: S308 - drawn by segno from our own text


def secret_of(device: TOTPDevice) -> str:
    """For typing, in groups of four."""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


@transaction.atomic
def enrol(request: HttpRequest, code: str) -> list[str] | None:
    """The recovery codes if the code is right; the device counts from then on."""
    user = _user(request)
    if has_device(user):
        raise MayNot("A second factor is enrolled already.")
    device = pending_device(request)
    if not device.verify_token(code):
        return None
    device.confirmed = True
    device.save(update_fields=["confirmed"])
    audit.record(request, "enrol_two_factor", user)
    _let_in(request, device)
    return draw_recovery_codes(request)


@transaction.atomic
def check(request: HttpRequest, code: str) -> bool:
    """A wrong code counts towards the lock-out like a wrong password."""
    user = _user(request)
    device = django_otp.match_token(user, code)
    if device is None:
        user_login_failed.send(sender=__name__, credentials={"username": user.get_username()}, request=request)
        return False
    used_up = isinstance(device, StaticDevice)
    audit.record(request, "pass_two_factor", user, after={"by": RECOVERY if used_up else DEVICE})
    _let_in(request, device)
    return True


def may_try(request: HttpRequest) -> bool:
    return bool(AxesProxyHandler.is_allowed(request, {"username": _user(request).get_username()}))


def _let_in(request: HttpRequest, device: django_otp.models.Device) -> None:
    django_otp.login(request, device)
    request.session.cycle_key()
    forget_failures(username=_user(request).get_username(), ip=addresses.of_request(request))


@transaction.atomic
def draw_recovery_codes(request: HttpRequest) -> list[str]:
    """New ones, shown this once; older ones are void."""
    user = _user(request)
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=RECOVERY)
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    audit.record(request, "draw_recovery_codes", user)
    return codes


@transaction.atomic
def reset(request: HttpRequest | None, user: User, reason: str) -> None:
    """Forgets another's second factor: at the next sign-in a new one is enrolled. Nobody resets their own."""
    if request is not None and _user(request).pk == user.pk:
        raise MayNot("Nobody resets their own second factor; ask another administrator.")
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()
    audit.record(request, "reset_two_factor", user, reason=reason)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
