"""What an account may not enter for a while, after a mass cancel that locks."""

from venue.engine.accounts import Account
from venue.engine.commands import ResetLocks
from venue.engine.events import Lock, LocksChanged
from venue.engine.orders import Order, Quote
from venue.engine.rejects import Reject, RejectCode
from venue.engine.state import EngineState
from venue.engine.terms import Kind


def mass_cancel_refuses(entity: Order | Quote, now: int) -> Reject | None:
    """`limit` tells until when (epoch ms; 0: until it is reset)."""
    account = entity.account
    if not account.mass_cancel_locks:
        return None
    side = entity.side if isinstance(entity, Order) else 0
    wanted = Lock(0, entity.market.number, entity.kind, side, entity.session)
    for lock in account.mass_cancel_locks:
        if (not lock.until or now < lock.until) and _covers(lock, wanted):
            return Reject(RejectCode.MASS_CANCEL_LOCK, lock.until, now, min(0, now - lock.until) if lock.until else 0)
    return None


def _covers(lock: Lock, wanted: Lock) -> bool:
    """A wanted side of 0 is both."""
    return (
        (not lock.market or lock.market == wanted.market)
        and (lock.kind is Kind.ANY or lock.kind is wanted.kind)
        and (not lock.side or not wanted.side or lock.side == wanted.side)
        and (not lock.session or lock.session == wanted.session)
    )


def lock(state: EngineState, account: Account, added: Lock) -> None:
    _change(state, account, (*account.mass_cancel_locks, added))


def reset_locks(state: EngineState, command: ResetLocks) -> None:
    """Lift all locks of the account, or of every account of the firm."""
    for account in accounts_of(state, command.account, command.firm):
        if account.mass_cancel_locks:
            _change(state, account, ())


def lift_expired(state: EngineState) -> None:
    for number in sorted(state.locked_accounts):
        account = state.accounts[number]
        left = tuple(one for one in account.mass_cancel_locks if not one.until or state.now < one.until)
        if left != account.mass_cancel_locks:
            _change(state, account, left)


def accounts_of(state: EngineState, account: int, firm: int) -> list[Account]:
    """The one account, or where none is named all of the firm."""
    if account:
        return [state.account(account, firm)]
    return [one for _, one in sorted(state.accounts.items()) if one.firm == firm]


def _change(state: EngineState, account: Account, locks: tuple[Lock, ...]) -> None:
    set_locks(state, account, locks)
    state.events.append(LocksChanged(account.id, account.firm, locks))


def set_locks(state: EngineState, account: Account, locks: tuple[Lock, ...]) -> None:
    account.mass_cancel_locks = locks
    (state.locked_accounts.add if locks else state.locked_accounts.discard)(account.id)
