"""What the engine holds in memory of orders and quotes. An order is one leg, a quote has two; the book and the
matching know legs only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from venue.engine.terms import Kind, OrderType, OrdStatus, SelfTradePrevention, Side, TimeInForce

if TYPE_CHECKING:
    from venue.engine.accounts import Account, Position
    from venue.engine.book import Level
    from venue.engine.state import MarketState


class Leg:
    """Interest on one side at one price. `size` is the total (FIX OrderQty): leaves = size - filled."""

    __slots__ = ("filled", "leaves", "level", "next", "owner", "previous", "price", "priority", "side", "size")

    __deletable__: Final = ("owner",)  # which the compiler has to know

    owner: Order | Quote  # forgotten when the owner is closed, so that no cycle waits for the garbage collector
    level: Level | None  # where it rests
    next: Leg | None  # its neighbours there
    previous: Leg | None

    side: Side
    price: int
    size: int
    filled: int
    leaves: int
    priority: int

    def set_terms(self, side: Side, price: int, size: int, filled: int = 0, priority: int = 0) -> None:
        """Set the terms of a leg that rests nowhere yet."""
        self.side = side
        self.price = price
        self.size = size
        self.filled = filled
        self.leaves = size - filled
        self.priority = priority
        self.level = self.previous = self.next = None


class Order(Leg):
    """A one-sided order: a leg that owns itself."""

    __slots__ = (
        "account",
        "client_id",
        "created_at",
        "created_sequence",
        "digest",
        "expires_at",
        "filled_value",
        "firm",
        "id",
        "market",
        "position",
        "post_only",
        "self_trade_prevention",
        "session",
        "status",
        "time_in_force",
        "type",
    )
    kind: Final = Kind.ORDER

    id: int
    market: MarketState
    account: Account
    position: Position
    firm: int
    client_id: str
    digest: int
    type: OrderType
    time_in_force: TimeInForce
    post_only: bool
    self_trade_prevention: SelfTradePrevention
    expires_at: int
    created_at: int
    created_sequence: int
    session: int
    filled_value: int
    status: OrdStatus

    @property
    def legs(self) -> tuple[Leg, ...]:
        return (self,)


class Quote:
    """A two-sided quote: one unit, two legs."""

    __slots__ = (
        "account",
        "ask",
        "bid",
        "client_id",
        "created_at",
        "created_sequence",
        "digest",
        "expires_at",
        "firm",
        "fits",
        "id",
        "market",
        "metadata",
        "position",
        "session",
        "status",
        "valid_for_ms",
    )
    kind: Final = Kind.QUOTE

    bid: Leg
    ask: Leg

    id: int
    market: MarketState
    account: Account
    position: Position
    firm: int
    client_id: str
    digest: int
    valid_for_ms: int
    expires_at: int
    created_at: int
    created_sequence: int
    session: int
    metadata: str
    status: OrdStatus

    def __init__(self) -> None:
        self.bid = Leg()
        self.ask = Leg()
        self.bid.owner = self.ask.owner = self
        self.fits: object = None  # the market's `limits` that its sizes are known to fit

    @property
    def legs(self) -> tuple[Leg, ...]:
        return (self.bid, self.ask)
