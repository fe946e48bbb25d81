"""What a key has entered, and cancelling it. Orders and quotes carry their session, and their command the key."""

from collections.abc import Callable
from typing import Final

from django.conf import settings

from accounts.models import ApiKey
from venue import gateway, markets
from venue.engine import commands
from venue.engine.commands import Command, MassCancel
from venue.engine.terms import CancelReason
from venue.models import JOURNAL_BITS
from venue.participants import confirmed
from venue.queries import fetch
from venue.replies import cancelled_by

Addressed = tuple[int, Command]

CANCEL: Final[dict[str, Callable[..., Command]]] = {"order": commands.CancelOrder, "quote": commands.CancelQuote}

_OPEN: Final = "e.account_id = %(account)s AND e.status IN (0, 1)"
# Sessions of the key that are open, or were closed while something of them rested.
_SESSIONS: Final = f"""
    SELECT s.id FROM accounts_session s WHERE s.key_id = %(key)s AND (s.closed_at IS NULL
        OR EXISTS (SELECT FROM venue_order e WHERE {_OPEN} AND e.session = s.id)
        OR EXISTS (SELECT FROM quotes_quote e WHERE {_OPEN} AND e.session = s.id))"""
# Outside of sessions only the journal knows by which key something came.
_ENTERED: Final = f"""
    SELECT %(kind)s, e.id, m.shard FROM {{table}} e JOIN venue_market m ON m.number = e.market_id
    JOIN venue_command c ON c.id = (m.shard::bigint << {JOURNAL_BITS} | e.created_sequence)
    WHERE {_OPEN} AND e.session = 0 AND c.key_id = %(key_id)s"""


def cancel_what_it_entered(key: ApiKey) -> int:
    """Of a key that is blocked already. What it sent before the block and is still under way meets a lock of its
    sessions, or has been carried out when its own lane has answered. How many orders and quotes."""
    account, firm = key.account_id, key.account.firm_id
    lock_ms = settings.SUBMIT_TIMEOUT_MS  # no command lives longer
    shards = sorted(markets.shards())
    sessions = [number for (number,) in fetch(_SESSIONS, {"key": key.pk, "account": account})]
    by_session: list[Addressed] = [
        (shard, MassCancel(account, firm, reason=CancelReason.OPERATIONS, session=session, lock_ms=lock_ms))
        for session in sessions
        for shard in shards
    ]
    cancelled = carried_out(by_session)
    confirmed(gateway.submit_each([(shard, commands.ExpireDue()) for shard in shards], key_id=key.key_id))
    return cancelled + carried_out(cancels(key))


def cancels(key: ApiKey) -> list[Addressed]:
    """A cancel for each order and quote that the key entered outside of its sessions."""
    owner = key.account_id, key.account.firm_id
    parameters = {"account": key.account_id, "key_id": key.key_id}
    orders = fetch(_ENTERED.format(table="venue_order"), {**parameters, "kind": "order"})
    quotes = fetch(_ENTERED.format(table="quotes_quote"), {**parameters, "kind": "quote"})
    return [(shard, CANCEL[kind](*owner, number)) for kind, number, shard in orders + quotes]


def carried_out(sent: list[Addressed]) -> int:
    return sum(cancelled_by(outcome.reply) for outcome in confirmed(gateway.submit_each(sent)))
