"""The engine's memory: markets with their books, accounts, open orders and quotes, and the clock of the command
being applied. Handlers change it and append what happened to `events`."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappush
from typing import TYPE_CHECKING, Final

from venue.engine import events
from venue.engine.accounts import MOST_WORTH, NO_LIMIT, Account, FeeRates
from venue.engine.book import Book, BookSide
from venue.engine.commands import ConfigureMarket, CreateMarket
from venue.engine.events import Event
from venue.engine.orders import Leg, Order, Quote
from venue.engine.rejects import Reject
from venue.engine.terms import Kind, MarketStatus, OrdStatus, ReferenceSource, Side, first_id

if TYPE_CHECKING:
    from venue.engine.disconnects import Disconnect
    from venue.engine.savepoints import Savepoint

_BUY = Side.BUY
_POST_ONLY = MarketStatus.POST_ONLY
PRIORITIES_PER_COMMAND: Final = 20  # bits
_BASIS_POINTS: Final = 10_000
_LARGEST_NOTIONAL: Final = 10**18  # a thousand million of the quote currency
_SPARE_EXPIRIES: Final = 1_000


class MarketState:
    """One market: its terms, its limits with 0 read as "none", the price band in ticks, and the book."""

    __slots__ = (
        "book",
        "fee_rates",
        "follows_trades",
        "highest",
        "last_id",
        "least_size",
        "least_worth",
        "limits",
        "lowest",
        "maker_fee_ppm",
        "max_notional",
        "max_order_size",
        "max_position",
        "min_notional",
        "most_size",
        "most_worth",
        "number",
        "reference_at",
        "reference_max_age_ms",
        "reference_price",
        "rules",
        "status",
        "status_reason",
        "taker_fee_ppm",
        "takes_until",
        "terms",
        "value_scale",
    )

    def __init__(self, terms: CreateMarket) -> None:
        self.terms = terms
        self.number = terms.market
        self.value_scale = terms.value_scale
        self.book = Book()
        self.fee_rates: dict[int, FeeRates] = {}  # of accounts that do not pay the market's own
        self.last_id = first_id(terms.market)
        self.status = MarketStatus.CLOSED
        self.status_reason = ""
        self.reference_price = 0
        self.reference_at = 0
        self.configure(ConfigureMarket(terms.market, 0, 0, 0, 0, 0, 0, 0, ReferenceSource.OPS))

    def configure(self, rules: ConfigureMarket) -> None:
        self.rules = rules
        self.max_order_size = rules.max_order_size or NO_LIMIT
        self.min_notional = rules.min_notional
        self.max_notional = min(rules.max_notional or _LARGEST_NOTIONAL, self.chargeable(rules) * self.value_scale)
        # The same in ticks x lots, exactly: a worth within these two is a notional within those.
        self.least_worth = -(-self.min_notional // self.value_scale)
        self.most_worth = self.max_notional // self.value_scale
        self.max_position = rules.max_position or NO_LIMIT
        self.maker_fee_ppm = rules.maker_fee_ppm
        self.taker_fee_ppm = rules.taker_fee_ppm
        self.reference_max_age_ms = rules.reference_max_age_ms or NO_LIMIT
        self.follows_trades = rules.reference_source is ReferenceSource.LAST_TRADE
        self._settle()

    def chargeable(self, rules: ConfigureMarket) -> int:
        """The most ticks x lots that the rules and every account's own rates can be charged on."""
        own = FeeRates(0, rules.maker_fee_ppm, rules.taker_fee_ppm)
        return min(largest_chargeable(rates) for rates in (own, *self.fee_rates.values()))

    def set_status(self, status: MarketStatus, reason: str) -> None:
        self.status = status
        self.status_reason = reason
        self._settle()

    def move_reference(self, price: int, now: int) -> None:
        self.reference_price = price
        self.reference_at = now
        self._settle()

    def _settle(self) -> None:
        """Work out the band, and until when new interest is taken as things stand."""
        reference, band = self.reference_price, self.rules.band_bps
        if reference and band:
            self.lowest = max(1, -(-reference * (_BASIS_POINTS - band) // _BASIS_POINTS))
            self.highest = reference * (_BASIS_POINTS + band) // _BASIS_POINTS
        else:
            self.lowest, self.highest = 1, NO_LIMIT
        # With a size between these two every price of the band makes a notional within its limits.
        self.least_size = -(-self.least_worth // self.lowest)
        self.limits = object()  # another one whenever a size that was allowed may not be any more
        self.most_size = min(self.max_order_size, self.most_worth // self.highest)
        self.takes_until = self.reference_at + self.reference_max_age_ms if self.status <= _POST_ONLY else -1

    def side(self, side: Side) -> BookSide:
        return self.book.bids if side is _BUY else self.book.asks

    def opposite(self, side: Side) -> BookSide:
        return self.book.asks if side is _BUY else self.book.bids

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id


def largest_chargeable(rates: FeeRates) -> int:
    """The most ticks x lots whose fee still fits a signed 64-bit integer."""
    return MOST_WORTH // max(1, abs(rates.maker_ppm), abs(rates.taker_ppm))


class EngineState:
    __slots__ = (
        "accounts",
        "disconnects",
        "events",
        "expiries",
        "locked_accounts",
        "markets",
        "now",
        "orders",
        "priority",
        "quotes",
        "savepoint",
        "sequence",
        "suspended_firms",
    )

    def __init__(self) -> None:
        self.sequence = 0
        self.now = 0
        self.priority = 0
        self.events: list[Event] = []
        self.markets: dict[int, MarketState] = {}
        self.accounts: dict[int, Account] = {}
        self.suspended_firms: set[int] = set()
        self.locked_accounts: set[int] = set()
        self.disconnects: dict[tuple[int, int, int], Disconnect] = {}  # by session, scope and market
        self.orders: dict[int, Order] = {}
        self.quotes: dict[int, Quote] = {}
        self.savepoint: Savepoint | None = None  # while what is done may have to be undone
        self.expiries: list[tuple[int, int]] = []  # heap of (expires_at, id); entries may be out of date

    def account(self, account_id: int, firm: int) -> Account:
        """The account, known from its first command on."""
        account = self.accounts.get(account_id)
        if account is None:
            account = self.accounts[account_id] = Account(account_id, firm)
        return account

    def next_priority(self) -> int:
        """The place in time of whatever comes to its price now; later is larger, over all commands."""
        self.priority += 1
        return self.priority

    def add_to_book(self, market: MarketState, leg: Leg) -> None:
        """Queue a leg whose priority is known, and count it as working."""
        market.side(leg.side).add(leg)
        leg.owner.position.work(leg.side, leg.leaves, leg.price * leg.leaves)

    def withdraw(self, market: MarketState, leg: Leg) -> None:
        """Take a leg out of the book, if it rests there."""
        if leg.level is not None:
            market.side(leg.side).remove(leg)
            leg.owner.position.work(leg.side, -leg.leaves, -leg.price * leg.leaves)

    def expire_at(self, entity: Order | Quote) -> None:
        heappush(self.expiries, (entity.expires_at, entity.id))
        if len(self.expiries) > 2 * (len(self.orders) + len(self.quotes)) + _SPARE_EXPIRIES:
            self._forget_old_expiries()

    def extend(self, quote: Quote, valid_for_ms: int) -> None:
        """Validity counts from now. A later end finds its way from the earlier entry in the heap."""
        before = quote.expires_at
        quote.valid_for_ms = valid_for_ms
        quote.expires_at = self.now + valid_for_ms
        if quote.expires_at < before:
            self.expire_at(quote)

    def _forget_old_expiries(self) -> None:
        """What was cancelled long before its end would fill the heap otherwise."""
        self.expiries = [(one.expires_at, one.id) for one in self.everything_open() if one.expires_at]
        heapify(self.expiries)

    def open(self, entity: Order | Quote) -> None:
        """Count an order or quote among the open ones."""
        self.remember(entity)
        if self.savepoint is not None:
            self.savepoint.note_opened(entity)
        if entity.expires_at:
            self.expire_at(entity)

    def close(self, entity: Order | Quote, status: OrdStatus) -> None:
        """End an open order or quote: out of the book, out of the open ones; its client id is kept for retries."""
        if self.savepoint is not None:
            self.savepoint.save(entity)
        entity.status = status
        for leg in entity.legs:
            self.withdraw(entity.market, leg)
            del leg.owner
        self.forget(entity)
        if entity.client_id:
            self.retire_client_id(entity)

    def remember(self, entity: Order | Quote) -> None:
        """List an order or quote among the open ones, nothing more."""
        if isinstance(entity, Order):
            self.orders[entity.id] = entity
        else:
            self.quotes[entity.id] = entity
        entity.account.open[entity.id] = entity

    def forget(self, entity: Order | Quote) -> None:
        """List it no more."""
        if isinstance(entity, Order):
            del self.orders[entity.id]
        else:
            del self.quotes[entity.id]
        del entity.account.open[entity.id]

    def bind_client_id(self, entity: Order | Quote) -> None:
        """From now on the client id names this order or quote."""
        ids = entity.account.client_ids[entity.kind]
        if self.savepoint is not None:
            self.savepoint.save_client_id(ids, entity.client_id)
        ids.bind(entity.client_id, self.sequence, entity.digest, entity.id)

    def retire_client_id(self, entity: Order | Quote) -> None:
        """The order or quote is closed; its client id is remembered for retries."""
        ids = entity.account.client_ids[entity.kind]
        forgotten = ids.close(entity.client_id, entity.id)
        if self.savepoint is not None:
            self.savepoint.on_undo(lambda: ids.reopen(forgotten))

    def refuse(
        self, kind: Kind, entity_id: int, market: int, owner: tuple[int, int], client_id: str, reject: Reject
    ) -> None:
        """Record a refusal that leaves nothing behind; the owner is (account, firm)."""
        self.events.append(events.CommandRejected(kind, entity_id, market, *owner, client_id, reject))

    def everything_open(self) -> Iterable[Order | Quote]:
        yield from self.orders.values()
        yield from self.quotes.values()
