"""Sessions of staff end: idle, old, with a new password, with other rights, everywhere at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staff.models import AuditEntry, StaffSession
from staff.tests.people import PASSWORD, SignedIn, member

INDEX = "/admin/"


def is_in(client: Client) -> bool:
    return client.get(INDEX).status_code == 200


def age(**fields: timedelta) -> None:
    now = timezone.now()
    StaffSession.objects.filter(ended_at=None).update(**{name: now - by for name, by in fields.items()})


def test_idle(db: None, signed_in: SignedIn, settings: Any) -> None:
    client = signed_in("viewer")
    age(seen_at=timedelta(minutes=settings.STAFF_IDLE_MINUTES - 1))
    assert is_in(client)
    age(seen_at=timedelta(minutes=settings.STAFF_IDLE_MINUTES + 1))
    assert not is_in(client)
    assert "nothing was done for" in client.get("/admin/login/").content.decode()
    assert AuditEntry.objects.filter(action="sign_out", actor_name="viewer").exists()


def test_what_one_does_keeps_it_open_and_a_page_that_renews_itself_does_not(db: None, signed_in: SignedIn) -> None:
    client = signed_in("viewer")
    age(seen_at=timedelta(minutes=5))
    client.get(INDEX, headers={"HX-Request": "true"})
    assert timezone.now() - StaffSession.objects.latest("pk").seen_at > timedelta(minutes=4)
    client.get(INDEX)
    assert timezone.now() - StaffSession.objects.latest("pk").seen_at < timedelta(minutes=1)


def test_old(db: None, signed_in: SignedIn, settings: Any) -> None:
    client = signed_in("viewer")
    age(signed_in_at=timedelta(minutes=settings.STAFF_SESSION_MINUTES + 1))
    assert not is_in(client)


def test_a_new_password_ends_the_others(db: None, signed_in: SignedIn) -> None:
    here, there = signed_in("viewer"), Client()
    there.force_login(member("viewer"))
    new = "another horse battery"
    answer = here.post(
        "/admin/password_change/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )
    assert answer.status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)


def test_a_password_set_by_an_administrator_ends_them_all(db: None, signed_in: SignedIn) -> None:
    viewer, new = signed_in("viewer"), "another horse battery"
    page = reverse("admin:auth_user_password_change", args=[member("viewer").pk])
    form = {"password1": new, "password2": new, "usable_password": "true"}
    assert signed_in("administrator").post(page, form).status_code == 302
    assert not is_in(viewer)
    assert AuditEntry.objects.get(action="set_password").actor_name == "administrator"


def test_everywhere_by_oneself(db: None, signed_in: SignedIn) -> None:
    here, there = signed_in("viewer"), Client()
    there.force_login(member("viewer"))
    assert "Open sessions" in here.get("/admin/sign-in/").content.decode()
    here.post("/admin/sign-in/everywhere/")
    assert (is_in(here), is_in(there)) == (False, False)


def test_everywhere_by_an_administrator(db: None, signed_in: SignedIn) -> None:
    viewer = signed_in("viewer")
    page = reverse("admin:auth_user_sign_out", args=[member("viewer").pk])
    assert signed_in("administrator").post(page, {"reason": "Laptop stolen"}).status_code == 302
    assert not is_in(viewer)
    assert AuditEntry.objects.get(action="sign_out_everywhere").reason == "Laptop stolen"


def test_signing_out(db: None, signed_in: SignedIn) -> None:
    client = signed_in("viewer")
    client.post("/admin/logout/")
    assert not is_in(client)
    assert StaffSession.objects.latest("pk").ended_because == "signed out"


@pytest.mark.parametrize("role", ["viewer", "finance"])
def test_a_stolen_cookie_is_no_good_after_signing_out(db: None, signed_in: SignedIn, role: str) -> None:
    client, thief = signed_in(role), Client()
    thief.cookies.load(client.cookies.output(header="", sep=";"))
    assert is_in(thief)
    client.post("/admin/logout/")
    assert not is_in(thief)
