"""API keys through their life: issued, amended, blocked, revoked, and encrypted anew."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_network
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import credentials, signing
from accounts.models import ApiKey, Firm


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """`secret` is shown here once and never again; None where the client keeps the private key."""

    key: ApiKey
    secret: str | None = field(repr=False)


def issue(draft: ApiKey, by: str) -> IssuedKey:
    """Completes and saves a key that has its account, scopes and tier; ValidationError says what is wrong with it."""
    draft.key_id = f"ak_{secrets.token_urlsafe(18)}"
    draft.created_by = by
    check(draft)
    draft.scopes = sorted(set(draft.scopes))
    secret = draw_material(draft)
    draft.full_clean()
    with transaction.atomic():
        draft.save(force_insert=True)
        credentials.invalidate()
    return IssuedKey(draft, secret)


def check(draft: ApiKey) -> None:
    """ValidationError names the field that keeps the key from being issued."""
    try:
        # Django's array field leaves what is no network to the database.
        draft.networks = [ip_network(str(network)) for network in draft.networks]
    except ValueError as error:
        raise ValidationError({"networks": str(error)}) from None
    draft.clean_fields(exclude={"key_id"})
    if draft.expires_at is not None and draft.expires_at <= timezone.now():
        raise ValidationError({"expires_at": "The key would be expired from the start."})
    if draft.account.firm.status == Firm.Status.OFF_BOARDED:
        raise ValidationError({"account": "The firm is off-boarded."})
    if draft.public_key:
        check_public_key(draft)


def check_public_key(draft: ApiKey) -> None:
    if draft.algorithm != ApiKey.Algorithm.ED25519:
        raise ValidationError({"public_key": "A public key belongs to Ed25519."})
    try:
        signing.public_key(draft.public_key)
    except ValueError:
        raise ValidationError({"public_key": "This is no Ed25519 public key in PEM or base64."}) from None


def draw_material(draft: ApiKey) -> str | None:
    """Fills in the secret or the public key; answers what the client must be told."""
    if draft.algorithm == ApiKey.Algorithm.HMAC_SHA256:
        draft.secret = secrets.token_urlsafe(32)
        return draft.secret
    if draft.public_key:
        draft.public_key = signing.public_text(signing.public_key(draft.public_key))
        return None
    private, draft.public_key = signing.make_pair()
    return private


def amend(key: ApiKey) -> None:
    """Saves what ops changed of a key: label, scopes, networks, tier, co-location, expiry."""
    with transaction.atomic():
        key.save(update_fields=["label", "scopes", "networks", "tier", "colocation", "expires_at", "firm_wide"])
        credentials.invalidate()


def revoke(key: ApiKey, reason: str, by: str) -> bool:
    """For good; False where the key was revoked before."""
    with transaction.atomic():
        changed = ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(
            revoked_at=timezone.now(), revocation_reason=reason, revoked_by=by
        )
        credentials.invalidate()
    key.refresh_from_db(fields=["revoked_at", "revocation_reason", "revoked_by"])
    return bool(changed)


def block(key: ApiKey) -> None:
    """Refused from the next request on, until `unblock`."""
    set_blocked(key, timezone.now())


def unblock(key: ApiKey) -> None:
    set_blocked(key, None)


def set_blocked(key: ApiKey, moment: datetime | None) -> None:
    with transaction.atomic():
        key.blocked_at = moment
        key.save(update_fields=["blocked_at"])
        credentials.invalidate()


def revoke_all(firm: Firm, reason: str, by: str) -> int:
    """Every key of the firm that was not revoked before; answers how many there were."""
    with transaction.atomic():
        revoked = ApiKey.objects.filter(account__firm=firm, revoked_at=None).update(
            revoked_at=timezone.now(), revocation_reason=reason[:200], revoked_by=by
        )
        credentials.invalidate()
    return revoked


def encrypt_anew() -> int:
    """Encrypts every stored secret with the newest of VENUE_SECRET_KEYS; answers how many there were."""
    with transaction.atomic():
        keys = ApiKey.objects.select_for_update().exclude(secret="")
        for key in keys:
            key.save(update_fields=["secret"])
    return len(keys)


def describe(key: ApiKey) -> dict[str, Any]:
    """What may be shown of a key, for command output."""
    return {
        "apiKey": key.key_id,
        "algorithm": key.algorithm,
        "firm": key.account.firm.code,
        "account": key.account.name,
        "firmWide": key.firm_wide,
        "scopes": list(key.scopes),
        "networks": [str(network) for network in key.networks],
        "tier": key.tier.name,
        "colocation": key.colocation.name if key.colocation else None,
        "label": key.label,
        "status": key.status_at(timezone.now()),
        "expiresAt": key.expires_at.isoformat() if key.expires_at else None,
        "createdAt": key.created_at.isoformat(),
    }
