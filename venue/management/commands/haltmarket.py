"""Halts a market: nothing trades and nothing new is taken; what rests stays."""

from argparse import ArgumentParser
from typing import Any

from venue import markets
from venue.engine.terms import MarketStatus
from venue.management.market_command import MarketCommand
from venue.markets import Terms


class Command(MarketCommand):
    help = __doc__
    action = "halt_market"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", default="Halted by command.")

    def operate(self, terms: Terms, options: dict[str, Any]) -> None:
        markets.set_status(terms, MarketStatus.HALTED, options["reason"])
