"""What the venue can be told to do: frozen, imperative, integers only (ticks, lots, epoch ms).

`account` and `firm` are row ids, `market` is the market's number, `session` that of the market-making session the
command came by; 0 where a field may be left out means "none".
"""

from msgspec import Struct

from venue.engine.terms import (
    Atomicity,
    CancelReason,
    CancelScope,
    DisconnectScope,
    Kind,
    MarketStatus,
    OrderType,
    ReferenceSource,
    SelfTradePrevention,
    Side,
    TimeInForce,
)


class _Command(Struct, frozen=True, array_like=True, tag=True, tag_field="name", gc=False):
    pass


class PlaceOrder(_Command, frozen=True):
    """Enter a one-sided order; `price` is 0 for a market order, `expires_at` set for GTD only."""

    account: int
    firm: int
    market: int
    side: Side
    type: OrderType
    price: int
    size: int
    time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCEL
    expires_at: int = 0
    post_only: bool = False
    self_trade_prevention: SelfTradePrevention = SelfTradePrevention.CANCEL_NEWEST
    max_open_orders: int = 0
    client_id: str = ""
    digest: int = 0
    session: int = 0


class CancelOrder(_Command, frozen=True):
    account: int
    firm: int
    order_id: int


class PlaceQuote(_Command, frozen=True):
    """Enter a two-sided quote; both sides or nothing."""

    account: int
    firm: int
    market: int
    bid_price: int
    bid_size: int
    ask_price: int
    ask_size: int
    valid_for_ms: int
    max_open_orders: int = 0
    metadata: str = ""
    client_id: str = ""
    digest: int = 0
    session: int = 0


class QuoteUpdate(Struct, frozen=True, array_like=True, gc=False):
    """New terms for one quote; 0 keeps what stands. Sizes are totals, what was filled included."""

    quote_id: int
    bid_price: int = 0
    bid_size: int = 0
    ask_price: int = 0
    ask_size: int = 0
    valid_for_ms: int = 0


class UpdateQuotes(_Command, frozen=True):
    """Replace quotes one by one, each whole or not at all."""

    account: int
    firm: int
    updates: tuple[QuoteUpdate, ...]


class CancelQuote(_Command, frozen=True):
    account: int
    firm: int
    quote_id: int


class Target(Struct, frozen=True, array_like=True, gc=False):
    """An open order or quote of the account, by its id or else by its client id; `kind` says which where it matters."""

    id: int = 0
    client_id: str = ""
    kind: Kind = Kind.ANY


class BatchQuote(Struct, frozen=True, array_like=True, gc=False):
    """A quote as it shall stand. It replaces the open one with its id or client id; without either it is a new one."""

    bid_price: int
    bid_size: int
    ask_price: int
    ask_size: int
    valid_for_ms: int
    quote_id: int = 0
    client_id: str = ""
    post_only: bool = False


class MarketBatch(Struct, frozen=True, array_like=True, gc=False):
    """One market's part of a batch, in one step: cancel, then replace and place."""

    market: int
    cancel: CancelScope = CancelScope.NONE
    targets: tuple[Target, ...] = ()
    quotes: tuple[BatchQuote, ...] = ()
    orders: tuple[PlaceOrder, ...] = ()


class Batch(_Command, frozen=True):
    """Many cancels, quotes and orders at once. `valid_until` is when it comes too late (epoch ms; 0: never);
    a dry run changes nothing and answers as if it had."""

    account: int
    firm: int
    atomicity: Atomicity
    parts: tuple[MarketBatch, ...]
    valid_until: int = 0
    dry_run: bool = False
    max_open_orders: int = 0
    session: int = 0
    client_batch_id: str = ""
    digest: int = 0


class ReplaceOrder(_Command, frozen=True):
    """Amend an order in place. 0 keeps what stands; `size` is the total, what was filled included."""

    account: int
    firm: int
    target: Target
    price: int = 0
    size: int = 0
    new_client_id: str = ""


class ReplaceLeg(_Command, frozen=True):
    """Amend one side of a quote in place; 0 keeps what stands."""

    account: int
    firm: int
    target: Target
    side: Side
    price: int = 0
    size: int = 0


class CancelReplace(_Command, frozen=True):
    """Cancel one order or quote and enter another. Atomic: both or neither. Else `stop_on_failure` says whether
    a failed cancel ends it. `if_filled` is what must have been filled of an order by then, in lots; -1: anything."""

    account: int
    firm: int
    target: Target
    place: PlaceOrder | PlaceQuote
    atomic: bool = True
    stop_on_failure: bool = True
    if_filled: int = -1


class MassCancel(_Command, frozen=True):
    """Cancel everything that matches all selectors; 0 selects all. Of a quote, one side alone may be taken back.
    `lock_ms` refuses new orders and quotes of that scope for so long afterwards."""

    account: int = 0
    firm: int = 0
    market: int = 0
    kind: Kind = Kind.ANY
    reason: CancelReason = CancelReason.MASS_CANCEL
    side: int = 0
    session: int = 0
    lock_ms: int = 0  # -1: until it is reset


class ResetLocks(_Command, frozen=True):
    """Lift what mass cancels of an account, or of all accounts of a firm, have locked."""

    account: int = 0
    firm: int = 0


class ExpireDue(_Command, frozen=True):
    """The beat of the clock: whatever is due by the command's own time expires."""


class CreateMarket(_Command, frozen=True):
    """Open a new book. `value_scale` is the worth of one lot at one tick in 10^-9 of the quote currency;
    `tick_size` and `lot_size` are the same facts as exact decimal text, for the row alone."""

    market: int
    symbol: str
    base_asset: str
    quote_currency: str
    tick_size: str
    lot_size: str
    value_scale: int
    shard: int
    is_asset_default: bool = True


class ConfigureMarket(_Command, frozen=True):
    """Set the rules ops may change while the market runs: band in basis points, sizes in lots, values in 10^-9,
    fees in ppm; 0 is no limit. `max_position` holds for accounts without a limit of their own."""

    market: int
    band_bps: int
    max_order_size: int
    min_notional: int
    max_notional: int
    max_position: int
    maker_fee_ppm: int
    taker_fee_ppm: int
    reference_source: ReferenceSource
    reference_max_age_ms: int = 0


class SetMarketStatus(_Command, frozen=True):
    market: int
    status: MarketStatus
    reason: str = ""


class SetReferencePrice(_Command, frozen=True):
    """Move the centre of the price band; `price` in ticks."""

    market: int
    price: int


class SetRiskLimits(_Command, frozen=True):
    """Limits of one account; 0 is no limit. Exposure in 10^-9 of the quote currency."""

    account: int
    firm: int
    max_open_orders: int = 0
    max_exposure: int = 0


class SetPositionLimit(_Command, frozen=True):
    """The largest position, long or short, in lots, that open orders may lead to; 0 is no limit."""

    account: int
    firm: int
    market: int
    max_position: int = 0


class SetFeeRates(_Command, frozen=True):
    """What the account pays in the market from now on, in ppm, instead of the market's own rates.
    Negative is a rebate."""

    account: int
    firm: int
    market: int
    maker_ppm: int
    taker_ppm: int


class RemoveFeeRates(_Command, frozen=True):
    """The market's own rates hold for the account again."""

    account: int
    firm: int
    market: int


class ConfigureProtection(_Command, frozen=True):
    """Bound what an account's resting interest may trade within a window: quantities in lots, notional in 10^-9,
    0 is no limit. Without a group name it is the protection of one market. `frozen_ms` 0: until it is reset."""

    account: int
    firm: int
    group: str
    markets: tuple[int, ...]
    window_ms: int
    frozen_ms: int
    gross_quantity: int = 0
    net_quantity: int = 0
    notional: int = 0
    trade_count: int = 0
    include_orders: bool = False


class ResetProtection(_Command, frozen=True):
    """End a freeze and count from now on. `market` names the protection of one market, where there is no group."""

    account: int
    firm: int
    group: str
    market: int = 0


class RemoveProtection(_Command, frozen=True):
    account: int
    firm: int
    group: str
    market: int = 0


class SuspendFirm(_Command, frozen=True):
    """Refuse the firm's new orders and cancel what rests."""

    firm: int


class ReinstateFirm(_Command, frozen=True):
    firm: int


class SuspendAccount(_Command, frozen=True):
    account: int
    firm: int


class ReinstateAccount(_Command, frozen=True):
    account: int
    firm: int


class ConfigureDisconnect(_Command, frozen=True):
    """Cancel what is in the scope once the session was silent for `timeout_ms`; 0 disables. Times are those of the
    clock by which sessions are heard of; `key_id` and `session_name` say where that is. With `lock` what was
    cancelled may not be entered anew until somebody unlocks."""

    account: int
    firm: int
    session: int
    scope: DisconnectScope
    market: int
    timeout_ms: int
    lock: bool
    armed_at: int
    key_id: str
    session_name: str


class FireDisconnect(_Command, frozen=True):
    """The session was silent past the deadline, says the matcher's watch."""

    session: int
    scope: DisconnectScope
    market: int
    deadline: int
    detected_at: int


class RearmDisconnect(_Command, frozen=True):
    """The session was heard of again after a firing, says the matcher's watch."""

    session: int
    heard_at: int


class UnlockSession(_Command, frozen=True):
    """Arm anew what has locked; session 0: of all sessions of the account."""

    account: int
    firm: int
    session: int
    armed_at: int


class CloseSession(_Command, frozen=True):
    """Forget the session's settings; what rests of it stays."""

    account: int
    firm: int
    session: int


Command = (
    PlaceOrder
    | CancelOrder
    | PlaceQuote
    | UpdateQuotes
    | CancelQuote
    | Batch
    | ReplaceOrder
    | ReplaceLeg
    | CancelReplace
    | MassCancel
    | ResetLocks
    | ExpireDue
    | CreateMarket
    | ConfigureMarket
    | SetMarketStatus
    | SetReferencePrice
    | SetRiskLimits
    | SetPositionLimit
    | SetFeeRates
    | RemoveFeeRates
    | ConfigureProtection
    | ResetProtection
    | RemoveProtection
    | SuspendFirm
    | ReinstateFirm
    | SuspendAccount
    | ReinstateAccount
    | ConfigureDisconnect
    | FireDisconnect
    | RearmDisconnect
    | UnlockSession
    | CloseSession
)
