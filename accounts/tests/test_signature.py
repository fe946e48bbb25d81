"""A request is let in only with a key and a signature over exactly what was sent."""

import pytest

from accounts import signing
from accounts.tests.cast import Party

ALGORITHMS = [signing.HMAC_SHA256, signing.ED25519]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_good_signature_is_let_in(alpha: Party, algorithm: str) -> None:
    caller = alpha.caller(algorithm=algorithm)
    answer = caller.get("/orders?limit=5")
    assert answer.status_code == 200
    assert answer.json()["account"] == "alpha-1"
    assert caller.post("/orders", {"side": "buy", "price": 1}).status_code == 200


@pytest.mark.parametrize("missing", ["X-API-Key", "X-API-Timestamp", "X-API-Signature"])
def test_missing_credentials(alpha: Party, missing: str) -> None:
    caller = alpha.caller()
    headers = caller.sign("GET", "/orders")
    del headers[missing]
    answer = caller.send("GET", "/orders", b"", headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "MISSING_CREDENTIALS")
    assert answer.headers["WWW-Authenticate"]


def test_invalid_api_key(alpha: Party) -> None:
    caller = alpha.caller()
    answer = caller.get("/orders", **{"X-API-Key": "ak_unknown"})
    assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_API_KEY")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("PUT", "/any/x", b"abc"),
        ("GET", "/any/y", b""),
        ("GET", "/any/x?a=1", b""),
        ("GET", "/any/x?", b"a"),
    ],
)
def test_a_signature_for_another_request(alpha: Party, algorithm: str, method: str, target: str, body: bytes) -> None:
    caller = alpha.caller(algorithm=algorithm)
    answer = caller.send(method, target, body, caller.sign("GET", "/any/x"))
    assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_SIGNATURE")


def test_a_signature_for_another_timestamp(alpha: Party) -> None:
    caller = alpha.caller()
    headers = caller.sign("GET", "/orders")
    headers["X-API-Timestamp"] = str(int(headers["X-API-Timestamp"]) + 1)
    assert caller.send("GET", "/orders", b"", headers).json()["code"] == "INVALID_SIGNATURE"


def test_the_secret_of_another_key(alpha: Party, gamma: Party) -> None:
    caller, other = alpha.caller(), gamma.caller()
    headers = {**other.sign("GET", "/orders"), "X-API-Key": caller.key.key_id}
    assert caller.send("GET", "/orders", b"", headers).json()["code"] == "INVALID_SIGNATURE"


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("text", ["zz", "0", "00" * 31, "00" * 64, "é", "AAAA", "=" * 88])
def test_a_signature_that_is_none(alpha: Party, algorithm: str, text: str) -> None:
    caller = alpha.caller(algorithm=algorithm)
    headers = {**caller.sign("GET", "/orders"), "X-API-Signature": text}
    answer = caller.send("GET", "/orders", b"", headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "INVALID_SIGNATURE")


def test_upper_case_hex_is_the_same_signature(alpha: Party) -> None:
    caller = alpha.caller()
    headers = caller.sign("GET", "/orders")
    headers["X-API-Signature"] = headers["X-API-Signature"].upper()
    assert caller.send("GET", "/orders", b"", headers).status_code == 200


def test_the_body_is_not_parsed_before_its_signature_is_good(alpha: Party) -> None:
    caller = alpha.caller()
    headers = caller.sign("POST", "/orders", b"{}")
    assert caller.send("POST", "/orders", b"{not json", headers).json()["code"] == "INVALID_SIGNATURE"


def test_head_is_signed_as_head(alpha: Party) -> None:
    assert alpha.caller().call("HEAD", "/orders").status_code == 200


def test_a_method_that_the_resource_does_not_have(alpha: Party) -> None:
    assert alpha.caller().call("PATCH", "/orders", b"{}").status_code == 405
    assert alpha.caller().call("OPTIONS", "/orders").status_code == 405


def test_chunked_bodies_are_refused(alpha: Party) -> None:
    caller = alpha.caller()
    answer = caller.client.post(
        "/orders",
        headers={**caller.sign("POST", "/orders"), "Transfer-Encoding": "chunked"},
        CONTENT_LENGTH="",
        HTTP_HOST="localhost",
    )
    assert (answer.status_code, answer.json()["code"]) == (411, "LENGTH_REQUIRED")
