"""A timestamp may be off by the receive window either way, and no more."""

from typing import Any

import pytest

from accounts.authentication import now_ms
from accounts.tests.cast import Caller, Party


def call_at(caller: Caller, offset_ms: int, window: str | None = None) -> Any:
    headers = caller.sign("GET", "/orders", timestamp_ms=now_ms() + offset_ms)
    if window is not None:
        headers["X-API-Recv-Window"] = window
    return caller.send("GET", "/orders", b"", headers)


@pytest.mark.parametrize("offset_ms", [-4_000, 4_000])
def test_inside_the_window(alpha: Party, offset_ms: int) -> None:
    assert call_at(alpha.caller(), offset_ms).status_code == 200


@pytest.mark.parametrize("offset_ms", [-6_000, 6_000])
def test_outside_the_window(alpha: Party, offset_ms: int) -> None:
    answer = call_at(alpha.caller(), offset_ms)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (401, "TIMESTAMP_OUTSIDE_WINDOW")
    assert abs(problem["serverTime"] - now_ms()) < 2_000
    assert abs(problem["skewMs"] - offset_ms) < 2_000


@pytest.mark.parametrize("offset_ms", [-55_000, 55_000])
def test_a_wider_window(alpha: Party, offset_ms: int) -> None:
    assert call_at(alpha.caller(), offset_ms, "60000").status_code == 200


def test_a_narrower_window(alpha: Party) -> None:
    assert call_at(alpha.caller(), -2_000, "1000").json()["code"] == "TIMESTAMP_OUTSIDE_WINDOW"


@pytest.mark.parametrize("window", ["0", "60001", "-1", "5s", "", "1e3", " 5", "\u0665", "9" * 400])
def test_a_malformed_window(alpha: Party, window: str) -> None:
    answer = call_at(alpha.caller(), 0, window)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_RECEIVE_WINDOW")


@pytest.mark.parametrize("timestamp", ["now", "-1", "1.5", "1705312200000000000", "\u0663", "1 2"])
def test_a_malformed_timestamp(alpha: Party, timestamp: str) -> None:
    caller = alpha.caller()
    headers = {**caller.sign("GET", "/orders"), "X-API-Timestamp": timestamp}
    answer = caller.send("GET", "/orders", b"", headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_TIMESTAMP")


def test_seconds_instead_of_milliseconds_show_as_skew(alpha: Party) -> None:
    caller = alpha.caller()
    headers = caller.sign("GET", "/orders", timestamp_ms=now_ms() // 1_000)
    assert caller.send("GET", "/orders", b"", headers).json()["skewMs"] < -1_000_000_000
