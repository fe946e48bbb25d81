"""Ends an account's membership in a market's obligation programme, now."""

from argparse import ArgumentParser
from typing import Any

from mmapi.management.obligation_command import ObligationCommand, account_named, existing
from mmapi.obligations import programmes
from venue.markets import Terms


class Command(ObligationCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("account", help="The account's name.")
        parser.add_argument("--reason", default="", help="Kept in the record.")

    def operate(self, market: Terms, options: dict[str, Any]) -> None:
        programmes.leave(existing(market), account_named(options["account"]), reason=options["reason"])
