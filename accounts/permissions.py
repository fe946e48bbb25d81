"""Whether a verified credential may do this, from here, now."""

from accounts.credentials import Credential
from accounts.models import Firm, TradingAccount
from accounts.networks import Address, admits
from accounts.refusals import (
    AccountSuspended,
    FirmNotActive,
    FirmSuspended,
    InsufficientScope,
    KeyBlocked,
    KeyExpired,
    KeyRevoked,
    NetworkNotAllowed,
)
from accounts.scopes import Scope


def check_standing(credential: Credential, now_ms: int) -> None:
    """The key is alive, its firm and its account are active."""
    if credential.revoked:
        raise KeyRevoked
    if credential.blocked:
        raise KeyBlocked
    if credential.expires_at_ms is not None and credential.expires_at_ms <= now_ms:
        raise KeyExpired
    if credential.firm_status != Firm.Status.ACTIVE:
        raise FirmSuspended if credential.firm_status == Firm.Status.SUSPENDED else FirmNotActive
    if credential.account_status != TradingAccount.Status.ACTIVE:
        raise AccountSuspended


def check_network(credential: Credential, address: Address | None) -> None:
    if not admits(credential.networks, credential.colocation_networks, address):
        raise NetworkNotAllowed(observed=str(address or "unknown"))


def check_scope(credential: Credential, scope: Scope) -> None:
    if scope not in credential.scopes:
        raise InsufficientScope(f"This operation needs the scope {scope.value}.", required=scope.value)
