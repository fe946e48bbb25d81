"""The door of the WebSockets: signed in the handshake with the headers of every request, over timestamp + "GET" +
path?query. A refusal is the same problem document as over HTTP, before the socket opens."""

import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from channels.db import database_sync_to_async
from django.db import InterfaceError, OperationalError
from redis.exceptions import RedisError

from accounts import admission, authentication, networks, permissions, sessions
from accounts.admission import Charge, Verdict
from accounts.credentials import Credential, cache
from accounts.refusals import AdmissionUnavailable, InvalidApiKey, Refusal, ReplayedSignature
from accounts.scopes import Scope
from accounts.views import BUDGETS, rate_limited
from venue.errors import document

_EXTENSION = "websocket.http.response"


class Entered(NamedTuple):
    """Who opened the socket, and under which session name."""

    credential: Credential
    session: str


async def enter(scope: Mapping[str, Any], needed: Scope) -> Entered:
    """Lets the socket in, as one request; raises a `Refusal`."""
    return await database_sync_to_async(pass_door)(meta_of(scope), needed)


def meta_of(scope: Mapping[str, Any]) -> dict[str, str]:
    """The handshake as Django's `META` has a request."""
    headers = {
        "HTTP_" + name.decode("latin-1").upper().replace("-", "_"): value.decode("latin-1")
        for name, value in scope["headers"]
    }
    return headers | {
        "PATH_INFO": scope["path"],
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
    }


def pass_door(meta: Mapping[str, Any], needed: Scope) -> Entered:
    try:
        return _pass_door(meta, needed)
    except (RedisError, OperationalError, InterfaceError):
        cache.clear()
        raise AdmissionUnavailable from None


def _pass_door(meta: Mapping[str, Any], needed: Scope) -> Entered:
    signed = authentication.read_headers(meta)
    credential, signature = authentication.verify(signed, "GET", authentication.request_target(meta), b"")
    cache.refresh()
    credential = standing(credential.key_id, needed)
    permissions.check_network(credential, networks.client_address(meta))
    charge = Charge(signature, signed.timestamp_ms, signed.session, operations=0, never_refused=False)
    admitted = admission.admit(credential, charge, authentication.now_ms())
    if admitted.verdict is Verdict.REPLAYED:
        raise ReplayedSignature
    if admitted.verdict is not Verdict.ADMITTED:
        raise rate_limited(BUDGETS[admitted.verdict], admitted.retry_after_ms)
    return Entered(sessions.enter(credential, signed.session), signed.session)


def standing(key_id: str, needed: Scope) -> Credential:
    """The key as it stands now, if it still may."""
    credential = cache.find(key_id)
    if credential is None:
        raise InvalidApiKey
    permissions.check_standing(credential, authentication.now_ms())
    permissions.check_scope(credential, needed)
    return credential


async def refuse(scope: Mapping[str, Any], send: Any, refusal: Refusal) -> None:
    """Answers the handshake with the problem; a server that cannot do that closes it with 403."""
    if _EXTENSION not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    request_id = secrets.token_hex(12)
    body = document(refusal, request_id)
    headers = {"Content-Type": "application/problem+json", "X-Request-Id": request_id, **refusal.headers}
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": f"{_EXTENSION}.start", "status": refusal.status_code, "headers": encoded})
    await send({"type": f"{_EXTENSION}.body", "body": body, "more_body": False})
