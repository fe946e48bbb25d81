"""What a database needs before the venue opens: tables, the sandbox, a staff login, a maker's key."""

import hashlib
import io
import json
import os
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command

from venue.launch import data, environment

STAFF_NAME = "ops"
MAKER = ["--firm", "ALPHA", "--account", "alpha-1"]
MAKER_SCOPES = ["READ", "MARKET_MAKING", "DROP_COPY"]


def prepare(folder: Path) -> None:
    """Every step may be done again and changes nothing then."""
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from staff import audit  # noqa: PLC0415 - needs the apps

    with audit.acting(None):
        call_command("seed")
        make_staff(data.secrets_of(folder)["staff_password"])
    issue_maker_key(folder / "maker-key.json")


def make_staff(password: str) -> None:
    """Once: a password that staff changed later stays theirs."""
    users = get_user_model().objects
    if not users.filter(username=STAFF_NAME).exists():
        users.create_superuser(STAFF_NAME, password=password)


def database_name() -> str:
    """Tells one database from another without keeping its address."""
    named = environment.database_url() or "embedded"
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def issue_maker_key(file: Path) -> None:
    """Once per database: the secret cannot be shown again, so the answer is kept."""
    known = data.read(file)
    if known and known["database"] == database_name():
        return
    answer = io.StringIO()
    scopes = [word for scope in MAKER_SCOPES for word in ("--scope", scope)]
    call_command("issuekey", *MAKER, *scopes, "--json", stdout=answer)
    data.write(file, {"database": database_name(), "key": json.loads(answer.getvalue())})


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "venue.settings")
    django.setup()
    prepare(settings.VENUE_DATA)
