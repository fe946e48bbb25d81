"""Ends the declared state of a market now, or takes back the next one where none runs."""

from argparse import ArgumentParser
from typing import Any

from mmapi.management.obligation_command import ObligationCommand, existing
from mmapi.obligations import programmes
from venue.markets import Terms


class Command(ObligationCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", default="", help="Kept in the record.")

    def operate(self, market: Terms, options: dict[str, Any]) -> None:
        programmes.end_state(existing(market), reason=options["reason"])
