"""Programmes at the desk."""

import itertools
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from mmapi.obligations import programmes
from mmapi.obligations.integration.terms import Condition
from mmapi.obligations.models import DeclaredState, ObligationMembership, ObligationProgramme
from mmapi.obligations.programmes import NewTerms
from mmapi.tests.obligations.test_quote_obligations import BOUNDS, EVERY_DAY
from staff.models import AuditEntry
from venue.markets import Terms
from venue.tests.cast import MatcherProcess, Trader

PAGES = "/admin/mmapi/obligationprogramme"
TERMS = {
    "opens": "08:00",
    "closes": "16:30",
    "days": ["1", "2", "3", "4", "5"],
    "time_zone": "Europe/Berlin",
    **{
        f"{one}_{name}": value
        for one in ("normal", "stressed")
        for name, value in (("presence", "50"), ("spread", "12.5"), ("size", "0.25"), ("ratio", "2"))
    },
}


_numbers = itertools.count(1)


class Staff:
    """Somebody at the desk, with these rights alone."""

    def __init__(self, *rights: str) -> None:
        self.user = User.objects.create_user(f"officer{next(_numbers)}", is_staff=True)
        self.user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        self.client = Client()
        self.client.force_login(self.user)

    def get(self, address: str = "") -> str:
        response = self.client.get(f"{PAGES}/{address}")
        assert response.status_code == 200, response.status_code
        return response.content.decode()

    def post(self, address: str, **form: Any) -> str:
        response = self.client.post(f"{PAGES}/{address}", form, follow=True)
        assert response.status_code == 200, response.status_code
        return response.content.decode()

    def status(self, address: str, **form: Any) -> int:
        return int(self.client.post(f"{PAGES}/{address}", form).status_code)


@pytest.fixture
def programme(market: Terms) -> ObligationProgramme:
    made = programmes.of_market(market.number)
    programmes.set_terms(made, NewTerms(0, 0, EVERY_DAY, "UTC", BOUNDS, BOUNDS))
    return made


@pytest.fixture
def staff(running_matcher: MatcherProcess) -> Staff:
    return Staff(
        "view_obligationprogramme",
        "add_obligationprogramme",
        "change_obligationprogramme",
        "declare_state",
        "manage_members",
        "view_obligationterms",
        "view_declaredstate",
        "view_obligationmembership",
    )


@pytest.fixture
def viewer(running_matcher: MatcherProcess) -> Staff:
    return Staff("view_obligationprogramme", "view_obligationterms", "view_declaredstate", "view_obligationmembership")


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("-id").values_list("action", flat=True)[:1])


def test_a_programme_is_made_for_a_market(staff: Staff, market: Terms) -> None:
    staff.post("add/", market=market.number)
    programme = ObligationProgramme.objects.get(market_id=market.number)
    assert actions() == ["create_obligation_programme"]
    assert "nothing is asked" in staff.get(f"{programme.pk}/change/")


def test_terms_are_set(staff: Staff, programme: ObligationProgramme) -> None:
    page = staff.post(f"{programme.pk}/set_terms/", **TERMS, reason="Yearly review")
    assert "New terms of the obligations in" in page
    row = programme.terms.last()
    assert row is not None
    assert (row.opens, row.closes, row.days, row.time_zone) == (480, 990, [1, 2, 3, 4, 5], "Europe/Berlin")
    assert (row.normal_presence, row.normal_spread, row.normal_size, row.stressed_ratio) == (5_000, 1_250, 2_500, 200)
    assert row.set_by == staff.user.username
    assert actions() == ["set_obligation_terms"]
    assert "50% within 12.5 bp" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("opens", "25:00"),
        ("days", []),
        ("normal_presence", "101"),
        ("normal_ratio", "0.5"),
        ("normal_size", "0.00001"),
        ("normal_spread", "0"),
        ("starts", "yesterday"),
        ("starts", "2020-01-01 00:00"),
    ],
)
def test_impossible_terms_are_not_set(staff: Staff, programme: ObligationProgramme, field: str, value: Any) -> None:
    assert "Set the terms" in staff.post(f"{programme.pk}/set_terms/", **{**TERMS, field: value})
    assert programme.terms.count() == 1


def test_a_state_is_declared_and_ended(staff: Staff, programme: ObligationProgramme) -> None:
    address = f"{programme.pk}/declare/"
    assert "This field is required" in staff.post(address, condition="1", reason="")
    page = staff.post(address, condition="1", reason="Index feed is late")
    assert "is declared stressed: Index feed is late" in page
    state = DeclaredState.objects.get(programme=programme)
    assert (state.condition, state.declared_by) == (Condition.STRESSED, staff.user.username)
    staff.post(f"{programme.pk}/end_state/", reason="It is back")
    state.refresh_from_db()
    assert (bool(state.ended_at), state.ended_by, state.end_reason) == (True, staff.user.username, "It is back")
    assert "No state is declared" in staff.post(f"{programme.pk}/end_state/")


def test_members_join_and_leave(staff: Staff, programme: ObligationProgramme, alpha: Trader) -> None:
    account = alpha.party.account
    assert "has joined" in staff.post(f"{programme.pk}/join/", account=account.pk)
    assert account.name in staff.get(f"{programme.pk}/leave/")
    assert "has left" in staff.post(f"{programme.pk}/leave/", account=account.pk, reason="Contract ended")
    member = ObligationMembership.objects.get(programme=programme, account=account)
    assert (member.joined_by, member.left_by) == (staff.user.username, staff.user.username)


def test_the_page_draws_how_makers_stand(
    staff: Staff, programme: ObligationProgramme, alpha: Trader, follow: Callable[[], None]
) -> None:
    programmes.join(programme, alpha.party.account)
    alpha.quote()
    follow()
    time.sleep(0.05)
    page = staff.get(f"{programme.pk}/panel/")
    assert alpha.party.account.name in page
    assert re.search(r'obl-now-success">compliant<', page)
    assert re.search(r'<rect class="obl-compliant" x="[\d.]+" y="[\d.]+" width="[\d.]+" height="[\d.]+"><title>', page)
    assert page.count('class="obl-day ') >= 28
    assert "40.00 bp" in page


def test_days_past_are_drawn(staff: Staff, programme: ObligationProgramme, alpha: Trader) -> None:
    programmes.join(programme, alpha.party.account)
    page = staff.get(f"{programme.pk}/panel/?day=2026-01-05")
    assert "5 Jan 2026" in page
    assert "Nothing counted." in page
    assert "today" not in staff.get(f"{programme.pk}/panel/?day=2026-01-05")
    assert "today" in staff.get(f"{programme.pk}/panel/?day=nonsense")


def test_who_only_views_changes_nothing(viewer: Staff, programme: ObligationProgramme, alpha: Trader) -> None:
    page = viewer.get(f"{programme.pk}/change/")
    for operation in ("declare", "end_state", "set_terms", "join", "leave"):
        assert f"/{operation}/" not in page
        assert (
            viewer.status(f"{programme.pk}/{operation}/", reason="x", condition="1", account=alpha.party.account.pk)
            == 403
        )
    assert viewer.status("add/", market=programme.market_id) == 403
    assert not programme.states.exists()


@pytest.mark.parametrize(("right", "allowed"), [("declare_state", "declare"), ("manage_members", "join")])
def test_rights_are_apart(programme: ObligationProgramme, right: str, allowed: str) -> None:
    somebody = Staff("view_obligationprogramme", right)
    for operation in ("declare", "set_terms", "join"):
        code = somebody.client.get(f"{PAGES}/{programme.pk}/{operation}/").status_code
        assert (operation, code) == (operation, 200 if operation == allowed else 403)


def test_who_may_not_view_sees_nothing(programme: ObligationProgramme) -> None:
    assert Staff().client.get(f"{PAGES}/{programme.pk}/panel/").status_code == 404
    assert Staff().client.get(f"{PAGES}/").status_code == 403


def test_the_list(viewer: Staff, programme: ObligationProgramme, market: Terms) -> None:
    page = viewer.get()
    assert market.symbol in page
    assert "50% within 100 bp" in page
