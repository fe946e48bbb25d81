"""The applicant's private link: an unguessable token, of which the venue keeps a hash."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from django.http import HttpRequest
from django.utils import timezone

from accounts.onboarding.models import ENDED, Application
from staff import audit

# After the decision the link still tells it, for this long.
KEPT: Final = timedelta(days=90)
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def make_reference() -> str:
    """A name for telephone and correspondence; it opens nothing."""
    return "APP-" + "".join(secrets.choice(_ALPHABET) for _ in range(8))


def make_token() -> str:
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Of 256 random bits, so without salt or stretching."""
    return hashlib.sha256(token.encode()).hexdigest()


def find(token: str) -> Application | None:
    application = Application.objects.filter(link_hash=digest(token)).first()
    return None if application is None or has_ended(application) else application


def has_ended(application: Application) -> bool:
    return application.status in ENDED and application.updated_at + KEPT < timezone.now()


def replace(application: Application, request: HttpRequest | None) -> str:
    """A new token, for an applicant who lost the link; the old one opens nothing from now on."""
    token = make_token()
    Application.objects.filter(pk=application.pk).update(link_hash=digest(token))
    audit.record(request, "replace_status_link", application)
    return token
