"""Writing the record of what staff did. Called by name from each action, in the action's own transaction."""

import getpass
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest

from staff.models import AuditEntry


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
    actor = request.user if request is not None and isinstance(request.user, User) else None
    return AuditEntry.objects.create(
        actor=actor,
        actor_name=name_of(request, actor),
        address=request.META.get("REMOTE_ADDR") or None if request is not None else None,
        action=action,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=str(subject.pk) if subject is not None else "",
        subject=str(subject)[:200] if subject is not None else "",
        reason=reason[:500],
        before=dict(before or {}),
        after=dict(after or {}),
    )


def name_of(request: HttpRequest | None, actor: User | None) -> str:
    """Who asks without having signed in is an applicant: nobody else gets anything done here."""
    if request is None:
        return f"command:{getpass.getuser()}"
    return actor.get_username() if actor else "applicant"
