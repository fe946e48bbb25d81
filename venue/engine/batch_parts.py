"""One market's part of a batch. It is tried as it stands; if the account's own quotes were in their own way, once
more with all that move lifted out of the book first; what was refused is left out or makes the whole part fall."""

from typing import Final, NamedTuple

from venue.engine.accounts import Account
from venue.engine.checks import meets, standing_refuses
from venue.engine.commands import Batch, BatchQuote, MarketBatch, PlaceOrder, PlaceQuote, QuoteUpdate, Target
from venue.engine.events import CommandRejected, CommandReplayed, EntryResult, MarketResult
from venue.engine.matching import cancel, cancel_all
from venue.engine.order_entry import place_order
from venue.engine.orders import Quote
from venue.engine.quoting import change_quote, enter_quote
from venue.engine.rejects import Reject, RejectCode
from venue.engine.repricing import repriced
from venue.engine.results import entered, failed
from venue.engine.savepoints import Savepoint, savepoint
from venue.engine.state import EngineState, MarketState
from venue.engine.targets import find, quote_named, unknown
from venue.engine.terms import Atomicity, CancelReason, CancelScope, Kind, OrdStatus, Outcome, Side

# Refusals that may be due to own quotes which the same batch moves out of the way.
_IN_THEIR_OWN_WAY: Final = {RejectCode.QUOTE_WOULD_SELF_TRADE, RejectCode.POST_ONLY_WOULD_CROSS}
_UNKNOWN_QUOTE: Final = Reject(RejectCode.UNKNOWN_QUOTE)
_SUCCESS: Final = Outcome.SUCCESS
_QUOTE: Final = Kind.QUOTE
_ORDER: Final = Kind.ORDER

Place = tuple[Kind, int]  # of an entry: quote or order, and its index there


class _Attempt(NamedTuple):
    """What the part comes to, if it is left to stand."""

    cancelled: int
    targets: list[EntryResult]
    quotes: list[EntryResult]
    orders: list[EntryResult]


class Part:
    """`refusals` are what is told of its bad entries when nothing else of them is left."""

    def __init__(self, state: EngineState, account: Account, command: Batch, given: MarketBatch) -> None:
        self._state = state
        self._account = account
        self._command = command
        self._given = given
        self._bad: dict[Place, EntryResult] = {}
        self.refusals: list[CommandRejected] = []

    def carry_out(self) -> MarketResult:
        """SUCCESS is a part that stands, FAILURE one that left its market as it was."""
        market = self._state.markets.get(self._given.market)
        if market is None:
            return self._refused_whole(Reject(RejectCode.UNKNOWN_MARKET))
        refused = standing_refuses(self._state, self._account)
        if refused is not None:
            return self._refused_whole(refused)
        attempt = self._tried(market)
        self._refuse()
        if attempt is None:
            return self._fallen()
        return MarketResult(
            self._given.market,
            Outcome.SUCCESS,
            attempt.cancelled,
            tuple(attempt.targets),
            tuple(attempt.quotes),
            tuple(attempt.orders),
        )

    def _tried(self, market: MarketState) -> _Attempt | None:
        """The attempt that stands; None if all was undone."""
        lift = False
        while True:
            with savepoint(self._state) as point:
                point.save_market(market)
                attempt = self._attempt(market, point, lift)
                bad = self._newly_bad(attempt)
                if not bad:
                    return attempt
                point.undo()
            if not lift and any(one.reject and one.reject.code in _IN_THEIR_OWN_WAY for one in bad.values()):
                lift = True
                continue
            self._bad |= bad
            if self._command.atomicity is not Atomicity.ENTRY:
                return None

    def _newly_bad(self, attempt: _Attempt) -> dict[Place, EntryResult]:
        found = {(_QUOTE, n): one for n, one in enumerate(attempt.quotes) if one.outcome is not _SUCCESS}
        found |= {(_ORDER, n): one for n, one in enumerate(attempt.orders) if one.outcome is not _SUCCESS}
        return {place: one for place, one in found.items() if place not in self._bad} if found else found

    def _attempt(self, market: MarketState, point: Savepoint, lift: bool) -> _Attempt:
        named = [self._named(market, entry) for entry in self._given.quotes]
        targets = [self._cancel_target(market, target) for target in self._given.targets]
        cancelled = sum(one.outcome is _SUCCESS for one in targets) + self._cancel_scope(market, named)
        if lift:
            for index, quote in enumerate(named):
                if quote is not None and quote.id in self._state.quotes and (_QUOTE, index) not in self._bad:
                    self._lift(point, quote, self._given.quotes[index])
        bad = self._bad
        quotes = [
            bad.get((_QUOTE, n)) or self._quote(market, point, entry, named[n])
            for n, entry in enumerate(self._given.quotes)
        ]
        orders = [bad.get((_ORDER, n)) or self._order(entry) for n, entry in enumerate(self._given.orders)]
        return _Attempt(cancelled, targets, quotes, orders)

    def _named(self, market: MarketState, entry: BatchQuote) -> Quote | None:
        """The open quote that the entry replaces."""
        if entry.quote_id:
            quote = self._state.quotes.get(entry.quote_id)
            return quote if quote is not None and quote.account is self._account and quote.market is market else None
        if not entry.client_id:
            return None
        return quote_named(self._state, self._account, entry.client_id)

    # Cancel

    def _cancel_target(self, market: MarketState, target: Target) -> EntryResult:
        """What is gone already is told, and in nobody's way."""
        entity = find(self._state, self._account, target)
        if entity is None or entity.market is not market:
            return failed(Kind.ANY, target.id, unknown(target.kind))
        cancel(self._state, entity, CancelReason.REQUESTED)
        ask_filled = entity.ask.filled if isinstance(entity, Quote) else 0
        filled = sum(leg.filled for leg in entity.legs) - ask_filled
        return EntryResult(Kind.ANY, _SUCCESS, entity.id, OrdStatus.CANCELED, filled, ask_filled)

    def _cancel_scope(self, market: MarketState, named: list[Quote | None]) -> int:
        """All of the market, or all quotes, but those that the batch replaces."""
        scope = self._given.cancel
        if scope is CancelScope.NONE:
            return 0
        kept = {quote.id for quote in named if quote is not None}
        chosen = [
            entity
            for entity in self._account.open.values()
            if entity.market is market
            and entity.id not in kept
            and (scope is CancelScope.ALL or isinstance(entity, Quote))
        ]
        cancel_all(self._state, chosen, CancelReason.REQUESTED)
        return len(chosen)

    # Replace and place

    def _lift(self, point: Savepoint, quote: Quote, entry: BatchQuote) -> None:
        """Take out of the book what loses its place anyway, so that nothing meets where the account used to be."""
        point.save(quote)
        quote.fits = None
        legs = ((quote.bid, entry.bid_price, entry.bid_size), (quote.ask, entry.ask_price, entry.ask_size))
        for leg, price, size in legs:
            if leg.level is not None and (price != leg.price or size > leg.size):
                self._state.withdraw(quote.market, leg)
                leg.leaves = 0

    def _quote(self, market: MarketState, point: Savepoint, entry: BatchQuote, quote: Quote | None) -> EntryResult:
        state, told = self._state, self._state.events
        if quote is None or quote.id not in state.quotes:
            quote = self._named(market, entry)  # the batch itself may have placed it, cancelled it or filled it
        if quote is None and entry.quote_id:
            return failed(_QUOTE, entry.quote_id, _UNKNOWN_QUOTE)
        if quote is not None and quote.market is not market:
            return failed(_QUOTE, quote.id, Reject(RejectCode.CLIENT_ID_IN_USE))
        mark = len(told)
        if entry.post_only and (refused := _would_take(market, quote, entry)):
            return failed(_QUOTE, quote.id if quote else 0, refused)
        if quote is None:
            enter_quote(state, market, self._account, self._new(entry))
            return entered(_QUOTE, told[mark:])
        point.save_terms(quote)
        if repriced(state, quote, entry):
            return EntryResult(_QUOTE, _SUCCESS, quote.id, quote.status, quote.bid.filled, quote.ask.filled)
        point.save(quote)
        terms = (entry.bid_price, entry.bid_size, entry.ask_price, entry.ask_size, entry.valid_for_ms)
        change_quote(state, quote, QuoteUpdate(quote.id, *terms))
        return entered(_QUOTE, told[mark:])

    def _new(self, entry: BatchQuote) -> PlaceQuote:
        command = self._command
        return PlaceQuote(
            command.account,
            command.firm,
            self._given.market,
            entry.bid_price,
            entry.bid_size,
            entry.ask_price,
            entry.ask_size,
            entry.valid_for_ms,
            command.max_open_orders,
            client_id=entry.client_id,
            session=command.session,
        )

    def _order(self, entry: PlaceOrder) -> EntryResult:
        told = self._state.events
        mark = len(told)
        place_order(self._state, entry)
        if isinstance(told[mark], CommandReplayed):
            first = self._account.client_ids[_ORDER].first[entry.client_id]
            return failed(_ORDER, first[2], Reject(RejectCode.CLIENT_ID_REPEATED))
        return entered(_ORDER, told[mark:])

    # What is told of a part that did not stand

    def _refused_whole(self, reject: Reject) -> MarketResult:
        self._bad = {(_QUOTE, n): failed(_QUOTE, 0, reject) for n in range(len(self._given.quotes))}
        self._bad |= {(_ORDER, n): failed(_ORDER, 0, reject) for n in range(len(self._given.orders))}
        self._refuse()
        return self._fallen()

    def _fallen(self) -> MarketResult:
        return untouched(self._given, Outcome.NOT_ATTEMPTED, Outcome.FAILURE, self._bad)

    def _refuse(self) -> None:
        owner = (self._account.id, self._account.firm)
        for (kind, index), result in self._bad.items():
            entry = (self._given.quotes if kind is _QUOTE else self._given.orders)[index]
            assert result.reject is not None
            client_id = entry.client_id
            refusal = CommandRejected(kind, result.id, self._given.market, *owner, client_id, result.reject)
            self.refusals.append(refusal)
        self._state.events += self.refusals


def _would_take(market: MarketState, quote: Quote | None, entry: BatchQuote) -> Reject | None:
    """A post-only quote whose bid or ask would trade, its own other leg aside."""
    owner = quote or _NOBODY
    if meets(market, owner, Side.BUY, entry.bid_price) or meets(market, owner, Side.SELL, entry.ask_price):
        return Reject(RejectCode.POST_ONLY_WOULD_CROSS)
    return None


_NOBODY: Final = Quote()


def untouched(
    part: MarketBatch, outcome: Outcome, of_part: Outcome | None = None, bad: dict[Place, EntryResult] | None = None
) -> MarketResult:
    """A part of which nothing was done, but to find what is bad in it."""
    bad = bad or {}
    return MarketResult(
        part.market,
        of_part or outcome,
        0,
        tuple(EntryResult(Kind.ANY, outcome, target.id) for target in part.targets),
        tuple(bad.get((_QUOTE, n)) or EntryResult(_QUOTE, outcome) for n in range(len(part.quotes))),
        tuple(bad.get((_ORDER, n)) or EntryResult(_ORDER, outcome) for n in range(len(part.orders))),
    )
