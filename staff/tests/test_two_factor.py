"""Nobody is in by password alone: an authenticator app is set up at the first sign-in and asked for ever after."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from staff.models import AuditEntry
from staff.tests.people import PASSWORD, SignedIn, code_of, device_of, member

LOGIN, SECOND, ENROL = "/admin/login/", "/admin/two-factor/", "/admin/two-factor/enrol/"


def with_password(role: str) -> Client:
    """Signed in by password, and no further."""
    client = Client()
    answer = client.post(LOGIN, {"username": member(role).username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def enrol(client: Client) -> list[str]:
    """By the page alone: the secret it shows, and the recovery codes that follow."""
    page = client.get(ENROL).content.decode()
    secret = re.search(r'id="two-factor-secret"[^>]*>([^<]+)<', page)
    assert secret is not None
    assert "<svg" in page
    device = TOTPDevice.objects.get(confirmed=False)
    answer = client.post(ENROL, {"code": f"{totp(device.bin_key):06d}"})
    assert "no-store" in answer["Cache-Control"]
    return re.findall(r"<li>(\w+)</li>", answer.content.decode())


@pytest.mark.parametrize(
    "address", ["/admin/", "/admin/venue/market/", "/admin/password_change/", "/admin/search/?s=a"]
)
def test_a_password_opens_no_page(db: None, address: str) -> None:
    client = with_password("superuser")
    answer = client.get(address)
    assert (answer.status_code, answer["Location"].startswith(LOGIN)) == (302, True)
    assert client.get(answer["Location"])["Location"].startswith(SECOND)


def test_the_first_sign_in_sets_it_up(db: None) -> None:
    client = with_password("risk")
    assert client.get(SECOND)["Location"].startswith(ENROL)
    codes = enrol(client)
    assert len(set(codes)) == 10
    assert client.get("/admin/").status_code == 200
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"sign_in", "enrol_two_factor", "draw_recovery_codes"} <= actions


def test_a_wrong_code_sets_nothing_up(db: None) -> None:
    client = with_password("risk")
    client.get(ENROL)
    assert "not right" in client.post(ENROL, {"code": "000000"}).content.decode()
    assert not TOTPDevice.objects.filter(confirmed=True).exists()
    assert client.get("/admin/").status_code == 302


def test_the_code_is_asked_for_and_good_once(db: None) -> None:
    device = device_of(member("risk"))
    client, code = with_password("risk"), code_of(device)
    answer = client.post(SECOND, {"code": code, "next": "/admin/venue/market/"})
    assert answer["Location"] == "/admin/venue/market/"
    assert client.get("/admin/venue/market/").status_code == 200
    again = with_password("risk")
    assert "not right" in again.post(SECOND, {"code": code}).content.decode()
    assert again.get("/admin/").status_code == 302


def test_it_leads_nowhere_else(db: None) -> None:
    device = device_of(member("risk"))
    answer = with_password("risk").post(SECOND, {"code": code_of(device), "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/admin/"


def test_a_second_app_is_not_set_up_by_password(db: None) -> None:
    device_of(member("risk"))
    client = with_password("risk")
    assert client.get(ENROL)["Location"] == SECOND
    assert client.post(ENROL, {"code": "123456"})["Location"] == SECOND
    assert TOTPDevice.objects.count() == 1


def test_a_recovery_code_is_good_once(db: None) -> None:
    codes = enrol(with_password("risk"))
    client = with_password("risk")
    client.post(SECOND, {"code": f" {codes[0].upper()} "})
    assert client.get("/admin/").status_code == 200
    assert AuditEntry.objects.get(action="pass_two_factor").after == {"by": "recovery codes"}
    again = with_password("risk")
    again.post(SECOND, {"code": codes[0]})
    assert again.get("/admin/").status_code == 302
    assert StaticToken.objects.count() == 9


def test_new_recovery_codes_void_the_old_ones(db: None, signed_in: SignedIn) -> None:
    client = signed_in("risk")
    first, second = (
        set(re.findall(r"<li>(\w{8})</li>", client.post("/admin/sign-in/codes/").content.decode())) for _ in range(2)
    )
    assert len(first) == len(second) == 10
    assert set(StaticToken.objects.values_list("token", flat=True)) == second


def test_another_administrator_resets_it(db: None, signed_in: SignedIn) -> None:
    risk = device_of(member("risk")).user
    client = signed_in("administrator")
    page = reverse("admin:auth_user_reset_two_factor", args=[risk.pk])
    assert "sets up a new one" in client.post(page, {"reason": "Lost phone"}, follow=True).content.decode()
    assert not TOTPDevice.objects.filter(user=risk).exists()
    entry = AuditEntry.objects.get(action="reset_two_factor")
    assert (entry.actor_name, entry.subject, entry.reason) == ("administrator", "risk", "Lost phone")


def test_nobody_resets_their_own(db: None, signed_in: SignedIn) -> None:
    client = signed_in("superuser")
    own = User.objects.get(username="superuser")
    page = reverse("admin:auth_user_reset_two_factor", args=[own.pk])
    assert "Nobody resets their own" in client.post(page, {"reason": "Lost phone"}).content.decode()
    assert TOTPDevice.objects.filter(user=own).exists()


def test_no_secret_of_it_is_in_the_record(db: None) -> None:
    codes = enrol(with_password("risk"))
    key = TOTPDevice.objects.latest("pk").key
    everything = str(list(AuditEntry.objects.values_list("before", "after")))
    assert not [secret for secret in (*codes, key, PASSWORD) if secret in everything]


def test_while_debugging_none_is_asked_for(db: None, settings: Any) -> None:
    settings.TWO_FACTOR_REQUIRED = False
    assert with_password("viewer").get("/admin/").status_code == 200
