"""What the door refuses before anything is done, through the venue's own addresses, each as a problem document."""

import time
from typing import Any

import pytest

from accounts import keys
from accounts.tests.cast import tier_of
from venue.tests.cast import Answer, Trader, read

QUOTES = "/api/sdk/quotes"


def problem(answer: Answer, status: int, code: str) -> dict[str, Any]:
    assert (answer.status, answer.code) == (status, code), answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.body["requestId"] == answer.headers["X-Request-Id"]
    assert {"type", "title", "status", "detail", "code", "requestId"} <= set(answer.body)
    assert answer.body["status"] == status
    body: dict[str, Any] = answer.body
    return body


def send(alpha: Trader, headers: dict[str, str], body: bytes = b"") -> Answer:
    return read(alpha.caller.send("GET", QUOTES, body, headers))


def signed(alpha: Trader, **options: Any) -> dict[str, str]:
    return alpha.caller.sign("GET", QUOTES, b"", **options)


def test_no_credentials(alpha: Trader) -> None:
    answer = send(alpha, {})
    problem(answer, 401, "MISSING_CREDENTIALS")
    assert answer.headers["WWW-Authenticate"].startswith("Signature")


def test_a_key_that_is_not_known(alpha: Trader) -> None:
    problem(send(alpha, {**signed(alpha), "X-API-Key": "ak_nobody"}), 401, "INVALID_API_KEY")


def test_a_signature_that_does_not_match(alpha: Trader) -> None:
    problem(send(alpha, {**signed(alpha), "X-API-Signature": "00" * 32}), 401, "INVALID_SIGNATURE")


def test_the_signature_covers_the_body(alpha: Trader) -> None:
    headers = alpha.caller.sign("POST", QUOTES, b"{}")
    problem(read(alpha.caller.send("POST", QUOTES, b'{"a":1}', headers)), 401, "INVALID_SIGNATURE")


def test_a_bad_signature_is_told_before_a_bad_body(alpha: Trader) -> None:
    headers = {**alpha.caller.sign("POST", QUOTES, b"{"), "X-API-Signature": "00" * 32}
    problem(read(alpha.caller.send("POST", QUOTES, b"{", headers)), 401, "INVALID_SIGNATURE")


def test_a_clock_that_is_off_is_told_by_how_much(alpha: Trader) -> None:
    now = time.time_ns() // 1_000_000
    body = problem(send(alpha, signed(alpha, timestamp_ms=now - 60_000)), 401, "TIMESTAMP_OUTSIDE_WINDOW")
    assert abs(body["serverTime"] - now) < 5_000
    assert -66_000 < body["skewMs"] <= -60_000


def test_a_wider_window_on_request(alpha: Trader) -> None:
    headers = signed(alpha, timestamp_ms=time.time_ns() // 1_000_000 - 30_000)
    assert send(alpha, {**headers, "X-API-Recv-Window": "60000"}).status == 200


def test_a_signature_is_good_once(alpha: Trader) -> None:
    headers = signed(alpha)
    assert send(alpha, dict(headers)).status == 200
    problem(send(alpha, dict(headers)), 401, "REPLAYED_SIGNATURE")


def test_a_revoked_key(alpha: Trader) -> None:
    keys.revoke(alpha.caller.key, "lost", "ops")
    problem(alpha.get(QUOTES), 401, "KEY_REVOKED")


def test_a_scope_that_the_key_does_not_have(alpha: Trader) -> None:
    reader = alpha.another(scopes=("READ",))
    body = problem(reader.post(QUOTES, reader.quote_body()), 403, "INSUFFICIENT_SCOPE")
    assert body["required"] == "MARKET_MAKING"


def test_a_network_that_the_key_does_not_allow(alpha: Trader) -> None:
    problem(alpha.another(networks=("10.0.0.0/8",)).get(QUOTES), 403, "NETWORK_NOT_ALLOWED")


def test_malformed_headers(alpha: Trader) -> None:
    problem(send(alpha, {**signed(alpha), "X-API-Timestamp": "now"}), 400, "INVALID_TIMESTAMP")
    problem(send(alpha, {**signed(alpha), "X-API-Recv-Window": "60001"}), 400, "INVALID_RECEIVE_WINDOW")


def test_a_body_that_is_too_large(alpha: Trader) -> None:
    problem(alpha.post(QUOTES, b" " * 1_048_577), 413, "BODY_TOO_LARGE")


def test_a_body_where_none_belongs(alpha: Trader) -> None:
    problem(alpha.call("GET", QUOTES, {"a": 1}), 400, "UNEXPECTED_BODY")


def test_the_rate_is_limited_and_cancels_are_not(alpha: Trader) -> None:
    tier = tier_of("one-a-second", requests_per_second=1, request_burst=2, max_batch_size=1)
    slow = alpha.another(tier=tier)
    quote = slow.quote()
    answer = [slow.get(QUOTES) for _ in range(3)][-1]
    problem(answer, 429, "RATE_LIMITED")
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.headers["RateLimit-Policy"] == '"requests";q=2;w=2'
    assert answer.headers["RateLimit"].startswith('"requests";r=0')
    assert slow.delete(f"{QUOTES}/{quote['quoteId']}").status == 200
    assert slow.delete(QUOTES).status == 200


@pytest.mark.parametrize("path", [QUOTES, "/api/v1/orders", "/api/v1/trades", f"{QUOTES}/quote_1", "/api/v1/orders/x"])
def test_every_private_address_asks_for_a_signature(alpha: Trader, path: str) -> None:
    problem(read(alpha.caller.send("GET", path, b"", {})), 401, "MISSING_CREDENTIALS")
