"""Takers of the demo: now and then an order, mostly one that takes what is there, sometimes one that waits."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from venue.demo.client import Client
from venue.demo.traders import Listing, Trader

_ORDERS: Final = "/api/v1/orders"
_MEAN_WAIT: Final = 1.5  # seconds
_LONGEST_WAIT: Final = 6.0
_LARGEST_NOTIONAL: Final = 2_500
_LIMIT_LIFE: Final = timedelta(seconds=20)


class Taker(Trader):
    def __init__(self, name: str, client: Client) -> None:
        super().__init__(name, client)
        self._chance = random.Random(name)

    def turn(self) -> float:
        markets = self.markets()
        if markets:
            self._trade(self._chance.choice(markets))
        return min(self._chance.expovariate(1 / _MEAN_WAIT), _LONGEST_WAIT)

    def leave(self) -> None:
        """Not without taking its orders along."""
        self.client.delete(_ORDERS)
        super().leave()

    def _trade(self, listing: Listing) -> None:
        book = self.client.get(f"/api/v1/markets/{listing.symbol}/book?depth=1").content
        if book["bids"] and book["asks"]:
            self.client.post(_ORDERS, self._order(listing, book))

    def _order(self, listing: Listing, book: dict[str, Any]) -> dict[str, Any]:
        side = self._chance.choice(("buy", "sell"))
        far, near = ("asks", "bids") if side == "buy" else ("bids", "asks")
        order = {
            "market": listing.symbol,
            "side": side,
            "size": listing.size(Decimal(self._chance.randint(200, _LARGEST_NOTIONAL))),
        }
        draw = self._chance.random()
        if draw < 0.2:
            return order | {"type": "market"}
        if draw < 0.8:
            return order | {"type": "limit", "price": book[far][0][0], "timeInForce": "IOC"}
        until = datetime.now(UTC) + _LIMIT_LIFE
        waits = {"price": book[near][0][0], "timeInForce": "GTD", "expiresAt": until.isoformat(timespec="milliseconds")}
        return order | {"type": "limit", **waits}
