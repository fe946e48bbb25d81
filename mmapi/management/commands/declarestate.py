"""Declares a stressed or exceptional state of a market. It takes over from one that runs."""

from argparse import ArgumentParser
from typing import Any

from mmapi.management.obligation_command import ObligationCommand, existing, moment_given
from mmapi.obligations import programmes
from mmapi.obligations.integration.terms import Condition
from venue.markets import Terms

STATES = {"stressed": Condition.STRESSED, "exceptional": Condition.EXCEPTIONAL}


class Command(ObligationCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("state", choices=list(STATES))
        parser.add_argument("--reason", required=True, help="Makers are told.")
        parser.add_argument("--starts", default="", help="ISO 8601; without it: now.")
        parser.add_argument("--until", default="", help="ISO 8601; without it the state is ended by endstate.")

    def operate(self, market: Terms, options: dict[str, Any]) -> None:
        programmes.declare(
            existing(market),
            STATES[options["state"]],
            options["reason"],
            starts=moment_given(options["starts"]) if options["starts"] else 0,
            ends=moment_given(options["until"]) if options["until"] else 0,
        )
