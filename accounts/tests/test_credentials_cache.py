"""A warm request asks PostgreSQL nothing, and nobody can make a process ask or remember more."""

from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import credentials, keys
from accounts.credentials import cache
from accounts.tests.cast import Caller, Party


def queries_of(caller: Caller, target: str = "/orders") -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        caller.get(target)
    return len(captured)


def test_a_warm_request_makes_no_query(alpha: Party) -> None:
    caller = alpha.caller()
    assert queries_of(caller) == 2
    assert queries_of(caller) == 0
    caller.post("/orders", {"side": "buy", "price": 1})  # opens the session
    with CaptureQueriesContext(connection) as captured:
        assert caller.post("/orders", {"side": "buy", "price": 1}).status_code == 200
        assert caller.post("/orders", {"side": "none"}).status_code == 400
    assert len(captured) == 0


def test_unknown_keys_cost_no_query_and_leave_nothing(alpha: Party) -> None:
    alpha.caller().get("/orders")
    with CaptureQueriesContext(connection) as captured:
        for number in range(50):
            assert cache.find(f"ak_{number}") is None
    assert len(captured) == 0
    assert len(cache.refresh().credentials) == 1


def test_what_is_remembered_has_a_maximum_age(alpha: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    caller = alpha.caller()
    caller.get("/orders")
    monkeypatch.setattr(credentials, "MAXIMUM_AGE_SECONDS", -1.0)
    assert queries_of(caller) > 0


def test_a_lost_counter_never_repeats_a_number(alpha: Party, redis_client: Any) -> None:
    before = credentials.read_generation()
    credentials.raise_generation()
    raised = credentials.read_generation()
    redis_client.flushdb()
    after = credentials.read_generation()
    assert before < raised < after


def test_a_row_that_vanished_is_an_unknown_key(alpha: Party) -> None:
    caller = alpha.caller()
    cache.refresh()
    caller.key.delete()
    assert caller.get("/orders").json()["code"] == "INVALID_API_KEY"


@pytest.mark.django_db(transaction=True)
def test_threads_share_one_reading(alpha: Party) -> None:
    caller = alpha.caller()
    found: list[Any] = []

    def find() -> None:
        found.append(cache.find(caller.key.key_id))
        connection.close()

    threads = [Thread(target=find) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(credential) for credential in found}) == 1
    keys.revoke(caller.key, "lost", "ops")
    assert cache.find(caller.key.key_id) is not found[0]


def test_a_credential_does_not_print_its_secret(alpha: Party) -> None:
    caller = alpha.caller()
    credential = cache.find(caller.key.key_id)
    assert caller.credentials["apiSecret"] not in repr(credential)
