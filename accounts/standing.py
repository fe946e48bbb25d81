"""Through which functions the admin and the commands suspend, reinstate and off-board, and sessions that were left
are closed.

Whoever keeps more than the rows, such as the market, names in `settings.PARTICIPANTS` a module of his own that has
the same six.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings

from accounts import firms
from accounts.models import Session

suspend_firm = firms.suspend
reinstate_firm = firms.reinstate
off_board_firm = firms.off_board
suspend_account = firms.suspend_account
reinstate_account = firms.reinstate_account


def close_left_session(session: Session) -> None:
    session.close()


def function_of(name: str) -> Callable[[Any], None]:
    module = import_module(getattr(settings, "PARTICIPANTS", __name__))
    function: Callable[[Any], None] = getattr(module, name)
    return function
