"""Moves the reference price of a market, the centre of its price band."""

from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import CommandError

from venue import markets
from venue.management.market_command import MarketCommand
from venue.markets import OffGrid, Terms, TooLarge


def price(text: str) -> Decimal:
    """A positive decimal; ValueError for anything else."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not (value.is_finite() and value > 0):
        raise ValueError(text)
    return value


class Command(MarketCommand):
    help = __doc__
    action = "move_reference"

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("price", type=price)

    def operate(self, terms: Terms, options: dict[str, Any]) -> None:
        try:
            markets.set_reference_price(terms, options["price"])
        except OffGrid as off:
            nearest = " and ".join(f"{one:f}" for one in (off.below, off.above) if one)
            raise CommandError(f"The price must be a multiple of {off.step:f}; nearest: {nearest}.") from None
        except TooLarge:
            raise CommandError("The price is larger than the market takes.") from None
