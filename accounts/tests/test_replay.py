"""A signature is good once."""

from typing import Any

import pytest

from accounts import signing
from accounts.authentication import now_ms
from accounts.tests.cast import Party, tier_of


@pytest.mark.parametrize("algorithm", [signing.HMAC_SHA256, signing.ED25519])
def test_the_second_use_is_refused(alpha: Party, algorithm: str) -> None:
    caller = alpha.caller(algorithm=algorithm)
    headers = caller.sign("GET", "/orders")
    assert caller.send("GET", "/orders", b"", dict(headers)).status_code == 200
    answer = caller.send("GET", "/orders", b"", dict(headers))
    assert (answer.status_code, answer.json()["code"]) == (401, "REPLAYED_SIGNATURE")


def test_another_writing_of_the_same_signature_is_the_same(alpha: Party) -> None:
    caller = alpha.caller()
    headers = caller.sign("GET", "/orders")
    caller.send("GET", "/orders", b"", dict(headers))
    headers["X-API-Signature"] = headers["X-API-Signature"].upper()
    assert caller.send("GET", "/orders", b"", headers).json()["code"] == "REPLAYED_SIGNATURE"


def test_it_is_remembered_for_the_widest_window_since_the_window_is_not_signed(alpha: Party, redis_client: Any) -> None:
    caller = alpha.caller()
    caller.send("GET", "/orders", b"", caller.sign("GET", "/orders", timestamp_ms=now_ms() + 4_000))
    [mark] = redis_client.keys("venue:signature:*")
    assert 60_000 < redis_client.pttl(mark) <= 64_000


def test_a_bad_body_uses_its_signature_up(alpha: Party) -> None:
    caller = alpha.caller()
    headers = caller.sign("POST", "/orders", b"{}")
    assert caller.send("POST", "/orders", b"{}", dict(headers)).status_code == 400
    assert caller.send("POST", "/orders", b"{}", dict(headers)).json()["code"] == "REPLAYED_SIGNATURE"


def test_a_replay_costs_its_key_nothing(alpha: Party, redis_client: Any) -> None:
    caller = alpha.caller(tier=tier_of("slow", requests_per_second=1, request_burst=3))
    headers = caller.sign("GET", "/orders")
    for _ in range(9):
        caller.send("GET", "/orders", b"", dict(headers))
    assert caller.get("/orders").status_code == 200
