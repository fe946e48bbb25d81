"""What the engine knows of trading accounts: limits, positions, open orders and quotes, client ids."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from venue.engine.terms import Kind, Side

if TYPE_CHECKING:
    from venue.engine.disconnects import Disconnect
    from venue.engine.events import Lock
    from venue.engine.orders import Order, Quote
    from venue.engine.protection import Protection

CLOSED_CLIENT_IDS_KEPT: int = 10_000  # not Final, which is compiled in: tests have fewer
NO_LIMIT: Final = 1 << 126
# Ticks x lots that one position may come to cost, or have at work: its numbers then fit a signed 64-bit integer.
MOST_WORTH: Final = 1 << 60

_BUY = Side.BUY

First = tuple[int, int, int]  # of a client id: the command's sequence, the digest of its body, the entity's id
Forgotten = tuple[str, int, dict[str, First], First]  # client id, the entity's id, and what it was, and where


class FeeRates(NamedTuple):
    """What an account pays in a market instead of the market's own rates, in ppm; negative is a rebate."""

    firm: int
    maker_ppm: int
    taker_ppm: int


class MarketRules(Protocol):
    """What a position has to know of its market; `NO_LIMIT` where it has no limit of its own."""

    number: int
    max_position: int
    value_scale: int
    maker_fee_ppm: int
    taker_fee_ppm: int
    fee_rates: dict[int, FeeRates]


class ClientIds:
    """The client ids of one account and kind: those of what is open, and the last ones closed.

    An id seen again with the same body is answered with the first outcome; with another body it is refused
    while the first lives and free once it is closed.
    """

    __slots__ = ("closed", "first", "shadowed")

    def __init__(self) -> None:
        self.shadowed: dict[str, First] = {}  # what an id named before it was used anew
        self.first: dict[str, First] = {}
        self.closed: deque[tuple[str, int]] = deque()

    def bind(self, client_id: str, sequence: int, digest: int, entity_id: int) -> None:
        before = self.first.get(client_id)
        if before is not None:
            self.shadowed[client_id] = before
        self.first[client_id] = (sequence, digest, entity_id)

    def unbind(self, client_id: str) -> None:
        """Take the last `bind` back: the id names again what it named before, if anything."""
        before = self.shadowed.pop(client_id, None)
        if before is None:
            del self.first[client_id]
        else:
            self.first[client_id] = before

    def close(self, client_id: str, entity_id: int) -> Forgotten | None:
        """Keep a closed id for retries; the oldest closed one beyond the bound is forgotten, and returned."""
        self.closed.append((client_id, entity_id))
        if len(self.closed) <= CLOSED_CLIENT_IDS_KEPT:
            return None
        oldest, oldest_entity = self.closed.popleft()
        for names in (self.first, self.shadowed):
            first = names.get(oldest)
            if first is not None and first[2] == oldest_entity:
                del names[oldest]
                return oldest, oldest_entity, names, first
        return None

    def reopen(self, forgotten: Forgotten | None) -> None:
        """Take the last `close` back, with what it made forgotten."""
        self.closed.pop()
        if forgotten is not None:
            oldest, oldest_entity, names, first = forgotten
            self.closed.appendleft((oldest, oldest_entity))
            names[oldest] = first


class Account:
    """A trading account as the checks see it. `exposure` is open notional plus positions at their last fill's price."""

    __slots__ = (
        "batch_ids",
        "client_ids",
        "exposure",
        "firm",
        "id",
        "locks",
        "mass_cancel_locks",
        "max_exposure",
        "max_open_orders",
        "open",
        "positions",
        "protections",
        "suspended",
    )

    def __init__(self, account_id: int, firm: int) -> None:
        self.id = account_id
        self.firm = firm
        self.max_open_orders = NO_LIMIT
        self.max_exposure = NO_LIMIT
        self.suspended = False
        self.mass_cancel_locks: tuple[Lock, ...] = ()
        self.batch_ids = ClientIds()
        self.locks: tuple[Disconnect, ...] = ()  # what has fired and refuses the account until it is unlocked
        self.exposure = 0
        self.open: dict[int, Order | Quote] = {}
        self.positions: dict[int, Position] = {}
        self.protections: dict[str | int, Protection] = {}  # by group name, or the number of the one market
        self.client_ids = {Kind.ORDER: ClientIds(), Kind.QUOTE: ClientIds()}

    def position_in(self, market: MarketRules) -> Position:
        position = self.positions.get(market.number)
        if position is None:
            position = self.positions[market.number] = Position(self, market)
        return position

    def limit(self, max_open_orders: int, max_exposure: int) -> None:
        """Set the account's limits; 0 is none."""
        self.max_open_orders = max_open_orders or NO_LIMIT
        self.max_exposure = max_exposure or NO_LIMIT
        for position in self.positions.values():
            position.settle_limits()


class Position:
    """One account in one market: net lots, what they cost (ticks x lots), what they are worth (10^-9), the lots
    working on each side, the limits that hold for all of it, and the rates its fills are charged at."""

    __slots__ = (
        "account",
        "cost",
        "exposure_limit",
        "last_price",
        "lots_limit",
        "maker_fee_ppm",
        "market",
        "max_position",
        "net",
        "open_buy",
        "open_sell",
        "protection",
        "taker_fee_ppm",
        "value",
    )

    exposure_limit: int
    lots_limit: int
    maker_fee_ppm: int
    taker_fee_ppm: int

    def __init__(self, account: Account, market: MarketRules) -> None:
        self.account = account
        self.market = market
        self.net = 0
        self.cost = 0
        self.last_price = 0
        self.value = 0
        self.open_buy = 0
        self.open_sell = 0
        self.max_position = 0  # 0: the market's own limit holds
        self.protection: Protection | None = None
        self.settle_limits()
        self.settle_fees()

    def settle_limits(self) -> None:
        """Work out what holds after a limit was set. A position that cost too much to count may only shrink."""
        self.lots_limit = self.max_position or self.market.max_position
        if abs(self.cost) > MOST_WORTH:
            self.lots_limit = 0
        self.exposure_limit = min(self.account.max_exposure, MOST_WORTH * self.market.value_scale)

    def settle_fees(self) -> None:
        """Take up the account's own rates, or the market's, after either changed."""
        market = self.market
        own = market.fee_rates.get(self.account.id)
        self.maker_fee_ppm = market.maker_fee_ppm if own is None else own.maker_ppm
        self.taker_fee_ppm = market.taker_fee_ppm if own is None else own.taker_ppm

    def work(self, side: Side, lots: int, worth: int) -> None:
        """Lots of resting interest and their worth (ticks x lots) come (positive) or go (negative)."""
        if side is _BUY:
            self.open_buy += lots
        else:
            self.open_sell += lots
        self.account.exposure += worth * self.market.value_scale

    def fill(self, side: Side, lots: int, worth: int, price: int) -> tuple[int, int]:
        """Book a fill of `lots`, and value the whole position at their price; the new net and cost."""
        if side is _BUY:
            net, cost = self.net + lots, self.cost + worth
        else:
            net, cost = self.net - lots, self.cost - worth
        self.net, self.cost = net, cost
        if not -MOST_WORTH <= cost <= MOST_WORTH:
            self.settle_limits()
        value = (net if net > 0 else -net) * price * self.market.value_scale
        self.account.exposure += value - self.value
        self.value, self.last_price = value, price
        return net, cost

    def restore(self, net: int, cost: int, last_price: int) -> None:
        """Take up a position as it was left, valued at the price of its last fill."""
        self.net, self.cost, self.last_price = net, cost, last_price
        self.value = abs(net) * last_price * self.market.value_scale
        self.account.exposure += self.value
