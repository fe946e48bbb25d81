"""Market-making sessions: a key and a name, opened by the key's first market-making call. Later calls find theirs
without SQL; closing raises the generation, so that every process looks again."""

from dataclasses import replace
from typing import Final

from django.db import transaction

from accounts import credentials, heartbeats, standing
from accounts.credentials import Credential
from accounts.models import ApiKey, Session
from accounts.refusals import SessionLimitReached
from accounts.scopes import Scope

# By key and name: the credential as it came, and as it goes on. Another generation brings another credential.
_known: dict[tuple[str, str], tuple[Credential, Credential]] = {}
_MOST_KNOWN: Final = 100_000


def enter(credential: Credential, name: str, *, opens: bool = True) -> Credential:
    """The credential with its session's number; what a key without the scope does belongs to no session.

    Raises `SessionLimitReached`. Who only cancels opens none: that is never refused.
    """
    if Scope.MARKET_MAKING not in credential.scopes:
        return credential
    known = _known.get((credential.key_id, name))
    if known is not None and known[0] is credential:
        return known[1]
    number = find(credential.key_id, name) or (open_session(credential, name) if opens else 0)
    entered = replace(credential, session=number)
    if number:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[credential.key_id, name] = (credential, entered)
    return entered


def find(key_id: str, name: str) -> int:
    """The number of the open session of that name; 0 where there is none."""
    found = Session.objects.filter(key__key_id=key_id, name=name, closed_at=None).values_list("pk", flat=True).first()
    return found or 0


@transaction.atomic
def open_session(credential: Credential, name: str) -> int:
    """One after the other for each key, so that the limit holds."""
    key = ApiKey.objects.select_for_update(of=("self",)).get(key_id=credential.key_id)
    mine = Session.objects.filter(key=key, closed_at=None)
    again = mine.filter(name=name).first()
    if again is not None:
        return again.pk
    limit = credential.tier.max_sessions
    if limit and mine.count() >= limit:
        close_idle(list(mine.select_related("key", "account")))
        if mine.count() >= limit:
            raise SessionLimitReached(limit=limit)
    return Session.objects.create(key=key, name=name, account=key.account).pk


def close_idle(sessions: list[Session]) -> None:
    """Room for a new one: those that were not heard of for ten minutes. None of them has a deadline still to come."""
    close_left = standing.function_of("close_left_session")
    names = [(session.key.key_id, session.name) for session in sessions]
    _, beats = heartbeats.last_heard(names)
    for session, beat in zip(sessions, beats, strict=True):
        if beat is None:
            close_left(session)

    credentials.invalidate()
