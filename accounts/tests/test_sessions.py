"""A session is opened by its key's first market-making call; a tier says how many may be open."""

from typing import Any

import pytest

from accounts import heartbeats
from accounts.models import Session
from accounts.scopes import Scope
from accounts.tests.cast import Caller, Party, tier_of

ORDER = {"side": "buy", "price": 1}


def names_of(caller: Caller) -> list[str]:
    mine = Session.objects.filter(key=caller.key, closed_at=None)
    return list(mine.order_by("pk").values_list("name", flat=True))


def post(caller: Caller, name: str = "") -> Any:
    return caller.post("/orders", ORDER, **({"X-MM-Session": name} if name else {}))


def test_reading_opens_none(alpha: Party) -> None:
    caller = alpha.caller()
    caller.get("/orders", **{"X-MM-Session": "desk"})
    assert names_of(caller) == []


def test_the_first_write_opens_it_once(alpha: Party) -> None:
    caller = alpha.caller()
    for name in ("", "desk", "", "desk"):
        assert post(caller, name).status_code == 200
    assert names_of(caller) == ["", "desk"]
    session = Session.objects.get(key=caller.key, name="desk")
    assert session.account == alpha.account


def test_a_key_without_the_scope_has_none(alpha: Party) -> None:
    caller = alpha.caller((Scope.READ, Scope.TRADE))
    post(caller)
    assert names_of(caller) == []


def test_a_refused_request_opens_none(alpha: Party) -> None:
    caller = alpha.caller()
    assert caller.post("/orders", {"side": "none"}).status_code == 400
    assert names_of(caller) == []


@pytest.fixture
def two_at_most(alpha: Party) -> Caller:
    caller = alpha.caller(tier=tier_of("two-sessions", max_sessions=2))
    for name in ("one", "two"):
        assert post(caller, name).status_code == 200
    return caller


def test_the_tiers_limit(two_at_most: Caller) -> None:
    answer = post(two_at_most, "three")
    assert (answer.status_code, answer.json()["code"], answer.json()["limit"]) == (409, "SESSION_LIMIT_REACHED", 2)
    assert post(two_at_most, "two").status_code == 200


def test_each_key_has_its_own(alpha: Party, two_at_most: Caller) -> None:
    assert post(alpha.caller(tier=two_at_most.key.tier), "three").status_code == 200


def test_what_only_cancels_opens_none_and_is_never_refused(two_at_most: Caller) -> None:
    answer = two_at_most.delete("/orders", **{"X-MM-Session": "three"})
    assert answer.status_code == 200, answer.content
    assert names_of(two_at_most) == ["one", "two"]


def test_sessions_left_alone_make_room(two_at_most: Caller, redis_client: Any) -> None:
    redis_client.delete(heartbeats.session_name(two_at_most.key.key_id, "one"))
    assert post(two_at_most, "three").status_code == 200
    assert names_of(two_at_most) == ["two", "three"]
    assert Session.objects.filter(key=two_at_most.key, name="one").exclude(closed_at=None).exists()
