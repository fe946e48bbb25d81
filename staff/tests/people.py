"""Staff in tests, as a pytest plugin: `signed_in("risk")` is the browser of one who has that role and has passed the
second factor; `signed_in.cookie("risk")` is its session, for a real browser (`browse_as`)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from staff.roles import ROLES

PASSWORD = "correct horse battery"


def member(role: str) -> User:
    """Of that role and no other, or "superuser". Named after it; made where it is missing."""
    name = role.replace(" ", "-")
    user = User.objects.filter(username=name).first() or User.objects.create_user(name, password=PASSWORD)
    user.is_staff, user.is_active, user.is_superuser = True, True, role == "superuser"
    user.save()
    user.groups.set([Group.objects.get_or_create(name=role)[0]] if role in ROLES else [])
    return user


def device_of(user: User) -> TOTPDevice:
    """Its authenticator app."""
    return TOTPDevice.objects.get_or_create(user=user, confirmed=True, defaults={"name": "authenticator"})[0]


def code_of(device: TOTPDevice) -> str:
    """What the app shows now. It is good once; so that tests need not wait, it is good again."""
    TOTPDevice.objects.filter(pk=device.pk).update(last_t=-1, throttling_failure_count=0)
    return f"{totp(device.bin_key):06d}"


class SignedIn:
    """Browsers of staff by their roles."""

    def __call__(self, role: str, **options: Any) -> Client:
        client = Client(**options)
        client.force_login(member(role))
        return client

    def cookie(self, role: str) -> tuple[str, str]:
        """Name and value of the session's cookie."""
        return settings.SESSION_COOKIE_NAME, self(role).cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def signed_in() -> SignedIn:
    return SignedIn()


@pytest.fixture(autouse=True)
def _forced_past_the_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom a test signs in by force has passed the second factor, too; who signs in by the pages has to."""
    force_login: Callable[..., None] = Client.force_login

    def forced(client: Client, user: User, backend: str | None = None) -> None:
        force_login(client, user, backend)
        session = client.session
        session[DEVICE_ID_SESSION_KEY] = device_of(user).persistent_id
        session.save()

    monkeypatch.setattr(Client, "force_login", forced)


def let_tests_truncate() -> None:
    """Between tests tables are emptied, which the audit trail refuses outside of tests."""
    with connection.cursor() as cursor:
        for table in ("staff_auditentry", "staff_auditseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER staff_no_truncate")


@pytest.fixture
def no_truncate(transactional_db: None) -> Iterator[None]:
    """As outside of tests."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE staff_auditentry ENABLE TRIGGER staff_no_truncate")
    yield
    let_tests_truncate()
