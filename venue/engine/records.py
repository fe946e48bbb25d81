"""The engine's whole state as frozen records: what recovery reads from the rows, and what two states are compared by.

An open order or quote is recorded as the event that would have placed it as it stands now.
"""

from hashlib import blake2b
from typing import Final

import msgspec
from msgspec import Struct

from venue.engine import fees
from venue.engine.accounts import FeeRates
from venue.engine.commands import ConfigureMarket, ConfigureProtection, CreateMarket
from venue.engine.disconnects import Disconnect, as_event, put
from venue.engine.events import (
    AccountChanged,
    Counted,
    DisconnectChanged,
    FeeRatesChanged,
    LocksChanged,
    MarketChanged,
    OrderPlaced,
    ProtectionChanged,
    ProtectionTriggered,
    QuotePlaced,
)
from venue.engine.locks import set_locks
from venue.engine.market import MarketEngine
from venue.engine.orders import Leg, Order, Quote
from venue.engine.protection import Protection
from venue.engine.protection_control import positions_of
from venue.engine.snapshots import account_changed, market_changed, order_event, quote_event
from venue.engine.state import EngineState, MarketState
from venue.engine.terms import Kind, Side, market_of

_encode: Final = msgspec.msgpack.Encoder().encode


class MarketRecord(Struct, frozen=True, array_like=True):
    """A market and the last id it gave out."""

    market: MarketChanged
    last_id: int


class PositionRecord(Struct, frozen=True, array_like=True):
    """A position in lots, its cost in ticks x lots, and the price in ticks of its last fill."""

    account: int
    firm: int
    market: int
    net: int
    cost: int
    last_price: int
    max_position: int


class ProtectionRecord(Struct, frozen=True, array_like=True):
    """A protection, what triggered it last, and the fills within its window, sorted: of one time none is the first."""

    standing: ProtectionChanged
    trigger: ProtectionTriggered | None
    fills: tuple[Counted, ...]


class ClosedClientId(Struct, frozen=True, array_like=True):
    """A client id of something closed, kept to answer retries."""

    kind: Kind
    account: int
    firm: int
    client_id: str
    sequence: int
    digest: int
    entity_id: int


class BatchId(Struct, frozen=True, array_like=True):
    """The client id of a batch, kept to answer retries."""

    account: int
    firm: int
    client_batch_id: str
    sequence: int
    digest: int


class Snapshot(Struct, frozen=True, array_like=True):
    """Everything the engine knows after `sequence` commands, the last one at `now`."""

    sequence: int
    now: int
    markets: tuple[MarketRecord, ...] = ()
    suspended_firms: tuple[int, ...] = ()
    accounts: tuple[AccountChanged, ...] = ()
    positions: tuple[PositionRecord, ...] = ()
    orders: tuple[OrderPlaced, ...] = ()
    quotes: tuple[QuotePlaced, ...] = ()
    locks: tuple[LocksChanged, ...] = ()
    protections: tuple[ProtectionRecord, ...] = ()
    closed_client_ids: tuple[ClosedClientId, ...] = ()  # in the order of closing
    batch_ids: tuple[BatchId, ...] = ()  # in the order of their commands
    disconnects: tuple[DisconnectChanged, ...] = ()
    fee_rates: tuple[FeeRatesChanged, ...] = ()


def take(engine: MarketEngine) -> Snapshot:
    """The engine's state, sorted, but for client ids of what is closed and of batches: these only answer retries."""
    state = engine.state
    accounts = sorted(state.accounts.values(), key=lambda account: account.id)
    return Snapshot(
        state.sequence,
        state.now,
        tuple(MarketRecord(market_changed(market), market.last_id) for _, market in sorted(state.markets.items())),
        tuple(sorted(state.suspended_firms)),
        tuple(account_changed(account) for account in accounts),
        tuple(
            PositionRecord(
                account.id,
                account.firm,
                number,
                position.net,
                position.cost,
                position.last_price,
                position.max_position,
            )
            for account in accounts
            for number, position in sorted(account.positions.items())
            if position.last_price or position.max_position
        ),
        tuple(order_event(OrderPlaced, order) for _, order in sorted(state.orders.items())),
        tuple(quote_event(QuotePlaced, quote) for _, quote in sorted(state.quotes.items())),
        tuple(
            LocksChanged(account.id, account.firm, account.mass_cancel_locks)
            for account in accounts
            if account.mass_cancel_locks
        ),
        fee_rates=tuple(
            FeeRatesChanged(account, rates.firm, number, rates.maker_ppm, rates.taker_ppm)
            for number, market in sorted(state.markets.items())
            for account, rates in sorted(market.fee_rates.items())
        ),
        disconnects=tuple(as_event(setting) for _, setting in sorted(state.disconnects.items())),
        protections=tuple(
            _protection_record(protection, state.now)
            for account in accounts
            for _, protection in sorted(account.protections.items(), key=_by_key)
        ),
    )


def _by_key(entry: tuple[str | int, Protection]) -> tuple[str, int]:
    return entry[1].terms.group, entry[1].terms.markets[0]


def _protection_record(protection: Protection, now: int) -> ProtectionRecord:
    protection.tally(now)  # what has left the window is forgotten only when somebody looks
    return ProtectionRecord(protection.changed(), protection.trigger, tuple(sorted(protection.fills)))


def state_hash(snapshot: Snapshot) -> str:
    """Equal for equal states. Accounts that never had limits, a standing or a position do not count."""
    plain = tuple(one for one in snapshot.accounts if one.max_open_orders or one.max_exposure or one.suspended)
    compared = msgspec.structs.replace(snapshot, accounts=plain, closed_client_ids=(), batch_ids=())
    return blake2b(_encode(compared), digest_size=16).hexdigest()


def restore(snapshot: Snapshot) -> MarketEngine:
    """An engine that goes on from the snapshot as if it had applied every command before it."""
    state = EngineState()
    state.sequence, state.now = snapshot.sequence, snapshot.now
    for market in snapshot.markets:
        _restore_market(state, market)
    state.suspended_firms.update(snapshot.suspended_firms)
    for account in snapshot.accounts:
        _restore_account(state, account)
    for rates in snapshot.fee_rates:
        state.account(rates.account, rates.firm)
        own = FeeRates(rates.firm, rates.maker_ppm, rates.taker_ppm)
        fees.put(state, state.markets[rates.market], rates.account, own)
    for position in snapshot.positions:
        _restore_position(state, position)
    for setting in snapshot.disconnects:
        put(state, Disconnect(setting))
    for protection in snapshot.protections:
        _restore_protection(state, protection)
    for locked in snapshot.locks:
        set_locks(state, state.account(locked.account, locked.firm), locked.locks)
    _restore_client_ids(state, snapshot)
    _restore_books(state, snapshot)
    return MarketEngine(state)


def _restore_client_ids(state: EngineState, snapshot: Snapshot) -> None:
    """Of what is closed, and of batches. What is open brings its own."""
    for closed in snapshot.closed_client_ids:
        ids = state.account(closed.account, closed.firm).client_ids[closed.kind]
        ids.bind(closed.client_id, closed.sequence, closed.digest, closed.entity_id)
        ids.close(closed.client_id, closed.entity_id)
    for batch in snapshot.batch_ids:
        ids = state.account(batch.account, batch.firm).batch_ids
        ids.bind(batch.client_batch_id, batch.sequence, batch.digest, 0)
        ids.close(batch.client_batch_id, 0)


def _restore_books(state: EngineState, snapshot: Snapshot) -> None:
    legs: list[Leg] = []
    for order in snapshot.orders:
        legs += _restore_order(state, order).legs
    for quote in snapshot.quotes:
        legs += _restore_quote(state, quote).legs
    for leg in sorted(legs, key=lambda leg: leg.priority):
        if leg.leaves:
            state.add_to_book(leg.owner.market, leg)


def _restore_market(state: EngineState, record: MarketRecord) -> None:
    was = record.market
    terms = CreateMarket(
        was.market,
        was.symbol,
        was.base_asset,
        was.quote_currency,
        was.tick_size,
        was.lot_size,
        was.value_scale,
        was.shard,
        was.is_asset_default,
    )
    market = state.markets[was.market] = MarketState(terms)
    market.last_id = record.last_id
    rules = ConfigureMarket(
        was.market,
        was.band_bps,
        was.max_order_size,
        was.min_notional,
        was.max_notional,
        was.max_position,
        was.maker_fee_ppm,
        was.taker_fee_ppm,
        was.reference_source,
        was.reference_max_age_ms,
    )
    market.configure(rules)
    market.set_status(was.status, was.status_reason)
    market.move_reference(was.reference_price, was.reference_at)


def _restore_account(state: EngineState, was: AccountChanged) -> None:
    account = state.account(was.account, was.firm)
    account.limit(was.max_open_orders, was.max_exposure)
    account.suspended = was.suspended


def _restore_position(state: EngineState, was: PositionRecord) -> None:
    account = state.account(was.account, was.firm)
    position = account.position_in(state.markets[was.market])
    position.restore(was.net, was.cost, was.last_price)
    position.max_position = was.max_position
    position.settle_limits()


def _restore_protection(state: EngineState, was: ProtectionRecord) -> None:
    *terms, frozen_until, counted_from = (getattr(was.standing, name) for name in was.standing.__struct_fields__)
    account = state.account(was.standing.account, was.standing.firm)
    protection = Protection(account, ConfigureProtection(*terms), counted_from)
    protection.frozen_until, protection.trigger = frozen_until, was.trigger
    for fill in was.fills:
        protection.record(fill)
    account.protections[protection.key] = protection
    for position in positions_of(state, protection):
        position.protection = protection


def _restore_order(state: EngineState, was: OrderPlaced) -> Order:
    order = Order()
    order.set_terms(was.side, was.price, was.size, was.filled, was.priority)
    order.owner = order
    _restore_common(state, order, was)
    order.type = was.type
    order.time_in_force = was.time_in_force
    order.post_only = was.post_only
    order.self_trade_prevention = was.self_trade_prevention
    order.filled_value = was.filled_value
    state.open(order)
    return order


def _restore_quote(state: EngineState, was: QuotePlaced) -> Quote:
    quote = Quote()
    quote.bid.set_terms(Side.BUY, was.bid_price, was.bid_size, was.bid_filled, was.bid_priority)
    quote.ask.set_terms(Side.SELL, was.ask_price, was.ask_size, was.ask_filled, was.ask_priority)
    _restore_common(state, quote, was)
    quote.valid_for_ms = was.valid_for_ms
    quote.metadata = was.metadata
    state.open(quote)
    return quote


def _restore_common(state: EngineState, entity: Order | Quote, was: OrderPlaced | QuotePlaced) -> None:
    entity.id = was.id
    entity.market = state.markets[market_of(was.id)]
    account = entity.account = state.account(was.account, was.firm)
    entity.position = account.position_in(entity.market)
    entity.firm = was.firm
    entity.client_id = was.client_id
    entity.digest = was.digest
    entity.expires_at = was.expires_at
    entity.created_at = was.created_at
    entity.created_sequence = was.created_sequence
    entity.session = was.session
    entity.status = was.status
    if was.client_id:
        account.client_ids[entity.kind].bind(was.client_id, was.created_sequence, was.digest, was.id)
