"""docs/signing-vectors.json is what clients check their signing against, so it must be true."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from accounts import signing

DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[2] / "docs" / "signing-vectors.json").read_text("utf-8"))
VECTORS = DOCUMENT["vectors"]


def message_of(vector: dict[str, str]) -> bytes:
    return signing.canonical(vector["timestamp"], vector["method"], vector["target"], vector["body"].encode())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_hmac_sha256(vector: dict[str, str]) -> None:
    message = message_of(vector)
    assert signing.sign(signing.HMAC_SHA256, DOCUMENT["hmacSecret"], message) == vector["hmac-sha256"]
    by_hand = "".join(vector[part] for part in ("timestamp", "method", "target", "body")).encode()
    expected = hmac.new(DOCUMENT["hmacSecret"].encode(), by_hand, hashlib.sha256).hexdigest()
    assert expected == vector["hmac-sha256"]
    signature = signing.read_signature(signing.HMAC_SHA256, vector["hmac-sha256"])
    assert signature is not None
    assert signing.verifies(DOCUMENT["hmacSecret"].encode(), message, signature)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_ed25519(vector: dict[str, str]) -> None:
    message = message_of(vector)
    assert signing.sign(signing.ED25519, DOCUMENT["ed25519PrivateKey"], message) == vector["ed25519"]
    signature = signing.read_signature(signing.ED25519, vector["ed25519"])
    assert signature is not None
    public = signing.public_key(DOCUMENT["ed25519PublicKey"])
    assert signing.verifies(public, message, signature)
    assert not signing.verifies(public, message + b" ", signature)


def test_the_vectors_cover_what_goes_wrong() -> None:
    assert any(not vector["body"] for vector in VECTORS)
    assert any(not vector["body"].isascii() for vector in VECTORS)
    assert any("%" in vector["target"] for vector in VECTORS)
    assert len({vector["hmac-sha256"] for vector in VECTORS}) == len(VECTORS)
