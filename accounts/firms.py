"""Firms and their trading accounts: created, admitted, suspended, reinstated, off-boarded."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts import credentials, keys
from accounts.models import ACCOUNT_TRANSITIONS, FIRM_TRANSITIONS, Firm, TradingAccount

TRANSITIONS: Mapping[type[Firm | TradingAccount], Mapping[Any, frozenset[Any]]] = {
    Firm: FIRM_TRANSITIONS,
    TradingAccount: ACCOUNT_TRANSITIONS,
}


class TransitionRefused(Exception):
    """The firm or account cannot go from its status to the wished one."""


def create(
    code: str,
    legal_name: str = "",
    *,
    accounts: tuple[str, ...] = (),
    status: Firm.Status = Firm.Status.ACTIVE,
    lei: str = "",
) -> Firm:
    """A firm with its accounts; ValidationError says what is wrong with a name."""
    firm = Firm(code=code, legal_name=legal_name or code.title(), lei=lei, status=status)
    with transaction.atomic():
        firm.full_clean()
        firm.save(force_insert=True)
        for name in accounts:
            open_account(firm, name)
    return firm


def open_account(firm: Firm, name: str) -> TradingAccount:
    account = TradingAccount(firm=firm, name=name)
    account.full_clean()
    account.save(force_insert=True)
    return account


def admit(firm: Firm) -> None:
    """Onboarding is done: the firm may trade."""
    move(firm, Firm.Status.APPLIED, Firm.Status.ACTIVE)


def suspend(firm: Firm) -> None:
    move(firm, Firm.Status.ACTIVE, Firm.Status.SUSPENDED)


def reinstate(firm: Firm) -> None:
    move(firm, Firm.Status.SUSPENDED, Firm.Status.ACTIVE)


@transaction.atomic
def off_board(firm: Firm, reason: str = "", by: str = "") -> None:
    """For good: its keys are revoked with it."""
    firm.refresh_from_db(fields=["status"])
    move(firm, firm.status, Firm.Status.OFF_BOARDED)
    keys.revoke_all(firm, f"Off-boarded. {reason}".strip(), by)


def suspend_account(account: TradingAccount) -> None:
    move(account, TradingAccount.Status.ACTIVE, TradingAccount.Status.SUSPENDED)


def reinstate_account(account: TradingAccount) -> None:
    move(account, TradingAccount.Status.SUSPENDED, TradingAccount.Status.ACTIVE)


@transaction.atomic
def move(member: Firm | TradingAccount, status: str, to: str) -> None:
    """One transition of the table, from `status` and no other."""
    locked = type(member)._default_manager.select_for_update().get(pk=member.pk)
    if locked.status != status or to not in TRANSITIONS[type(member)][status]:
        raise TransitionRefused(f"{member} is {locked.status} and cannot become {to}.")
    member.status = to
    member.save(update_fields=["status", "updated_at"])
    credentials.invalidate()


def describe(firm: Firm) -> dict[str, Any]:
    return {
        "firm": firm.code,
        "legalName": firm.legal_name,
        "lei": firm.lei,
        "status": firm.status,
        "accounts": [{"account": account.name, "status": account.status} for account in firm.accounts.all()],
    }
