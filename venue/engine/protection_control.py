"""Protections configured, reset and removed by the market maker."""

from collections.abc import Callable
from typing import Any, Final

from venue.engine.accounts import Account, Position
from venue.engine.commands import ConfigureProtection, RemoveProtection, ResetProtection
from venue.engine.events import ProtectionRemoved
from venue.engine.matching import cancel_all
from venue.engine.protection import Protection, key_of
from venue.engine.rejects import Reject, RejectCode
from venue.engine.state import EngineState
from venue.engine.terms import CancelReason, Kind


def configure_protection(state: EngineState, command: ConfigureProtection) -> None:
    """New terms, counted from nothing. A protection that is frozen stays so, in markets that join it too."""
    account = state.account(command.account, command.firm)
    key = key_of(command.group, command.markets[0])
    refused = _refused(state, account, command)
    if refused is not None:
        market, reject = refused
        state.refuse(Kind.ANY, 0, market, (account.id, account.firm), "", reject)
        return
    protection = account.protections.get(key)
    if protection is None:
        protection = account.protections[key] = Protection(account, command, state.sequence)
    else:
        release(protection)
        protection.configure(command, state.sequence)
    for position in positions_of(state, protection):
        position.protection = protection
    state.events.append(protection.changed())
    if state.now < protection.frozen_until:
        cancel_all(state, protection.covered(), CancelReason.PROTECTION)


def reset_protection(state: EngineState, command: ResetProtection) -> None:
    protection = _known(state, command)
    if protection is not None:
        protection.reset(state.sequence)
        state.events.append(protection.changed())


def remove_protection(state: EngineState, command: RemoveProtection) -> None:
    protection = _known(state, command)
    if protection is not None:
        release(protection)
        del protection.account.protections[protection.key]
        state.events.append(
            ProtectionRemoved(protection.account.id, protection.account.firm, command.group, command.market)
        )


def positions_of(state: EngineState, protection: Protection) -> list[Position]:
    """The account's positions in the markets of the protection."""
    return [protection.account.position_in(state.markets[number]) for number in protection.terms.markets]


def release(protection: Protection) -> None:
    """Its markets are under no protection any more."""
    for number in protection.terms.markets:
        protection.account.positions[number].protection = None


def _refused(state: EngineState, account: Account, command: ConfigureProtection) -> tuple[int, Reject] | None:
    """The first market that does not exist, or that another protection of the account has."""
    own = account.protections.get(key_of(command.group, command.markets[0]))
    for number in command.markets:
        if number not in state.markets:
            return number, Reject(RejectCode.UNKNOWN_MARKET)
        position = account.positions.get(number)
        if position and position.protection not in (None, own):
            return number, Reject(RejectCode.MARKET_PROTECTED)
    return None


def _known(state: EngineState, command: ResetProtection | RemoveProtection) -> Protection | None:
    account = state.accounts.get(command.account)
    protection = account.protections.get(key_of(command.group, command.market)) if account else None
    if protection is None:
        owner = (command.account, command.firm)
        state.refuse(Kind.ANY, 0, command.market, owner, "", Reject(RejectCode.UNKNOWN_PROTECTION))
    return protection


PROTECTION_CONTROL: Final[dict[type, Callable[[EngineState, Any], None]]] = {
    ConfigureProtection: configure_protection,
    ResetProtection: reset_protection,
    RemoveProtection: remove_protection,
}
