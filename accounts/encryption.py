"""A text column that PostgreSQL only ever sees encrypted (Fernet); the wrong key raises."""

from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


class SecretUnreadable(Exception):
    """None of VENUE_SECRET_KEYS opens the stored value; the value itself is never returned in its place."""


@lru_cache(maxsize=8)
def cipher_of(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured("VENUE_SECRET_KEYS needs at least one Fernet key.")
    return MultiFernet([Fernet(key) for key in keys])


def cipher() -> MultiFernet:
    """The first of VENUE_SECRET_KEYS encrypts, every one of them decrypts."""
    return cipher_of(tuple(settings.VENUE_SECRET_KEYS))


def encrypt(text: str) -> str:
    return cipher().encrypt(text.encode()).decode("ascii")


def decrypt(token: str) -> str:
    try:
        return cipher().decrypt(token.encode()).decode()
    except InvalidToken:
        raise SecretUnreadable("No key of VENUE_SECRET_KEYS decrypts this secret.") from None


class EncryptedTextField(models.TextField):
    """Empty stays empty, so that a row without a secret can be told in SQL."""

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(value) if value else value

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return decrypt(value) if value else value
