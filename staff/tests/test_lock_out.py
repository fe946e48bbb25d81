"""After a few failures a name is locked out from where they came: not from elsewhere, and no other name."""

from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from staff.models import AuditEntry
from staff.tests.people import PASSWORD, SignedIn, code_of, device_of, member

LOGIN, SECOND = "/admin/login/", "/admin/two-factor/"
LIMIT = configured.AXES_FAILURE_LIMIT


def at(address: str, **headers: str) -> Client:
    return Client(REMOTE_ADDR=address, headers=headers)


def attempt(client: Client, name: str, password: str = "wrong") -> int:
    return int(client.post(LOGIN, {"username": name, "password": password}).status_code)


@pytest.fixture
def locked(db: None) -> str:
    name = member("risk").username
    client = at("203.0.113.5")
    assert [attempt(client, name) for _ in range(LIMIT)] == [200] * (LIMIT - 1) + [429]
    return name


def test_locked_out_with_the_right_password_too(locked: str) -> None:
    answer = at("203.0.113.5").post(LOGIN, {"username": locked, "password": PASSWORD})
    assert answer.status_code == 429
    assert "Too many failed attempts" in answer.content.decode()


def test_not_from_elsewhere_and_not_another(locked: str) -> None:
    assert attempt(at("203.0.113.6"), locked, PASSWORD) == 302
    assert attempt(at("203.0.113.5"), member("finance").username, PASSWORD) == 302


def test_it_is_recorded(locked: str) -> None:
    entries = AuditEntry.objects.filter(subject="risk", address="203.0.113.5")
    assert entries.filter(action="fail_sign_in").count() == LIMIT
    assert entries.filter(action="lock_out").exists()


def test_the_address_is_whom_a_trusted_proxy_names(db: None, settings: Any) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    name = member("risk").username
    for _ in range(LIMIT):
        attempt(at("10.0.0.1", **{"X-Forwarded-For": "203.0.113.5"}), name)
    assert attempt(at("10.0.0.1", **{"X-Forwarded-For": "203.0.113.5"}), name, PASSWORD) == 429
    assert attempt(at("10.0.0.1", **{"X-Forwarded-For": "203.0.113.6"}), name, PASSWORD) == 302
    # From anybody else the header is nobody's word.
    assert attempt(at("203.0.113.9", **{"X-Forwarded-For": "203.0.113.5"}), name, PASSWORD) == 302


def test_wrong_codes_lock_out_as_well(db: None) -> None:
    user = member("risk")
    device = device_of(user)
    client = at("203.0.113.5")
    assert attempt(client, user.username, PASSWORD) == 302
    statuses = [client.post(SECOND, {"code": "000000"}).status_code for _ in range(LIMIT)]
    assert statuses == [200] * (LIMIT - 1) + [429]
    assert client.post(SECOND, {"code": code_of(device)}).status_code == 429
    assert client.get("/admin/").status_code == 302


def test_a_whole_sign_in_forgets_the_failures(db: None) -> None:
    user = member("risk")
    device = device_of(user)
    for _ in range(3):
        client = at("203.0.113.5")
        assert [attempt(client, user.username) for _ in range(LIMIT - 1)] == [200] * (LIMIT - 1)
        attempt(client, user.username, PASSWORD)
        assert client.post(SECOND, {"code": code_of(device)}).status_code == 302


def test_an_administrator_ends_it(locked: str, signed_in: SignedIn) -> None:
    page = reverse("admin:auth_user_unlock", args=[member("risk").pk])
    assert (
        "may sign in again" in signed_in("administrator").post(page, {"reason": "Called"}, follow=True).content.decode()
    )
    assert attempt(at("203.0.113.5"), locked, PASSWORD) == 302


@pytest.mark.parametrize("password", ["short1!", "password1234", "123456789012", "elevenchar1"])
def test_passwords_that_are_not_taken(db: None, signed_in: SignedIn, password: str) -> None:
    form = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    answer = signed_in("viewer").post("/admin/password_change/", form)
    assert answer.status_code == 200
    assert answer.context["form"].errors
