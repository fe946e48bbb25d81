"""Client ids as idempotency keys: the same id with the same body gets the first outcome again."""

from venue.engine.accounts import Account
from venue.engine.commands import PlaceOrder, PlaceQuote
from venue.engine.events import CommandReplayed
from venue.engine.rejects import Reject, RejectCode
from venue.engine.state import EngineState
from venue.engine.terms import Kind


def already_bound(state: EngineState, kind: Kind, account: Account, command: PlaceOrder | PlaceQuote) -> bool:
    """The client id has answered this command: with the first outcome, or with a refusal while that one lives."""
    first = account.client_ids[kind].first.get(command.client_id)
    if first is None:
        return False
    sequence, digest, entity_id = first
    if digest == command.digest:
        state.events.append(CommandReplayed(sequence))
        return True
    if entity_id in (state.orders if kind is Kind.ORDER else state.quotes):
        reject = Reject(RejectCode.CLIENT_ID_IN_USE)
        state.refuse(kind, entity_id, command.market, (account.id, account.firm), command.client_id, reject)
        return True
    return False
