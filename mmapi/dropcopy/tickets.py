"""One-use tickets for browsers, which cannot sign a WebSocket's handshake with headers."""

import secrets
from typing import Any, Final

from accounts.authentication import now_ms
from accounts.connections import redis_client, redis_name
from accounts.credentials import Credential
from accounts.refusals import Unauthenticated
from venue.notation import moment
from venue.serializers import Shape

LIFETIME_SECONDS: Final = 30


class InvalidTicket(Unauthenticated):
    code = "INVALID_TICKET"
    default_detail = "The ticket is not known: it was used, is older than 30 seconds, or never was."


class TicketShape(Shape, frozen=True, kw_only=True):
    ticket: str
    expires_at: str
    url: str


def issue(credential: Credential, url: str) -> TicketShape:
    ticket = secrets.token_urlsafe(32)
    redis_client().set(_name(ticket), credential.key_id, ex=LIFETIME_SECONDS)
    expires_at = moment(now_ms() + LIFETIME_SECONDS * 1000)
    return TicketShape(ticket=ticket, expires_at=expires_at, url=f"{url}?ticket={ticket}")


def redeem(ticket: str) -> str:
    """The key that asked for it; whoever comes second finds nothing."""
    key_id: Any = redis_client().getdel(_name(ticket))
    if key_id is None:
        raise InvalidTicket
    return str(key_id, "ascii")


def _name(ticket: str) -> str:
    return redis_name("ticket", ticket)
