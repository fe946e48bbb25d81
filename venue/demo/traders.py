"""What makers and takers have in common: a client, the markets as the venue lists them, and the loop of turns."""

import logging
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from threading import Event
from typing import Any, Final, NamedTuple

from venue.demo.client import NO_ANSWER, Client, NotNow

logger = logging.getLogger(__name__)

_LISTING_AGE: Final = 5.0  # seconds


class Listing(NamedTuple):
    """A market as the venue describes it."""

    symbol: str
    asset: str
    tick_size: Decimal
    lot_size: Decimal
    reference_price: Decimal
    is_open: bool

    def size(self, notional: Decimal) -> Decimal:
        """About that much, in whole lots and at least one."""
        lots = (notional / self.reference_price / self.lot_size).to_integral_value(ROUND_FLOOR)
        return max(lots, Decimal(1)) * self.lot_size

    def below(self, price: Decimal) -> Decimal:
        return (price / self.tick_size).to_integral_value(ROUND_FLOOR) * self.tick_size

    def above(self, price: Decimal) -> Decimal:
        return (price / self.tick_size).to_integral_value(ROUND_CEILING) * self.tick_size


def listing_of(market: dict[str, Any]) -> Listing:
    return Listing(
        market["market"],
        market["baseAsset"],
        Decimal(market["tickSize"]),
        Decimal(market["lotSize"]),
        Decimal(market["referencePrice"] or 0),
        market["status"] == "open",
    )


class Trader(ABC):
    """Takes turns; between two of them it does nothing."""

    def __init__(self, name: str, client: Client) -> None:
        self.name = name
        self.client = client
        self.due = 0.0
        self._trouble = NO_ANSWER  # as is to be expected while the venue starts
        self._listings: list[Listing] = []
        self._listed_at = float("-inf")

    @abstractmethod
    def turn(self) -> float:
        """Trade; answers how many seconds to wait for the next turn. Raises `NotNow`."""

    def distrust(self) -> None:
        """What the trader believes of its open orders and quotes may be wrong from now on."""
        self._listed_at = float("-inf")

    def leave(self) -> None:
        """Go home."""
        self.client.close()

    def markets(self) -> list[Listing]:
        """Those that can be traded now."""
        if time.monotonic() - self._listed_at > _LISTING_AGE:
            answer = self.client.get("/api/v1/markets")
            self._listings = [listing_of(market) for market in answer.content["markets"]]
            self._listed_at = time.monotonic()
        return [listing for listing in self._listings if listing.is_open and listing.reference_price]

    def take_turn(self) -> None:
        try:
            wait = self.turn()
            self._say("")
        except NotNow as trouble:
            self.distrust()
            self._say(str(trouble))
            wait = trouble.seconds
        self.due = time.monotonic() + wait

    def _say(self, trouble: str) -> None:
        """Once when trouble begins or changes, and once when it is over."""
        if trouble != self._trouble:
            logger.info("%s: %s", self.name, trouble or "trading")
        self._trouble = trouble


def trade(traders: list[Trader], stop: Event) -> None:
    """Everybody's turns, one after the other, until `stop`; then everybody leaves."""
    while True:
        trader = min(traders, key=lambda one: one.due)
        if stop.wait(max(0.0, trader.due - time.monotonic())):
            break
        trader.take_turn()
    # A venue that stops too does not answer any more, to nobody; then what is open expires by itself.
    with suppress(NotNow):
        for trader in traders:
            trader.client.hurry()
            trader.leave()
