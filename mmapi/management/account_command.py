"""The base of commands about one trading account's sessions."""

from argparse import ArgumentParser
from typing import Any

import msgspec
from django.core.management.base import CommandError

from accounts.management.json_command import JsonCommand
from accounts.models import TradingAccount
from accounts.refusals import Refusal
from mmapi import sessions


class AccountCommand(JsonCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("account", help="The account's name.")

    def answer(self, options: dict[str, Any]) -> Any:
        self.subject = account = TradingAccount.objects.filter(name=options["account"]).first()
        if account is None:
            raise CommandError(f"There is no account {options['account']}.")
        try:
            self.operate(account)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        return msgspec.to_builtins(sessions.of_account(account))

    def operate(self, account: TradingAccount) -> None:
        """What is done before the sessions are told."""
