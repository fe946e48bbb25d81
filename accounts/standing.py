"""Through which functions firms and accounts are suspended, reinstated, off-boarded and given their limits, and
sessions that were left are closed.

Whoever keeps more than the rows, such as the market, names in `settings.PARTICIPANTS` a module of his own that has
the same functions.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings

from accounts import firms
from accounts.models import Session, TradingAccount

suspend_firm = firms.suspend
reinstate_firm = firms.reinstate
off_board_firm = firms.off_board
suspend_account = firms.suspend_account
reinstate_account = firms.reinstate_account


def close_left_session(session: Session) -> None:
    session.close()


def set_risk_limits(account: TradingAccount, *, max_open_orders: int, max_exposure: int) -> None:
    """Without a market there is nothing that they would bound."""


def market_symbols() -> list[str]:
    """What an applicant may ask for; empty where there is no market."""
    return []


def function_of(name: str) -> Callable[..., Any]:
    module = import_module(getattr(settings, "PARTICIPANTS", __name__))
    function: Callable[..., Any] = getattr(module, name)
    return function
