"""The base of commands that do something to one market, through its matcher."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.management.json_command import JsonCommand
from accounts.refusals import Refusal
from venue import markets
from venue.markets import Terms
from venue.models import Market
from venue.serializers import market_shape


def described(terms: Terms) -> dict[str, Any]:
    """What an operator asks of a market; prices as exact decimal text."""
    row = Market.objects.get(number=terms.number)
    shape = market_shape(row, terms)
    return {
        "market": shape.market,
        "status": shape.status,
        "reason": row.status_reason,
        "referencePrice": text(terms, row.reference_price),
        "referenceAt": shape.reference_at,
        "lastPrice": text(terms, row.last_price),
        "priceBandBps": shape.price_band_bps,
        "tickSize": f"{terms.tick_size:f}",
        "lotSize": f"{terms.lot_size:f}",
        "shard": terms.shard,
    }


def text(terms: Terms, ticks: int) -> str | None:
    return f"{terms.price(ticks):f}" if ticks else None


class MarketCommand(JsonCommand):
    """`operate()` does it; the answer is the market as it is then."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("market", help="The market's symbol, such as BTC-USD.")

    def answer(self, options: dict[str, Any]) -> dict[str, Any]:
        terms = markets.by_symbol(options["market"])
        if terms is None:
            raise CommandError(f"There is no market {options['market']}.")
        self.subject = Market.objects.get(number=terms.number)
        try:
            self.operate(terms, options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        return described(terms)

    def operate(self, terms: Terms, options: dict[str, Any]) -> None:
        raise NotImplementedError
