"""Gives a market any of its statuses: open, post_only, halted, closed."""

from argparse import ArgumentParser
from typing import Any

from venue import markets
from venue.engine.terms import MarketStatus
from venue.management.market_command import MarketCommand
from venue.markets import Terms

STATUSES = {status.name.lower(): status for status in MarketStatus}


class Command(MarketCommand):
    help = __doc__
    action = "set_market_status"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("status", choices=STATUSES)
        parser.add_argument("--reason", default="")

    def operate(self, terms: Terms, options: dict[str, Any]) -> None:
        markets.set_status(terms, STATUSES[options["status"]], options["reason"])
