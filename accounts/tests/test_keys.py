"""Issuing keys: what is drawn, what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from accounts import firms, keys, signing
from accounts.models import ApiKey
from accounts.tests.cast import Caller, Party, tier_of


def draft(party: Party, **fields: Any) -> ApiKey:
    return ApiKey(**{"account": party.account, "scopes": ["READ"], "tier": tier_of("unlimited"), **fields})


def test_an_hmac_key(alpha: Party) -> None:
    first, second = keys.issue(draft(alpha), "ops"), keys.issue(draft(alpha), "ops")
    assert first.key.key_id.startswith("ak_")
    assert len(first.key.key_id) == 27
    assert first.secret is not None
    assert len(first.secret) >= 43
    assert first.secret != second.secret
    assert first.key.created_by == "ops"
    assert first.secret not in repr(first)


def test_an_ed25519_key_of_the_client(alpha: Party) -> None:
    private = Ed25519PrivateKey.generate()
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    issued = keys.issue(draft(alpha, algorithm="ed25519", public_key=pem), "ops")
    assert issued.secret is None
    assert issued.key.public_key == signing.public_text(private.public_key())
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    caller = Caller(issued.key, {"apiKey": issued.key.key_id, "apiSecret": secret, "algorithm": "ed25519"})
    assert caller.get("/orders").status_code == 200


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["ADMIN"]}, "scopes"),
        ({"networks": ["10.0.0.1/8"]}, "networks"),
        ({"networks": ["somewhere"]}, "networks"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "expires_at"),
        ({"public_key": "AAAA"}, "public_key"),
        ({"algorithm": "ed25519", "public_key": "AAAA"}, "public_key"),
        ({"algorithm": "ed25519", "public_key": "-----BEGIN PUBLIC KEY-----"}, "public_key"),
        ({"algorithm": "rsa"}, "algorithm"),
    ],
)
def test_what_is_refused(alpha: Party, fields: dict[str, Any], at_fault: str) -> None:
    with pytest.raises(ValidationError) as caught:
        keys.issue(draft(alpha, **fields), "ops")
    assert at_fault in caught.value.message_dict
    assert not ApiKey.objects.exists()


def test_an_off_boarded_firm_gets_no_key(alpha: Party) -> None:
    firms.off_board(alpha.firm)
    with pytest.raises(ValidationError):
        keys.issue(draft(alpha), "ops")


def test_the_database_refuses_a_key_without_material(alpha: Party) -> None:
    with pytest.raises(IntegrityError):
        draft(alpha, key_id="ak_x").save()
