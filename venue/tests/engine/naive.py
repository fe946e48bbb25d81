"""The rules once more, as simple and slow as can be: lists, sorting and sums instead of books and running numbers.

Nothing here is shared with the engine but the words: commands, events, codes. Priorities are left 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from venue.engine import commands, events
from venue.engine.events import Event
from venue.engine.rejects import Reject, RejectCode, above, below
from venue.engine.terms import (
    CancelReason,
    DisconnectScope,
    Kind,
    Liquidity,
    MarketStatus,
    OrderType,
    OrdStatus,
    ReferenceSource,
    SelfTradePrevention,
    Side,
    TimeInForce,
)
from venue.tests.engine.naive_protection import NaiveProtection, NaiveProtections

BUY, SELL = Side.BUY, Side.SELL
NEW, PARTIAL, FILLED = OrdStatus.NEW, OrdStatus.PARTIALLY_FILLED, OrdStatus.FILLED
INFINITE = 10**30
INTRODUCES = (  # from the first of these on an account is known
    commands.PlaceOrder,
    commands.PlaceQuote,
    commands.SetRiskLimits,
    commands.SetPositionLimit,
    commands.SetFeeRates,
    commands.SuspendAccount,
    commands.ReinstateAccount,
    commands.ConfigureDisconnect,
    commands.ConfigureProtection,
)
MARKET_ORDER = OrderType.MARKET
PREVENTED = CancelReason.SELF_TRADE_PREVENTION


@dataclass(eq=False)
class NaiveLeg:
    entity: NaiveEntity
    side: Side
    price: int
    size: int
    filled: int = 0
    arrival: int = 0  # 0: not in the book

    @property
    def leaves(self) -> int:
        return self.size - self.filled

    @property
    def rests(self) -> bool:
        return self.arrival > 0 and self.leaves > 0 and self.entity.status in (NEW, PARTIAL)


@dataclass(eq=False)
class NaiveEntity:
    id: int
    kind: Kind
    command: commands.PlaceOrder | commands.PlaceQuote
    sequence: int
    created_at: int
    expires_at: int
    valid_for_ms: int = 0
    status: OrdStatus = NEW
    filled_value: int = 0
    legs: list[NaiveLeg] = field(default_factory=list)

    def is_open(self) -> bool:
        return self.status in (NEW, PARTIAL)


@dataclass
class NaiveMarket:
    terms: commands.CreateMarket
    rules: commands.ConfigureMarket
    last_id: int
    status: MarketStatus = MarketStatus.CLOSED
    reason: str = ""
    reference: int = 0
    reference_at: int = 0

    def band(self) -> tuple[int, int]:
        if not self.reference or not self.rules.band_bps:
            return 1, INFINITE
        low = self.reference * (10_000 - self.rules.band_bps)
        return max(1, -(-low // 10_000)), self.reference * (10_000 + self.rules.band_bps) // 10_000


@dataclass
class NaiveFill:
    account: int
    market: int
    lots: int  # negative: sold
    price: int


@dataclass
class NaiveDisconnect:
    command: commands.ConfigureDisconnect
    armed_at: int
    fired_at: int = 0
    locked: bool = False

    def covers(self, command: commands.PlaceOrder | commands.PlaceQuote) -> bool:
        if command.account != self.command.account:
            return False
        return {
            DisconnectScope.ACCOUNT: True,
            DisconnectScope.MARKET: command.market == self.command.market,
            DisconnectScope.SESSION: command.session == self.command.session,
        }[self.command.scope]


class NaiveEngine(NaiveProtections):
    def __init__(self) -> None:
        self.told: list[Event] = []
        self.sequence = self.now = self.arrivals = 0
        self.markets: dict[int, NaiveMarket] = {}
        self.entities: list[NaiveEntity] = []
        self.fills: list[NaiveFill] = []
        self.firms: dict[int, int] = {}  # of accounts
        self.suspended_firms: set[int] = set()
        self.suspended_accounts: set[int] = set()
        self.limits: dict[int, commands.SetRiskLimits] = {}
        self.position_limits: dict[tuple[int, int], int] = {}
        self.fee_rates: dict[tuple[int, int], tuple[int, int]] = {}
        self.disconnects: list[NaiveDisconnect] = []
        self.protections: list[NaiveProtection] = []

    def apply(self, sequence: int, now: int, command: commands.Command) -> list[Event]:
        self.told, self.sequence, self.now = [], sequence, now
        due = [one for one in self.open() if one.expires_at and one.expires_at <= now]
        for one in sorted(due, key=lambda one: (one.expires_at, one.id)):
            one.status = OrdStatus.EXPIRED
            self.tell(one, events.OrderExpired, events.QuoteExpired)
        if isinstance(command, INTRODUCES):
            self.firms.setdefault(command.account, command.firm)
        getattr(self, type(command).__name__)(command)
        return self.told

    # Looking things up

    def open(self) -> list[NaiveEntity]:
        return [one for one in self.entities if one.is_open()]

    def queue(self, market: int, side: Side) -> list[NaiveLeg]:
        """What rests on a side, in the order in which it trades."""
        legs = [leg for one in self.open() for leg in one.legs if leg.rests and leg.side is side]
        legs = [leg for leg in legs if leg.entity.command.market == market]
        return sorted(legs, key=lambda leg: (-leg.price if side is BUY else leg.price, leg.arrival))

    def facing(self, market: int, side: Side, price: int) -> list[NaiveLeg]:
        """What interest on `side` at `price` could trade with."""
        opposite = self.queue(market, SELL if side is BUY else BUY)
        return [leg for leg in opposite if (leg.price <= price if side is BUY else leg.price >= price)]

    def net(self, account: int, market: int) -> int:
        return sum(fill.lots for fill in self.fills if (fill.account, fill.market) == (account, market))

    def cost(self, account: int, market: int) -> int:
        return sum(fill.lots * fill.price for fill in self.fills if (fill.account, fill.market) == (account, market))

    def exposure(self, account: int) -> int:
        total = 0
        for number, market in self.markets.items():
            legs = [*self.queue(number, BUY), *self.queue(number, SELL)]
            worth = sum(leg.price * leg.leaves for leg in legs if leg.entity.command.account == account)
            prices = [fill.price for fill in self.fills if (fill.account, fill.market) == (account, number)]
            if prices:
                worth += abs(self.net(account, number)) * prices[-1]
            total += worth * market.terms.value_scale
        return total

    # Telling

    def tell(self, one: NaiveEntity, as_order: Any, as_quote: Any, *more: Any) -> None:
        command = one.command
        owner = (command.account, self.firms[command.account])
        common = (one.id, command.market, *owner, command.client_id, command.digest)
        if isinstance(command, commands.PlaceOrder):
            (leg,) = one.legs
            leaves = 0 if one.status is OrdStatus.REJECTED else leg.leaves
            terms = (command.side, command.type, leg.price, leg.size, leg.filled, leaves, one.filled_value, 0)
            kept = (command.time_in_force, command.post_only, command.self_trade_prevention, one.expires_at)
            since = (one.created_at, one.sequence, command.session)
            self.told.append(as_order(*common, *terms, one.status, *kept, *since, *more))
        else:
            numbers = [number for leg in one.legs for number in (leg.price, leg.size, leg.filled, leg.leaves, 0)]
            tail = (one.status, one.valid_for_ms, one.expires_at, one.created_at, one.sequence)
            self.told.append(as_quote(*common, *numbers, *tail, command.metadata, command.session, *more))

    def refuse(  # noqa: PLR0917
        self, kind: Kind, entity_id: int, market: int, account: int, client_id: str, reject: Reject, firm: int = 0
    ) -> None:
        owner = (account, firm or self.firms.get(account, 0))
        self.told.append(events.CommandRejected(kind, entity_id, market, *owner, client_id, reject))

    # Checks, in the order of their precedence

    def market_fault(self, market: NaiveMarket) -> Reject | None:
        if market.status is MarketStatus.HALTED:
            return Reject(RejectCode.MARKET_HALTED)
        if market.status is MarketStatus.CLOSED:
            return Reject(RejectCode.MARKET_CLOSED)
        oldest = market.rules.reference_max_age_ms
        if oldest and self.now - market.reference_at > oldest:
            return above(RejectCode.REFERENCE_PRICE_STALE, oldest, self.now - market.reference_at)
        return None

    def standing_fault(self, account: int) -> Reject | None:
        if self.firms[account] in self.suspended_firms:
            return Reject(RejectCode.FIRM_SUSPENDED)
        if account in self.suspended_accounts:
            return Reject(RejectCode.ACCOUNT_SUSPENDED)
        return None

    def lock_fault(self, command: commands.PlaceOrder | commands.PlaceQuote) -> Reject | None:
        locked = any(one.locked and one.covers(command) for one in self.disconnects)
        return Reject(RejectCode.SESSION_LOCKED) if locked else None

    def terms_fault(self, market: NaiveMarket, price: int, size: int) -> Reject | None:
        rules, (low, high) = market.rules, market.band()
        value = price * size * market.terms.value_scale
        if price < low:
            return below(RejectCode.PRICE_OUTSIDE_BAND, low, price)
        if price > high:
            return above(RejectCode.PRICE_OUTSIDE_BAND, high, price)
        if rules.max_order_size and size > rules.max_order_size:
            return above(RejectCode.ORDER_SIZE_ABOVE_LIMIT, rules.max_order_size, size)
        if value < rules.min_notional:
            return below(RejectCode.NOTIONAL_BELOW_MINIMUM, rules.min_notional, value)
        if rules.max_notional and value > rules.max_notional:
            return above(RejectCode.NOTIONAL_ABOVE_LIMIT, rules.max_notional, value)
        return None

    def open_orders_fault(self, command: commands.PlaceOrder | commands.PlaceQuote) -> Reject | None:
        own = self.limits.get(command.account)
        limit = min(command.max_open_orders or INFINITE, (own.max_open_orders if own else 0) or INFINITE)
        count = 1 + sum(one.command.account == command.account for one in self.open())
        return above(RejectCode.OPEN_ORDERS_ABOVE_LIMIT, limit, count) if count > limit else None

    def position_fault(self, account: int, market: NaiveMarket, side: Side, more: int) -> Reject | None:
        number = market.terms.market
        limit = self.position_limits.get((account, number)) or market.rules.max_position or INFINITE
        working = sum(leg.leaves for leg in self.queue(number, side) if leg.entity.command.account == account)
        net = self.net(account, number)
        reached = (net if side is BUY else -net) + working + more
        return above(RejectCode.POSITION_ABOVE_LIMIT, limit, reached) if more > 0 and reached > limit else None

    def exposure_fault(self, account: int, more: int) -> Reject | None:
        own = self.limits.get(account)
        if more <= 0 or not own or not own.max_exposure:
            return None
        reached = self.exposure(account) + more
        return above(RejectCode.EXPOSURE_ABOVE_LIMIT, own.max_exposure, reached) if reached > own.max_exposure else None

    # Orders

    def PlaceOrder(self, command: commands.PlaceOrder) -> None:  # noqa: PLR0911
        market = self.markets.get(command.market)
        if market is None:
            reject = Reject(RejectCode.UNKNOWN_MARKET)
            return self.refuse(Kind.ORDER, 0, command.market, command.account, command.client_id, reject)
        if self.answered(Kind.ORDER, command):
            return None
        market.last_id += 1
        order = NaiveEntity(market.last_id, Kind.ORDER, command, self.sequence, self.now, command.expires_at)
        leg = NaiveLeg(order, command.side, command.price, command.size)
        order.legs = [leg]
        fault = self.order_fault(market, command)
        if fault is not None:
            order.status = OrdStatus.REJECTED
            return self.tell(order, events.OrderRejected, None, fault)
        self.entities.append(order)
        self.tell(order, events.OrderPlaced, None)
        low, high = market.band()
        limit = command.price or (high if command.side is BUY else low)
        if command.time_in_force is TimeInForce.FILL_OR_KILL and not self.fills_whole(command, limit):
            return self.end(order, CancelReason.FILL_OR_KILL)
        if not self.match(market, leg, limit, command.self_trade_prevention):
            return self.end(order, PREVENTED)
        if leg.leaves:
            return self.rest_or_end(order, leg)
        return None

    def rest_or_end(self, order: NaiveEntity, leg: NaiveLeg) -> None:
        command = order.command
        assert isinstance(command, commands.PlaceOrder)
        if command.type is MARKET_ORDER:
            self.end(order, CancelReason.MARKET_ORDER_REMAINDER)
        elif command.time_in_force is TimeInForce.IMMEDIATE_OR_CANCEL:
            self.end(order, CancelReason.IMMEDIATE_OR_CANCEL)
        else:
            self.rest(leg)

    def order_fault(self, market: NaiveMarket, command: commands.PlaceOrder) -> Reject | None:
        if command.expires_at and command.expires_at <= self.now:
            return Reject(RejectCode.EXPIRY_IN_PAST)
        bids, asks = self.queue(command.market, BUY), self.queue(command.market, SELL)
        opposite = asks if command.side is BUY else bids
        price = command.price or market.reference or (opposite[0].price if opposite else market.band()[0])
        # Who sells may get more than was asked for: what the best bid pays.
        dearest = max(price, bids[0].price) if bids and command.side is SELL else price
        worth = dearest * command.size * market.terms.value_scale
        fault = (
            self.market_fault(market)
            or self.standing_fault(command.account)
            or self.lock_fault(command)
            or self.protection_fault(command)
            or self.terms_fault(market, price, command.size)
            or self.open_orders_fault(command)
            or self.position_fault(command.account, market, command.side, command.size)
            or self.exposure_fault(command.account, worth)
        )
        if fault is None and market.status is MarketStatus.POST_ONLY and not command.post_only:
            return Reject(RejectCode.MARKET_POST_ONLY)
        if fault is None and command.post_only and self.facing(command.market, command.side, command.price):
            return Reject(RejectCode.POST_ONLY_WOULD_CROSS)
        return fault

    def fills_whole(self, command: commands.PlaceOrder, limit: int) -> bool:
        """Enough of others' interest before any of the own firm's, unless that would be cancelled on the way."""
        lots = 0
        for leg in self.met(self.facing(command.market, command.side, limit), self.firms[command.account]):
            if self.firms[leg.entity.command.account] != self.firms[command.account]:
                lots += leg.leaves
            elif command.self_trade_prevention is not SelfTradePrevention.CANCEL_OLDEST:
                break
            if lots >= command.size:
                return True
        return False

    def CancelOrder(self, command: commands.CancelOrder) -> None:
        found = [one for one in self.open() if one.kind is Kind.ORDER and one.id == command.order_id]
        if found and found[0].command.account == command.account:
            return self.end(found[0], CancelReason.REQUESTED)
        market = found[0].command.market if found else 0
        reject = Reject(RejectCode.UNKNOWN_ORDER)
        return self.refuse(Kind.ORDER, command.order_id, market, command.account, "", reject, command.firm)

    # Matching

    def match(self, market: NaiveMarket, taker: NaiveLeg, limit: int, mode: SelfTradePrevention) -> bool:
        firm = self.firms[taker.entity.command.account]
        while taker.leaves:
            facing = self.facing(market.terms.market, taker.side, limit)
            if not facing:
                return True
            maker = facing[0]
            if self.firms[maker.entity.command.account] != firm:
                self.trade(market, maker, taker)
            elif mode is SelfTradePrevention.CANCEL_NEWEST:
                return False
            elif mode is SelfTradePrevention.DECREMENT:
                self.decrement(maker, taker)
                if not taker.leaves:
                    return False
            else:
                self.end(maker.entity, PREVENTED)
                if mode is SelfTradePrevention.CANCEL_BOTH:
                    return False
        return True

    def decrement(self, maker: NaiveLeg, taker: NaiveLeg) -> None:
        lots = min(maker.leaves, taker.leaves)
        maker.size -= lots
        taker.size -= lots
        if any(leg.leaves for leg in maker.entity.legs):
            self.tell(maker.entity, events.OrderReplaced, events.QuoteReplaced, PREVENTED)
        else:
            self.end(maker.entity, PREVENTED)
        if taker.leaves:
            self.tell(taker.entity, events.OrderReplaced, None, PREVENTED)

    def trade(self, market: NaiveMarket, maker: NaiveLeg, taker: NaiveLeg) -> None:
        lots, price = min(maker.leaves, taker.leaves), maker.price
        market.last_id += 1
        trade_id, parties = market.last_id, []
        own = (market.rules.maker_fee_ppm, market.rules.taker_fee_ppm)
        for leg, liquidity in ((maker, Liquidity.MAKER), (taker, Liquidity.TAKER)):
            one, account = leg.entity, leg.entity.command.account
            rates = self.fee_rates.get((account, market.terms.market), own)
            ppm = rates[0] if leg is maker else rates[1]
            leg.filled += lots
            one.filled_value += price * lots if one.kind is Kind.ORDER else 0
            one.status = PARTIAL if any(each.leaves for each in one.legs) else FILLED
            self.fills.append(NaiveFill(account, market.terms.market, lots if leg.side is BUY else -lots, price))
            who = (one.kind, one.id, account, self.firms[account], one.command.client_id, leg.side)
            numbers = (leg.price, leg.size, leg.filled, leg.leaves, one.filled_value)
            position = (self.net(account, market.terms.market), self.cost(account, market.terms.market))
            parties.append(events.Fill(*who, *numbers, one.status, liquidity, price * lots * ppm, *position))
        self.told.append(events.Traded(trade_id, market.terms.market, price, lots, parties[0], parties[1]))
        if market.rules.reference_source is ReferenceSource.LAST_TRADE:
            market.reference, market.reference_at = price, self.now
            self.told.append(events.ReferencePriceMoved(market.terms.market, price, self.now))
        self.protect(maker, lots, price, trade_id)

    def rest(self, leg: NaiveLeg) -> None:
        self.arrivals += 1
        leg.arrival = self.arrivals

    def end(self, one: NaiveEntity, reason: CancelReason) -> None:
        one.status = OrdStatus.CANCELED
        self.tell(one, events.OrderCancelled, events.QuoteCancelled, reason)

    # Quotes

    def PlaceQuote(self, command: commands.PlaceQuote) -> None:
        market = self.markets.get(command.market)
        where = (command.market, command.account, command.client_id)
        if market is None:
            return self.refuse(Kind.QUOTE, 0, *where, Reject(RejectCode.UNKNOWN_MARKET))
        if self.answered(Kind.QUOTE, command):
            return None
        until = self.now + command.valid_for_ms
        quote = NaiveEntity(0, Kind.QUOTE, command, self.sequence, self.now, until, command.valid_for_ms)
        quote.legs = [NaiveLeg(quote, BUY, 0, 0), NaiveLeg(quote, SELL, 0, 0)]
        new = [(command.bid_price, command.bid_size), (command.ask_price, command.ask_size)]
        fault = (
            self.standing_fault(command.account)
            or self.lock_fault(command)
            or self.protection_fault(command)
            or self.open_orders_fault(command)
            or self.quote_fault(market, quote, new)
        )
        if fault is not None:
            return self.refuse(Kind.QUOTE, 0, *where, fault)
        market.last_id += 1
        quote.id = market.last_id
        self.entities.append(quote)
        return self.work(market, quote, new, events.QuotePlaced)

    def UpdateQuotes(self, command: commands.UpdateQuotes) -> None:
        for update in command.updates:
            found = [one for one in self.open() if one.kind is Kind.QUOTE and one.id == update.quote_id]
            if not found or found[0].command.account != command.account:
                number = update.quote_id >> 36
                reject = self.freeze_of(command.account, number) or Reject(RejectCode.UNKNOWN_QUOTE)
                number = number if reject.code is RejectCode.PROTECTION_FROZEN else 0
                self.refuse(Kind.QUOTE, update.quote_id, number, command.account, "", reject, command.firm)
            else:
                self.update(found[0], update)

    def update(self, quote: NaiveEntity, update: commands.QuoteUpdate) -> None:
        asked = [(update.bid_price, update.bid_size), (update.ask_price, update.ask_size)]
        new = [
            (price or leg.price, max(size or leg.size, leg.filled))
            for leg, (price, size) in zip(quote.legs, asked, strict=True)
        ]
        market, command = self.markets[quote.command.market], quote.command
        fault = self.standing_fault(command.account) or self.quote_fault(market, quote, new)
        if fault is not None:
            return self.refuse(Kind.QUOTE, quote.id, command.market, command.account, command.client_id, fault)
        if update.valid_for_ms:
            quote.valid_for_ms, quote.expires_at = update.valid_for_ms, self.now + update.valid_for_ms
        return self.work(market, quote, new, events.QuoteReplaced)

    def quote_fault(self, market: NaiveMarket, quote: NaiveEntity, new: list[tuple[int, int]]) -> Reject | None:
        account, (bid, ask) = quote.command.account, quote.legs
        (bid_price, bid_size), (ask_price, ask_size) = new
        if bid_price >= ask_price:
            return Reject(RejectCode.BID_NOT_BELOW_ASK, ask_price, bid_price, ask_price - bid_price - 1)
        left = {BUY: bid_size - bid.filled, SELL: ask_size - ask.filled}
        pairs = [(leg, price, size) for leg, (price, size) in zip(quote.legs, new, strict=True)]
        fault = self.market_fault(market)
        for leg, price, size in pairs:
            fault = fault or (self.terms_fault(market, price, size) if left[leg.side] else None)
        for leg, _, _ in pairs:
            fault = fault or self.position_fault(account, market, leg.side, left[leg.side] - leg.leaves)
        scale, bids = market.terms.value_scale, self.facing(market.terms.market, SELL, 0)
        dearest = max([ask_price, *(leg.price for leg in bids if leg.entity is not quote)])
        worth = bid_price * left[BUY] + dearest * left[SELL] - sum(leg.price * leg.leaves for leg in quote.legs)
        fault = fault or self.exposure_fault(account, worth * scale)
        for leg, price, _ in pairs:
            fault = fault or self.taking_fault(market, leg, price, left[leg.side])
        return fault

    def taking_fault(self, market: NaiveMarket, leg: NaiveLeg, price: int, lots: int) -> Reject | None:
        facing = [one for one in self.facing(market.terms.market, leg.side, price) if one.entity is not leg.entity]
        if lots and facing and market.status is not MarketStatus.OPEN:
            return Reject(RejectCode.MARKET_POST_ONLY)
        for one in self.met(facing, self.firms[leg.entity.command.account]):
            if lots > 0 and self.firms[one.entity.command.account] == self.firms[leg.entity.command.account]:
                return Reject(RejectCode.QUOTE_WOULD_SELF_TRADE)
            lots -= one.leaves
        return None

    def work(self, market: NaiveMarket, quote: NaiveEntity, new: list[tuple[int, int]], kind: Any) -> None:
        moved = []
        for leg, (price, size) in zip(quote.legs, new, strict=True):
            if price != leg.price or size > leg.size:
                moved.append(leg)
                leg.arrival = 0
            leg.price, leg.size = price, size
        if not any(leg.leaves for leg in quote.legs):
            quote.status = FILLED
        self.tell(quote, None, kind)
        for leg in moved:
            self.match(market, leg, leg.price, SelfTradePrevention.CANCEL_NEWEST)
            self.rest(leg)
        if not any(leg.leaves for leg in quote.legs):
            quote.status = FILLED

    def CancelQuote(self, command: commands.CancelQuote) -> None:
        for one in self.open():
            if (one.kind, one.id, one.command.account) == (Kind.QUOTE, command.quote_id, command.account):
                return self.end(one, CancelReason.REQUESTED)
        reject = Reject(RejectCode.UNKNOWN_QUOTE)
        return self.refuse(Kind.QUOTE, command.quote_id, 0, command.account, "", reject, command.firm)

    def answered(self, kind: Kind, command: commands.PlaceOrder | commands.PlaceQuote) -> bool:
        """The client id names something known: replayed for the same body, refused for another while it is open."""
        same = [one for one in self.entities if one.kind is kind and one.command.client_id == command.client_id]
        same = [one for one in same if one.command.account == command.account]
        if not command.client_id or not same:
            return False
        last = same[-1]
        if last.command.digest == command.digest:
            self.told.append(events.CommandReplayed(last.sequence))
            return True
        if last.is_open():
            reject = Reject(RejectCode.CLIENT_ID_IN_USE)
            self.refuse(kind, last.id, command.market, command.account, command.client_id, reject)
        return last.is_open()

    # Operations

    def MassCancel(self, command: commands.MassCancel) -> None:
        chosen = [
            one
            for one in self.open()
            if command.account in (0, one.command.account)
            and command.firm in (0, self.firms[one.command.account])
            and command.market in (0, one.command.market)
            and command.kind in (0, one.kind)
        ]
        self.end_all(chosen, command.reason)
        self.told.append(events.MassCancelled(len(chosen)))

    def end_all(self, chosen: list[NaiveEntity], reason: CancelReason) -> None:
        for one in sorted(chosen, key=lambda one: one.id):
            self.end(one, reason)

    def ExpireDue(self, command: commands.ExpireDue) -> None:
        pass

    def CreateMarket(self, command: commands.CreateMarket) -> None:
        if command.market in self.markets:
            return self.refuse(Kind.ANY, 0, command.market, 0, "", Reject(RejectCode.MARKET_EXISTS))
        no_rules = commands.ConfigureMarket(command.market, 0, 0, 0, 0, 0, 0, 0, ReferenceSource.OPS)
        self.markets[command.market] = NaiveMarket(command, no_rules, command.market << 36)
        return self.market_changed(command.market)

    def market_changed(self, number: int) -> None:
        market = self.markets[number]
        rules = {name: getattr(market.rules, name) for name in market.rules.__struct_fields__}
        terms = {name: getattr(market.terms, name) for name in market.terms.__struct_fields__}
        standing = {"status": market.status, "status_reason": market.reason}
        reference = {"reference_price": market.reference, "reference_at": market.reference_at}
        self.told.append(events.MarketChanged(**{**terms, **rules, **standing, **reference}))

    def known(self, number: int) -> bool:
        if number not in self.markets:
            self.refuse(Kind.ANY, 0, number, 0, "", Reject(RejectCode.UNKNOWN_MARKET))
        return number in self.markets

    def ConfigureMarket(self, command: commands.ConfigureMarket) -> None:
        if self.known(command.market):
            self.markets[command.market].rules = command
            self.market_changed(command.market)

    def SetMarketStatus(self, command: commands.SetMarketStatus) -> None:
        if self.known(command.market):
            market = self.markets[command.market]
            market.status, market.reason = command.status, command.reason
            self.market_changed(command.market)

    def SetReferencePrice(self, command: commands.SetReferencePrice) -> None:
        if self.known(command.market):
            market = self.markets[command.market]
            market.reference, market.reference_at = command.price, self.now
            self.market_changed(command.market)

    def account_changed(self, account: int) -> None:
        limits = self.limits.get(account)
        numbers = (limits.max_open_orders, limits.max_exposure) if limits else (0, 0)
        suspended = account in self.suspended_accounts
        self.told.append(events.AccountChanged(account, self.firms[account], *numbers, suspended))

    def SetRiskLimits(self, command: commands.SetRiskLimits) -> None:
        self.limits[command.account] = command
        self.account_changed(command.account)

    def SetPositionLimit(self, command: commands.SetPositionLimit) -> None:
        if self.known(command.market):
            self.position_limits[command.account, command.market] = command.max_position
            changed = (command.account, command.firm, command.market, command.max_position)
            self.told.append(events.PositionLimitChanged(*changed))

    def SetFeeRates(self, command: commands.SetFeeRates) -> None:
        if self.known(command.market):
            rates = (command.maker_ppm, command.taker_ppm)
            self.fee_rates[command.account, command.market] = rates
            self.told.append(events.FeeRatesChanged(command.account, command.firm, command.market, *rates))

    def RemoveFeeRates(self, command: commands.RemoveFeeRates) -> None:
        if self.known(command.market) and (command.account, command.market) in self.fee_rates:
            del self.fee_rates[command.account, command.market]
            self.told.append(events.FeeRatesRemoved(command.account, command.firm, command.market))

    def SuspendFirm(self, command: commands.SuspendFirm) -> None:
        self.suspended_firms.add(command.firm)
        self.told.append(events.FirmChanged(command.firm, True))
        theirs = [one for one in self.open() if self.firms[one.command.account] == command.firm]
        self.end_all(theirs, CancelReason.FIRM_SUSPENDED)

    def ReinstateFirm(self, command: commands.ReinstateFirm) -> None:
        self.suspended_firms.discard(command.firm)
        self.told.append(events.FirmChanged(command.firm, False))

    def SuspendAccount(self, command: commands.SuspendAccount) -> None:
        self.suspended_accounts.add(command.account)
        self.account_changed(command.account)
        theirs = [one for one in self.open() if one.command.account == command.account]
        self.end_all(theirs, CancelReason.ACCOUNT_SUSPENDED)

    def ReinstateAccount(self, command: commands.ReinstateAccount) -> None:
        self.suspended_accounts.discard(command.account)
        self.account_changed(command.account)

    # Cancel-on-disconnect

    def disconnect(self, session: int, scope: DisconnectScope, market: int) -> NaiveDisconnect | None:
        wanted = (session, scope, market)
        found = [
            one for one in self.disconnects if wanted == (one.command.session, one.command.scope, one.command.market)
        ]
        return found[0] if found else None

    def disconnect_changed(self, one: NaiveDisconnect, timeout_ms: int) -> None:
        was = one.command
        where = (was.session, was.scope, was.market, was.account, was.firm)
        times = (one.armed_at, one.fired_at, one.locked)
        self.told.append(events.DisconnectChanged(*where, timeout_ms, was.lock, *times, was.key_id, was.session_name))

    def ConfigureDisconnect(self, command: commands.ConfigureDisconnect) -> None:
        before = self.disconnect(command.session, command.scope, command.market)
        made = NaiveDisconnect(command, command.armed_at, before.fired_at if before else 0)
        self.disconnects = [one for one in self.disconnects if one is not before]
        if command.timeout_ms:
            self.disconnects.append(made)
        self.disconnect_changed(made, command.timeout_ms)

    def FireDisconnect(self, command: commands.FireDisconnect) -> None:
        one = self.disconnect(command.session, command.scope, command.market)
        if one is None or one.fired_at > one.armed_at or one.locked or command.deadline <= one.armed_at:
            return
        chosen = [open_one for open_one in self.open() if one.covers(open_one.command)]
        self.end_all(chosen, CancelReason.CANCEL_ON_DISCONNECT)
        one.fired_at, one.locked = command.deadline, one.command.lock
        self.disconnect_changed(one, one.command.timeout_ms)
        where = (command.session, command.scope, command.market, one.command.account, one.command.firm)
        self.told.append(events.DisconnectFired(*where, command.deadline, command.detected_at, len(chosen)))

    def in_order(self, session: int) -> list[NaiveDisconnect]:
        mine = [one for one in self.disconnects if session in (0, one.command.session)]
        return sorted(mine, key=lambda one: (one.command.session, one.command.scope, one.command.market))

    def RearmDisconnect(self, command: commands.RearmDisconnect) -> None:
        for one in self.in_order(command.session):
            if one.armed_at < one.fired_at < command.heard_at and not one.locked:
                one.armed_at = command.heard_at
                self.disconnect_changed(one, one.command.timeout_ms)

    def UnlockSession(self, command: commands.UnlockSession) -> None:
        for one in self.in_order(command.session):
            if one.locked and one.command.account == command.account:
                one.locked, one.armed_at = False, max(command.armed_at, one.fired_at + 1)
                self.disconnect_changed(one, one.command.timeout_ms)

    def CloseSession(self, command: commands.CloseSession) -> None:
        for one in self.in_order(command.session):
            if one.command.account == command.account:
                self.disconnects.remove(one)
                one.locked = False
                self.disconnect_changed(one, 0)
