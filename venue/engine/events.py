"""What happened: frozen, past tense. Events of an order or a quote carry its whole state after the fact,
so that a row is written from its last event alone."""

from msgspec import Struct

from venue.engine.rejects import Reject
from venue.engine.terms import (
    CancelReason,
    DisconnectScope,
    Kind,
    Liquidity,
    MarketStatus,
    OrderType,
    OrdStatus,
    Outcome,
    ProtectionLimit,
    ReferenceSource,
    SelfTradePrevention,
    Side,
    TimeInForce,
)


class Lock(Struct, frozen=True, array_like=True, gc=False):
    """New interest of this scope is refused until then (epoch ms; 0: until it is reset). 0 matches anything."""

    until: int
    market: int = 0
    kind: Kind = Kind.ANY
    side: int = 0
    session: int = 0


class _Event(Struct, frozen=True, array_like=True, tag=True, tag_field="name", gc=False):
    pass


class OrderEvent(_Event, frozen=True):
    """An order as it stands after the event."""

    id: int
    market: int
    account: int
    firm: int
    client_id: str
    digest: int
    side: Side
    type: OrderType
    price: int
    size: int
    filled: int
    leaves: int
    filled_value: int  # sum of ticks x lots over its fills: the average price is this / filled
    priority: int
    status: OrdStatus
    time_in_force: TimeInForce
    post_only: bool
    self_trade_prevention: SelfTradePrevention
    expires_at: int
    created_at: int
    created_sequence: int
    session: int


class OrderPlaced(OrderEvent, frozen=True):
    pass


class OrderReplaced(OrderEvent, frozen=True):
    """New terms on request, perhaps with a new client id, or size taken back by self-trade prevention (decrement)."""

    reason: CancelReason = CancelReason.NONE
    renamed: bool = False


class OrderCancelled(OrderEvent, frozen=True):
    reason: CancelReason = CancelReason.NONE


class OrderExpired(OrderEvent, frozen=True):
    pass


class OrderRejected(OrderEvent, frozen=True):
    reject: Reject = Reject(0)  # type: ignore[arg-type]


class QuoteEvent(_Event, frozen=True):
    """A quote as it stands after the event."""

    id: int
    market: int
    account: int
    firm: int
    client_id: str
    digest: int
    bid_price: int
    bid_size: int
    bid_filled: int
    bid_leaves: int
    bid_priority: int
    ask_price: int
    ask_size: int
    ask_filled: int
    ask_leaves: int
    ask_priority: int
    status: OrdStatus
    valid_for_ms: int
    expires_at: int
    created_at: int
    created_sequence: int
    metadata: str
    session: int


class QuotePlaced(QuoteEvent, frozen=True):
    pass


class QuoteReplaced(QuoteEvent, frozen=True):
    """New prices or sizes on request, or size taken back by self-trade prevention (decrement)."""

    reason: CancelReason = CancelReason.NONE


class QuoteCancelled(QuoteEvent, frozen=True):
    reason: CancelReason = CancelReason.NONE


class QuoteExpired(QuoteEvent, frozen=True):
    pass


class CommandRejected(_Event, frozen=True):
    """A refusal that leaves no entity behind: a new quote, an update, a cancel, a command of ops.

    `id` is the order or quote that was asked for, 0 for a new one; `kind` is ANY for a command of ops.
    """

    kind: Kind
    id: int
    market: int
    account: int
    firm: int
    client_id: str
    reject: Reject


class CommandReplayed(_Event, frozen=True):
    """The client id with the same body was seen before: the answer is that of `first_sequence`."""

    first_sequence: int


class Fill(Struct, frozen=True, array_like=True, gc=False):
    """One party of a trade, as its order or quote leg stands after it. For a quote, `status` is the quote's."""

    kind: Kind
    id: int
    account: int
    firm: int
    client_id: str
    side: Side
    price: int
    size: int
    filled: int
    leaves: int
    filled_value: int  # ticks x lots over all fills of an order; 0 for a quote
    status: OrdStatus
    liquidity: Liquidity
    fee: int  # ticks x lots x ppm; negative is a rebate
    position: int  # the account's net position in lots after the trade
    position_cost: int  # what was bought less what was sold, in ticks x lots


class Traded(_Event, frozen=True):
    """Two parties traded `size` lots at the resting order's price."""

    id: int
    market: int
    price: int
    size: int
    maker: Fill
    taker: Fill


class FillTold(Struct, frozen=True, array_like=True, gc=False):
    """What one entry of a batch traded at once: ticks, lots, ticks x lots x ppm."""

    trade_id: int
    side: Side
    price: int
    size: int
    liquidity: Liquidity
    fee: int


class EntryResult(Struct, frozen=True, array_like=True, gc=False):
    """What became of one entry: `kind` ANY is a cancel. `filled` is an order's or the bid's total, in lots."""

    kind: Kind
    outcome: Outcome
    id: int = 0
    status: OrdStatus = OrdStatus.NEW
    filled: int = 0
    ask_filled: int = 0
    reject: Reject | None = None
    fills: tuple[FillTold, ...] = ()


class MarketResult(Struct, frozen=True, array_like=True, gc=False):
    """One market's part: cancels, quotes and orders in the order of the request. `cancelled` counts all that went."""

    market: int
    outcome: Outcome
    cancelled: int
    targets: tuple[EntryResult, ...]
    quotes: tuple[EntryResult, ...]
    orders: tuple[EntryResult, ...]


class BatchApplied(_Event, frozen=True):
    """A batch was carried out as its results say; what it changed comes before it."""

    account: int
    firm: int
    client_batch_id: str
    digest: int
    dry_run: bool
    results: tuple[MarketResult, ...]
    open_quotes: str  # digest of the account's open quotes after it


class CancelReplaced(_Event, frozen=True):
    """A cancel-replace was carried out; what it changed comes before it."""

    account: int
    cancel: EntryResult
    place: EntryResult


class LocksChanged(_Event, frozen=True):
    """What an account may not enter now, after mass cancels with a lock or their reset."""

    account: int
    firm: int
    locks: tuple[Lock, ...]


class MassCancelled(_Event, frozen=True):
    """A mass cancel was carried out; the cancels themselves come before it."""

    count: int


class MarketChanged(_Event, frozen=True):
    """A market as it stands after it was created, configured, halted, resumed or re-centred by ops or a feed."""

    market: int
    symbol: str
    base_asset: str
    quote_currency: str
    tick_size: str
    lot_size: str
    value_scale: int
    shard: int
    is_asset_default: bool
    status: MarketStatus
    status_reason: str
    band_bps: int
    max_order_size: int
    min_notional: int
    max_notional: int
    max_position: int
    maker_fee_ppm: int
    taker_fee_ppm: int
    reference_source: ReferenceSource
    reference_max_age_ms: int
    reference_price: int
    reference_at: int


class ReferencePriceMoved(_Event, frozen=True):
    """A trade moved the reference price of a market that follows its trades."""

    market: int
    price: int
    at: int


class AccountChanged(_Event, frozen=True):
    """Risk limits or the standing of an account after a change by ops."""

    account: int
    firm: int
    max_open_orders: int
    max_exposure: int
    suspended: bool


class PositionLimitChanged(_Event, frozen=True):
    account: int
    firm: int
    market: int
    max_position: int


class FeeRatesChanged(_Event, frozen=True):
    """An account has rates of its own in a market, in ppm."""

    account: int
    firm: int
    market: int
    maker_ppm: int
    taker_ppm: int


class FeeRatesRemoved(_Event, frozen=True):
    account: int
    firm: int
    market: int


class ProtectionChanged(_Event, frozen=True):
    """A protection as it stands after it was configured or reset; `counted_from` is the command that did it."""

    account: int
    firm: int
    group: str
    markets: tuple[int, ...]
    window_ms: int
    frozen_ms: int
    gross_quantity: int
    net_quantity: int
    notional: int
    trade_count: int
    include_orders: bool
    frozen_until: int
    counted_from: int


class Counted(Struct, frozen=True, order=True, array_like=True, gc=False):
    """A fill within a protection's window: when, lots (negative: sold), its notional in 10^-9 of the quote currency."""

    at: int
    lots: int
    notional: int


class ProtectionTriggered(_Event, frozen=True):
    """A fill brought a sum to its limit and the protection is frozen. `market` and `trade` are the fill's;
    `limit` and `observed` count what `cause` says. The cancels come after it."""

    account: int
    firm: int
    group: str
    market: int
    trade: int
    cause: ProtectionLimit
    limit: int
    observed: int
    window_ms: int
    at: int
    frozen_until: int


class ProtectionRemoved(_Event, frozen=True):
    account: int
    firm: int
    group: str
    market: int


class FirmChanged(_Event, frozen=True):
    firm: int
    suspended: bool


class DisconnectChanged(_Event, frozen=True):
    """A setting of cancel-on-disconnect as it stands after it was made, fired, armed anew or unlocked.

    `timeout_ms` 0: it is no more. It has fired when `fired_at`, the deadline that passed, is later than `armed_at`.
    """

    session: int
    scope: DisconnectScope
    market: int
    account: int
    firm: int
    timeout_ms: int
    lock: bool
    armed_at: int
    fired_at: int
    locked: bool
    key_id: str
    session_name: str


class DisconnectFired(_Event, frozen=True):
    """The receipt of a firing; the cancels themselves come before it."""

    session: int
    scope: DisconnectScope
    market: int
    account: int
    firm: int
    deadline: int
    detected_at: int
    count: int


Event = (
    OrderPlaced
    | OrderReplaced
    | OrderCancelled
    | OrderExpired
    | OrderRejected
    | QuotePlaced
    | QuoteReplaced
    | QuoteCancelled
    | QuoteExpired
    | CommandRejected
    | CommandReplayed
    | Traded
    | BatchApplied
    | CancelReplaced
    | LocksChanged
    | MassCancelled
    | MarketChanged
    | ReferencePriceMoved
    | AccountChanged
    | PositionLimitChanged
    | FeeRatesChanged
    | FeeRatesRemoved
    | ProtectionChanged
    | ProtectionTriggered
    | ProtectionRemoved
    | FirmChanged
    | DisconnectChanged
    | DisconnectFired
)
