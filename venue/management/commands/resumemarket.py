"""Opens a market: orders and quotes are taken and matched."""

from typing import Any

from venue import markets
from venue.engine.terms import MarketStatus
from venue.management.market_command import MarketCommand
from venue.markets import Terms


class Command(MarketCommand):
    help = __doc__
    action = "resume_market"

    def operate(self, terms: Terms, options: dict[str, Any]) -> None:
        markets.set_status(terms, MarketStatus.OPEN)
