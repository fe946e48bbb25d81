"""The market maker's pages of the operations desk; each module registers its own."""

from mmapi import consumer_admin, lock_admin, session_admin
from mmapi.incentives import ledger_admin, programme_admin, statement_admin
from mmapi.obligations import admin as obligation_admin

__all__ = [
    "consumer_admin",
    "ledger_admin",
    "lock_admin",
    "obligation_admin",
    "programme_admin",
    "session_admin",
    "statement_admin",
]
