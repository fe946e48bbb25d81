"""The roles are one table: what it names exists, and the groups hold what it says, no more and no fewer."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from staff.roles import ROLES, fill_groups
from staff.tests.people import SignedIn


def held(role: str) -> set[str]:
    permissions = Group.objects.get(name=role).permissions.select_related("content_type")
    return {f"{one.content_type.app_label}.{one.codename}" for one in permissions}


@pytest.mark.parametrize("role", ROLES)
def test_the_groups_are_the_table(db: None, role: str) -> None:
    assert held(role) == ROLES[role]


def test_what_a_group_was_given_by_hand_is_taken_back(db: None) -> None:
    group = Group.objects.get(name="viewer")
    group.permissions.add(Permission.objects.get(codename="suspend_firm"))
    group.permissions.remove(Permission.objects.get(codename="view_firm"))
    fill_groups(apps.get_app_config("accounts"))
    assert held("viewer") == ROLES["viewer"]


def test_nobody_edits_a_role_in_the_admin(db: None, signed_in: SignedIn) -> None:
    client, group = signed_in("superuser"), Group.objects.get(name="risk")
    assert "accounts.suspend_firm" in client.get(reverse("admin:auth_group_change", args=[group.pk])).content.decode()
    for method, address in (
        (client.post, reverse("admin:auth_group_change", args=[group.pk])),
        (client.post, reverse("admin:auth_group_delete", args=[group.pk])),
        (client.post, reverse("admin:auth_group_add")),
    ):
        assert method(address, {"name": "other", "post": "yes"}).status_code == 403


def test_nobody_changes_their_own_roles(db: None, signed_in: SignedIn) -> None:
    client = signed_in("administrator")
    answer = save(client, "administrator", ["administrator", "risk"])
    assert "Nobody changes their own roles." in answer
    assert [group.name for group in Group.objects.filter(user__username="administrator")] == ["administrator"]


def test_an_administrator_makes_no_superuser_and_touches_none(db: None, signed_in: SignedIn) -> None:
    signed_in("superuser")
    signed_in("viewer")
    client = signed_in("administrator")
    save(client, "viewer", ["viewer"], is_superuser="on")
    assert not user("viewer").is_superuser
    page = reverse("admin:auth_user_change", args=[user("superuser").pk])
    assert client.post(page, {"username": "superuser"}).status_code == 403
    assert client.get(reverse("admin:auth_user_password_change", args=[user("superuser").pk])).status_code == 403


def test_roles_given_to_another(db: None, signed_in: SignedIn) -> None:
    viewer = signed_in("viewer")
    assert viewer.get(reverse("admin:index")).status_code == 200
    save(signed_in("administrator"), "viewer", ["risk"])
    assert [group.name for group in user("viewer").groups.all()] == ["risk"]
    assert viewer.get(reverse("admin:index")).status_code == 302  # signed out: other rights, another session


def user(name: str) -> User:
    return User.objects.get(username=name)


def save(client: Client, name: str, roles: list[str], **fields: str) -> str:
    form = {
        "username": name,
        "first_name": "",
        "last_name": "",
        "email": "",
        "is_active": "on",
        "groups": [Group.objects.get(name=role).pk for role in roles],
        **fields,
    }
    answer = client.post(reverse("admin:auth_user_change", args=[user(name).pk]), form, follow=True)
    return str(answer.content.decode())
