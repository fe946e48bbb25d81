"""The string that is signed, and both algorithms, for the venue and for its clients."""

import hmac
import time
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Mapping
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

HMAC_SHA256 = "hmac-sha256"
ED25519 = "ed25519"
SIGNATURE_BYTES = {HMAC_SHA256: 32, ED25519: 64}

Verifier = bytes | Ed25519PublicKey


def canonical(timestamp: str, method: str, target: str, body: bytes) -> bytes:
    """What is signed: timestamp + METHOD + path?query + raw body, with nothing in between."""
    return f"{timestamp}{method}{target}".encode() + body


def sign(algorithm: str, secret: str, message: bytes) -> str:
    """Hex for HMAC-SHA256; base64 for Ed25519, whose secret is the private key in PEM."""
    if algorithm == HMAC_SHA256:
        return hmac.digest(secret.encode(), message, "sha256").hex()
    return b64encode(private_key(secret).sign(message)).decode("ascii")


def signed_headers(
    credentials: Mapping[str, str], method: str, target: str, body: bytes = b"", *, timestamp_ms: int | None = None
) -> dict[str, str]:
    """A client's three headers; `credentials` is what issuing a key gave: apiKey, apiSecret and algorithm."""
    timestamp = str(time.time_ns() // 1_000_000 if timestamp_ms is None else timestamp_ms)
    message = canonical(timestamp, method, target, body)
    signature = sign(credentials.get("algorithm", HMAC_SHA256), credentials["apiSecret"], message)
    return {"X-API-Key": credentials["apiKey"], "X-API-Timestamp": timestamp, "X-API-Signature": signature}


def read_signature(algorithm: str, text: str) -> bytes | None:
    """The signature's bytes; None where the text is no signature of that algorithm."""
    try:
        signature = bytes.fromhex(text) if algorithm == HMAC_SHA256 else b64decode(text, validate=True)
    except (ValueError, Base64Error):
        return None
    return signature if len(signature) == SIGNATURE_BYTES[algorithm] else None


def verifies(verifier: Verifier, message: bytes, signature: bytes) -> bool:
    if isinstance(verifier, bytes):
        return hmac.compare_digest(hmac.digest(verifier, message, "sha256"), signature)
    try:
        verifier.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def make_pair() -> tuple[str, str]:
    """A new Ed25519 pair: the private key in PEM, the public key in base64."""
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")
    return pem, public_text(private.public_key())


def public_text(key: Ed25519PublicKey) -> str:
    return b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode("ascii")


@lru_cache(maxsize=64)
def private_key(pem: str) -> Ed25519PrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("The private key is not an Ed25519 key.")
    return key


def public_key(text: str) -> Ed25519PublicKey:
    """From PEM or from the 32 raw bytes in base64; ValueError where it is neither."""
    if not text.lstrip().startswith("-----BEGIN"):
        return Ed25519PublicKey.from_public_bytes(b64decode(text, validate=True))
    key = load_pem_public_key(text.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("The public key is not an Ed25519 key.")
    return key
