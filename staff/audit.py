"""Writing the record of what staff did. Called by name from each action, in the action's own transaction."""

import getpass
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Model
from django.http import HttpRequest

from staff import addresses
from staff.models import AuditEntry

# Whatever a caller hands over under such a name is not written down.
SECRET_WORDS: Final = frozenset(
    {
        "password",
        "secret",
        "apisecret",
        "privatekey",
        "token",
        "otptoken",
        "key",
        "recoverycodes",
        "csrfmiddlewaretoken",
    }
)
SECRET: Final = "(secret)"  # noqa: S105 - what stands in its place


def record(
    request: HttpRequest | None,
    action: str,
    subject: Model | None = None,
    *,
    reason: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Without a request it was a management command. `before` and `after` hold what JSON can."""
    actor = actor_of(request)
    return AuditEntry.objects.create(
        actor=actor,
        actor_name=name_of(request, actor),
        address=addresses.of_request(request) if request is not None else None,
        action=action,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        subject=str(subject)[:200] if subject is not None else "",
        reason=reason[:500],
        before=without_secrets(dict(before or {})),
        after=without_secrets(dict(after or {})),
        request_id=request_id_of(request),
    )


def actor_of(request: HttpRequest | None) -> User | None:
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def name_of(request: HttpRequest | None, actor: User | None) -> str:
    if actor is not None:
        return actor.get_username()
    return "nobody" if request is not None else command_name()


def request_id_of(request: HttpRequest | None) -> str:
    return str(getattr(request, "request_id", ""))


def command_name() -> str:
    try:
        return f"command:{getpass.getuser()}"
    except (KeyError, OSError):  # a container's user may have no name
        return f"command:{os.getuid()}"


def without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: SECRET if is_secret(name) else without_secrets(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [without_secrets(inner) for inner in value]
    return value


def is_secret(name: object) -> bool:
    return str(name).replace("_", "").replace("-", "").lower() in SECRET_WORDS


@contextmanager
def acting(request: HttpRequest | None) -> Iterator[None]:
    """Tells the database who acts, for the entries that its triggers write; without a request it is a command."""
    actor = actor_of(request)
    address = (addresses.of_request(request) or "") if request is not None else ""
    tell(str(actor.pk) if actor else "", name_of(request, actor), address, request_id_of(request))
    try:
        yield
    finally:
        # A connection that is gone, or within a broken transaction, forgets by itself or refuses to be told.
        if connection.connection is not None and not connection.needs_rollback:
            tell("", "", "", "")


def tell(*who: str) -> None:
    names = ("actor_id", "actor_name", "address", "request_id")
    settings = ", ".join(f"set_config('staff.{name}', %s, false)" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {settings}", who)


def verify() -> dict[str, Any]:
    """Whether each entry is as it was sealed, none is missing, and none was added past the seal."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT number, entry_id FROM (
                SELECT number, entry_id, hash, lag(number, 1, 0::bigint) OVER chain AS number_before,
                       staff_seal_of(entry, lag(hash, 1, '') OVER chain) AS expected
                FROM staff_auditseal JOIN staff_auditentry entry ON entry.id = entry_id
                WINDOW chain AS (ORDER BY number)
            ) seals WHERE hash <> expected OR number <> number_before + 1 ORDER BY number LIMIT 20
            """
        )
        broken = [f"seal {number} does not fit entry {entry}" for number, entry in cursor.fetchall()]
        cursor.execute(
            "SELECT id FROM staff_auditentry WHERE NOT EXISTS "
            "(SELECT FROM staff_auditseal WHERE entry_id = staff_auditentry.id) ORDER BY id LIMIT 20"
        )
        unsealed = [f"entry {entry} has no seal" for (entry,) in cursor.fetchall()]
        cursor.execute("SELECT number, hash FROM staff_auditseal ORDER BY number DESC LIMIT 1")
        number, head = cursor.fetchone() or (0, "")
    return {"entries": number, "head": head, "faults": broken + unsealed}
