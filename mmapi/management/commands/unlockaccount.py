"""Ends every lock that cancel-on-disconnect has left on an account; what has locked is armed anew."""

from accounts.models import TradingAccount
from mmapi.management.account_command import AccountCommand
from venue import participants


class Command(AccountCommand):
    help = __doc__
    action = "unlock_account"

    def operate(self, account: TradingAccount) -> None:
        participants.unlock_account(account)
