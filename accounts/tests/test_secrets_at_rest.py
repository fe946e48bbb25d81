"""PostgreSQL never sees a secret; the wrong key raises; keys rotate."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from accounts import keys
from accounts.encryption import SecretUnreadable
from accounts.models import ApiKey
from accounts.tests.cast import Party


def stored(key: ApiKey) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_apikey WHERE key_id = %s", [key.key_id])
        return str(cursor.fetchone()[0])


def test_the_stored_value_is_not_the_secret(alpha: Party) -> None:
    caller = alpha.caller()
    assert caller.credentials["apiSecret"] not in stored(caller.key)
    assert ApiKey.objects.get(pk=caller.key.pk).secret == caller.credentials["apiSecret"]


def test_the_wrong_key_raises_and_never_returns_the_ciphertext(alpha: Party, settings: Any) -> None:
    caller = alpha.caller()
    settings.VENUE_SECRET_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(SecretUnreadable):
        ApiKey.objects.get(pk=caller.key.pk)


def test_without_a_key_nothing_is_issued(alpha: Party, settings: Any) -> None:
    settings.VENUE_SECRET_KEYS = []
    with pytest.raises(ImproperlyConfigured):
        alpha.caller()


def test_rotation(alpha: Party, settings: Any) -> None:
    caller = alpha.caller()
    alpha.caller(algorithm="ed25519")
    old, new = settings.VENUE_SECRET_KEYS[0], Fernet.generate_key().decode()
    before = stored(caller.key)
    settings.VENUE_SECRET_KEYS = [new, old]
    assert caller.get("/orders").status_code == 200
    assert keys.encrypt_anew() == 1
    assert stored(caller.key) != before
    settings.VENUE_SECRET_KEYS = [new]
    call_command("rotatesecrets", "--json")
    assert caller.get("/orders").status_code == 200
    settings.VENUE_SECRET_KEYS = [old]
    with pytest.raises(SecretUnreadable):
        ApiKey.objects.get(pk=caller.key.pk)
