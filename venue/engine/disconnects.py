"""Cancel-on-disconnect: settings, their firing, and the locks that a firing may leave. Who is silent the matcher's
watch knows; here its word is carried out, by command like everything else."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from venue.engine import commands, events
from venue.engine.accounts import Account
from venue.engine.events import DisconnectChanged
from venue.engine.matching import cancel_all
from venue.engine.orders import Order, Quote
from venue.engine.state import EngineState
from venue.engine.terms import CancelReason, DisconnectScope

Key = tuple[int, DisconnectScope, int]


class Disconnect:
    """One setting: what is cancelled when a session was silent for so long. Times are of the sessions' clock."""

    __slots__ = DisconnectChanged.__struct_fields__

    session: int
    scope: DisconnectScope
    market: int
    account: int
    firm: int
    timeout_ms: int
    lock: bool
    armed_at: int
    fired_at: int
    locked: bool
    key_id: str
    session_name: str

    def __init__(self, was: DisconnectChanged) -> None:
        for field in DisconnectChanged.__struct_fields__:
            setattr(self, field, getattr(was, field))

    @property
    def key(self) -> Key:
        return self.session, self.scope, self.market

    @property
    def fired(self) -> bool:
        """It has fired, and the session was not heard of since."""
        return self.fired_at > self.armed_at

    def covers(self, market: int, session: int) -> bool:
        """Interest of the account in that market, by that session, is in the scope."""
        if self.scope is DisconnectScope.MARKET:
            return market == self.market
        return self.scope is DisconnectScope.ACCOUNT or session == self.session


def configure_disconnect(state: EngineState, command: commands.ConfigureDisconnect) -> None:
    key = (command.session, command.scope, command.market)
    before = state.disconnects.pop(key, None)
    # What was put in before the last deadline stays too late, however the setting was changed since.
    fired_at = before.fired_at if before else 0
    setting = Disconnect(
        DisconnectChanged(
            *key,
            command.account,
            command.firm,
            command.timeout_ms,
            command.lock,
            command.armed_at,
            fired_at,
            False,
            command.key_id,
            command.session_name,
        )
    )
    if command.timeout_ms:
        state.disconnects[key] = setting
    for owner in {(one.account, one.firm) for one in (before, setting) if one}:
        _settle_locks(state, *owner)
    state.events.append(as_event(setting))


def fire_disconnect(state: EngineState, command: commands.FireDisconnect) -> None:
    """Cancel exactly the scope. What was changed, or has fired, since the watch looked is left alone."""
    setting = state.disconnects.get((command.session, command.scope, command.market))
    if setting is None or setting.fired or setting.locked or command.deadline <= setting.armed_at:
        return
    chosen = in_scope(state, setting)
    cancel_all(state, chosen, CancelReason.CANCEL_ON_DISCONNECT)
    setting.fired_at = command.deadline
    setting.locked = setting.lock
    _settle_locks(state, setting.account, setting.firm)
    state.events.append(as_event(setting))
    owner = (setting.account, setting.firm)
    times = (command.deadline, command.detected_at)
    state.events.append(events.DisconnectFired(*setting.key, *owner, *times, len(chosen)))


def in_scope(state: EngineState, setting: Disconnect) -> list[Order | Quote]:
    account = state.accounts.get(setting.account)
    mine: Iterable[Order | Quote] = account.open.values() if account else ()
    return [one for one in mine if setting.covers(one.market.number, one.session)]


def rearm_disconnect(state: EngineState, command: commands.RearmDisconnect) -> None:
    for setting in _of_session(state, command.session):
        if setting.fired and not setting.locked and command.heard_at > setting.fired_at:
            _arm(state, setting, command.heard_at)


def unlock_session(state: EngineState, command: commands.UnlockSession) -> None:
    """What the account has locked, and no other's."""
    for setting in _of_session(state, command.session):
        if setting.locked and setting.account == command.account:
            setting.locked = False
            _arm(state, setting, max(command.armed_at, setting.fired_at + 1))
    _settle_locks(state, command.account, command.firm)


def close_session(state: EngineState, command: commands.CloseSession) -> None:
    for setting in _of_session(state, command.session):
        if setting.account == command.account:
            del state.disconnects[setting.key]
            setting.timeout_ms, setting.locked = 0, False
            state.events.append(as_event(setting))
    _settle_locks(state, command.account, command.firm)


def put(state: EngineState, setting: Disconnect) -> None:
    """Take a setting up, as it was made or as it was left."""
    state.disconnects[setting.key] = setting
    _settle_locks(state, setting.account, setting.firm)


def as_event(setting: Disconnect) -> DisconnectChanged:
    return DisconnectChanged(*[getattr(setting, field) for field in DisconnectChanged.__struct_fields__])


def _of_session(state: EngineState, session: int) -> list[Disconnect]:
    """In a fixed order; 0 is every session."""
    return [one for _, one in sorted(state.disconnects.items()) if not session or one.session == session]


def _arm(state: EngineState, setting: Disconnect, moment: int) -> None:
    setting.armed_at = moment
    state.events.append(as_event(setting))


def _settle_locks(state: EngineState, account_id: int, firm: int) -> None:
    account: Account = state.account(account_id, firm)
    account.locks = tuple(one for one in state.disconnects.values() if one.locked and one.account == account_id)


DISCONNECTS: Final[dict[type, Callable[[EngineState, Any], None]]] = {
    commands.ConfigureDisconnect: configure_disconnect,
    commands.FireDisconnect: fire_disconnect,
    commands.RearmDisconnect: rearm_disconnect,
    commands.UnlockSession: unlock_session,
    commands.CloseSession: close_session,
}
