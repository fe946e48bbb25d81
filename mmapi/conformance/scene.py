"""What the scenarios share: the client, a market, and prices at which nothing trades."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Final

from mmapi.conformance.client import Client, Failed, expect

QUOTES: Final = "/api/sdk/quotes"
BATCH: Final = "/api/v1/mm/orders/batch"
# From the middle of the book, or from the reference price: far enough not to trade, within any sensible band.
AWAY: Final = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Terms:
    symbol: str
    number: int
    asset: str
    tick: Decimal
    bid: Decimal
    ask: Decimal
    size: Decimal


class Scene:
    def __init__(self, client: Client, market: str = "") -> None:
        self.client = client
        self.terms = terms_of(client, market)
        self._run = secrets.token_hex(4)
        self._named = 0

    def name(self) -> str:
        """A client id that was not used before."""
        self._named += 1
        return f"conformance-{self._run}-{self._named}"

    def two_sided(self, **changes: Any) -> dict[str, Any]:
        terms = self.terms
        sides = {"bidPrice": terms.bid, "askPrice": terms.ask, "bidSize": terms.size, "askSize": terms.size}
        return {**sides, "validForSeconds": 120, **changes}

    def quote_body(self, **changes: Any) -> dict[str, Any]:
        return {"asset": self.terms.asset, **self.two_sided(**changes)}

    def quote(self, session: str = "", **changes: Any) -> dict[str, Any]:
        """A quote that must be taken."""
        body: dict[str, Any] = self.client.demand(
            "POST", QUOTES, self.quote_body(**changes), status=201, session=session
        )
        return body

    def status_of(self, quote_id: str) -> str:
        return str(self.client.demand("GET", f"{QUOTES}/{quote_id}")["status"])

    def batch(self, *quotes: dict[str, Any], **part: Any) -> Any:
        """The one part of a batch's answer."""
        body = {"markets": [{"market": self.terms.symbol, "quotes": list(quotes), **part}]}
        return self.client.demand("POST", BATCH, body)["markets"][0]

    def clear(self) -> int:
        """Cancels what is open of the account in the market."""
        selector = {"market": self.terms.symbol}
        cancelled: int = self.client.demand("POST", "/api/v1/mm/orders/mass-cancel", selector)["cancelledCount"]
        return cancelled


def terms_of(client: Client, wanted: str) -> Terms:
    listed = client.send("GET", "/api/v1/markets", b"", {}).body["markets"]
    market = next((one for one in listed if is_chosen(one, wanted)), None)
    if market is None:
        raise Failed(f"there is no open market {wanted}".rstrip())
    book = client.send("GET", f"/api/v1/markets/{market['market']}/book", b"", {}).body
    tick = Decimal(market["tickSize"])
    middle = Decimal(market["referencePrice"])
    best_bid = Decimal(book["bids"][0][0]) if book["bids"] else middle
    best_ask = Decimal(book["asks"][0][0]) if book["asks"] else middle
    bid = rounded(min(middle, best_bid) * (1 - AWAY), tick, ROUND_FLOOR)
    return Terms(
        symbol=market["market"],
        number=market["marketNumber"],
        asset=market["baseAsset"],
        tick=tick,
        bid=bid,
        ask=rounded(max(middle, best_ask) * (1 + AWAY), tick, ROUND_CEILING),
        size=size_of(market, bid),
    )


def is_chosen(market: dict[str, Any], wanted: str) -> bool:
    if wanted:
        return bool(market["market"] == wanted and market["status"] == "open")
    return market["status"] == "open" and market["isAssetDefault"] and market["referencePrice"] is not None


def size_of(market: dict[str, Any], bid: Decimal) -> Decimal:
    """Ten lots, or what the market's least notional demands."""
    lot = Decimal(market["lotSize"])
    least = Decimal(market["minNotional"] or 0) / bid
    return max(10 * lot, rounded(least, lot, ROUND_CEILING))


def rounded(number: Decimal, step: Decimal, way: str) -> Decimal:
    return (number / step).to_integral_value(way) * step


def await_true(holds: Callable[[], bool], seconds: float, otherwise: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        expect(time.monotonic() < deadline, otherwise)
        time.sleep(0.1)
