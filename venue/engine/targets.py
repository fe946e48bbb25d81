"""Which open order or quote of an account is meant, by id or by client id."""

from venue.engine.accounts import Account
from venue.engine.commands import Target
from venue.engine.orders import Order, Quote
from venue.engine.rejects import Reject, RejectCode
from venue.engine.state import EngineState
from venue.engine.terms import Kind


def find(state: EngineState, account: Account | None, target: Target) -> Order | Quote | None:
    """None where nothing of the account is open under that name."""
    if account is None:
        return None
    if target.id:
        entity = state.orders.get(target.id) or state.quotes.get(target.id)
        return entity if entity is not None and entity.account is account else None
    if target.kind is not Kind.QUOTE and (order := order_named(state, account, target.client_id)):
        return order
    return quote_named(state, account, target.client_id) if target.kind is not Kind.ORDER else None


def order_named(state: EngineState, account: Account, client_id: str) -> Order | None:
    first = account.client_ids[Kind.ORDER].first.get(client_id)
    return None if first is None else state.orders.get(first[2])


def quote_named(state: EngineState, account: Account, client_id: str) -> Quote | None:
    first = account.client_ids[Kind.QUOTE].first.get(client_id)
    return None if first is None else state.quotes.get(first[2])


def unknown(kind: Kind) -> Reject:
    return Reject(RejectCode.UNKNOWN_QUOTE if kind is Kind.QUOTE else RejectCode.UNKNOWN_ORDER)
