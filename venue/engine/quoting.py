"""Two-sided quotes: place, update and cancel, each as one unit. A bad side refuses the whole and changes nothing."""

from typing import Final

from venue.engine.accounts import Account
from venue.engine.checks import (
    exposure_refused,
    lock_refuses,
    market_refuses,
    meets,
    meets_own_firm,
    open_orders_refused,
    position_refused,
    protection_refuses,
    standing_refuses,
    terms_refused,
)
from venue.engine.client_ids import already_bound
from venue.engine.commands import CancelQuote, PlaceQuote, QuoteUpdate, UpdateQuotes
from venue.engine.events import QuotePlaced, QuoteReplaced
from venue.engine.locks import mass_cancel_refuses
from venue.engine.matching import cancel, match, shrink
from venue.engine.orders import Leg, Quote
from venue.engine.rejects import Reject, RejectCode
from venue.engine.snapshots import quote_event
from venue.engine.state import EngineState, MarketState
from venue.engine.terms import CancelReason, Kind, MarketStatus, OrdStatus, SelfTradePrevention, Side, market_of

_BUY: Final = Side.BUY
_SELL: Final = Side.SELL
_OPEN: Final = MarketStatus.OPEN
_MODE: Final = SelfTradePrevention.CANCEL_NEWEST  # never needed: meeting the own firm is refused before
_UNKNOWN: Final = Reject(RejectCode.UNKNOWN_QUOTE)

LegTerms = tuple[int, int, int]  # price in ticks; total size and what would be left of it in lots
EventType = type[QuotePlaced | QuoteReplaced]


def place_quote(state: EngineState, command: PlaceQuote) -> None:
    account = state.account(command.account, command.firm)
    market = state.markets.get(command.market)
    if market is None:
        reject = Reject(RejectCode.UNKNOWN_MARKET)
        state.refuse(Kind.QUOTE, 0, command.market, (account.id, account.firm), command.client_id, reject)
        return
    if not (command.client_id and already_bound(state, Kind.QUOTE, account, command)):
        enter_quote(state, market, account, command)


def enter_quote(state: EngineState, market: MarketState, account: Account, command: PlaceQuote) -> None:
    """Place or refuse a quote that answers nothing seen before."""
    quote = _new_quote(state, market, account, command)
    bid = (command.bid_price, command.bid_size, command.bid_size)
    ask = (command.ask_price, command.ask_size, command.ask_size)
    refused = (
        standing_refuses(state, account)
        or lock_refuses(account, market.number, quote.session)
        or protection_refuses(quote, state.now)
        or open_orders_refused(account, command.max_open_orders)
        or _refused(state, quote, bid, ask)
    )
    if refused is not None:
        state.refuse(Kind.QUOTE, 0, market.number, (account.id, account.firm), command.client_id, refused)
        return
    quote.id = market.next_id()
    state.open(quote)
    if quote.client_id:
        state.bind_client_id(quote)
    _work(state, quote, bid, ask, QuotePlaced)


def cancel_quote(state: EngineState, command: CancelQuote) -> None:
    quote = state.quotes.get(command.quote_id)
    if quote is None or quote.account.id != command.account:
        refuse_unknown(state, command, command.quote_id)
        return
    cancel(state, quote, CancelReason.REQUESTED)


def refuse_unknown(state: EngineState, command: CancelQuote | UpdateQuotes, quote_id: int) -> None:
    """No such quote is open, or it is another account's. An update is told of a freeze, which has cancelled them."""
    reject, market = _UNKNOWN, 0
    if isinstance(command, UpdateQuotes) and (frozen := _frozen(state, command.account, market_of(quote_id))):
        reject, market = frozen, market_of(quote_id)
    state.refuse(Kind.QUOTE, quote_id, market, (command.account, command.firm), "", reject)


def _frozen(state: EngineState, account_id: int, market: int) -> Reject | None:
    account = state.accounts.get(account_id)
    position = account.positions.get(market) if account else None
    return position.protection.refusal(state.now) if position and position.protection else None


def _new_quote(state: EngineState, market: MarketState, account: Account, command: PlaceQuote) -> Quote:
    quote = Quote()
    quote.bid.set_terms(_BUY, 0, 0)
    quote.ask.set_terms(_SELL, 0, 0)
    quote.id = 0
    quote.market = market
    quote.account = account
    quote.position = account.position_in(market)
    quote.firm = account.firm
    quote.client_id = command.client_id
    quote.digest = command.digest
    quote.valid_for_ms = command.valid_for_ms
    quote.expires_at = state.now + command.valid_for_ms
    quote.created_at = state.now
    quote.created_sequence = state.sequence
    quote.session = command.session
    quote.metadata = command.metadata
    quote.status = OrdStatus.NEW
    return quote


def change_quote(state: EngineState, quote: Quote, update: QuoteUpdate) -> None:
    """Any update: sizes that grow, sides that are done, prices that cross, and all that is refused."""
    bid = _leg_terms(quote.bid, update.bid_price, update.bid_size)
    ask = _leg_terms(quote.ask, update.ask_price, update.ask_size)
    refused = _refused(state, quote, bid, ask)
    if refused is not None:
        owner = (quote.account.id, quote.firm)
        state.refuse(Kind.QUOTE, quote.id, quote.market.number, owner, quote.client_id, refused)
        return
    quote.fits = None
    if update.valid_for_ms:
        state.extend(quote, update.valid_for_ms)
    _work(state, quote, bid, ask, QuoteReplaced)


def _leg_terms(leg: Leg, price: int, size: int) -> LegTerms:
    """What an update asks of a leg. A total below what was filled leaves nothing, never less."""
    size = max(size or leg.size, leg.filled)
    return price or leg.price, size, size - leg.filled


def _refused(state: EngineState, quote: Quote, bid: LegTerms, ask: LegTerms) -> Reject | None:
    """Why the quote may not stand on these terms. A side with nothing left is not asked. Nobody suspended gets
    here with an update: suspension has cancelled every quote."""
    market, position = quote.market, quote.position
    bid_price, bid_size, bid_leaves = bid
    ask_price, ask_size, ask_leaves = ask
    if bid_price >= ask_price:
        return Reject(RejectCode.BID_NOT_BELOW_ASK, ask_price, bid_price, ask_price - bid_price - 1)
    more = bid_price * bid_leaves + ask_price * ask_leaves
    more -= quote.bid.price * quote.bid.leaves + quote.ask.price * quote.ask.leaves
    return (
        market_refuses(market, state.now)
        or mass_cancel_refuses(quote, state.now)
        or (terms_refused(market, bid_price, bid_size) if bid_leaves else None)
        or (terms_refused(market, ask_price, ask_size) if ask_leaves else None)
        or position_refused(position, _BUY, bid_leaves - quote.bid.leaves)
        or position_refused(position, _SELL, ask_leaves - quote.ask.leaves)
        or (
            _taking_refused(quote, bid, ask, more, state.now)
            if _may_take(market, bid_price, ask_price)
            else exposure_refused(position, more)
        )
    )


def _may_take(market: MarketState, bid_price: int, ask_price: int) -> bool:
    """Something may trade at these prices. Mostly nothing does, and then there is less to do; but what happens
    must be the same either way, for how near `touch` comes to the best price depends on what was asked before."""
    return bid_price >= market.book.asks.touch or ask_price <= market.book.bids.touch


def _taking_refused(quote: Quote, bid: LegTerms, ask: LegTerms, more: int, now: int) -> Reject | None:
    """A quote takes nothing from its own firm, and nothing at all in a post-only market. Who sells may get more
    than was asked for, the best bid's price: so much is at work."""
    ask_price, _, ask_leaves = ask
    met = meets(quote.market, quote, _SELL, ask_price)
    if met:
        more += (met.price - ask_price) * ask_leaves
    return (
        exposure_refused(quote.position, more)
        or _leg_taking_refused(quote, _BUY, bid, now)
        or _leg_taking_refused(quote, _SELL, ask, now)
    )


def _leg_taking_refused(quote: Quote, side: Side, terms: LegTerms, now: int) -> Reject | None:
    price, _, leaves = terms
    if not leaves or not meets(quote.market, quote, side, price):
        return None
    if quote.market.status is not _OPEN:
        return Reject(RejectCode.MARKET_POST_ONLY)
    if meets_own_firm(quote, side, price, leaves, now):
        return Reject(RejectCode.QUOTE_WOULD_SELF_TRADE)
    return None


def _work(state: EngineState, quote: Quote, bid: LegTerms, ask: LegTerms, kind: EventType) -> None:
    """Put the quote on its new terms, report it, and trade what can trade."""
    if not bid[2] and not ask[2]:
        # Its sizes came down to what was filled before: no trade will come to tell of the end.
        quote.status = OrdStatus.FILLED
    if _may_take(quote.market, bid[0], ask[0]):
        _take(state, quote, bid, ask, kind)
    else:
        _rest(state, quote.market, quote.bid, bid)
        _rest(state, quote.market, quote.ask, ask)
        _report(state, quote, kind)
    if not quote.bid.leaves and not quote.ask.leaves:
        state.close(quote, OrdStatus.FILLED)


def _report(state: EngineState, quote: Quote, kind: EventType) -> None:
    if not quote.bid.leaves and not quote.ask.leaves:
        # Its sizes came down to what was filled before: no trade will come to tell of the end.
        quote.status = OrdStatus.FILLED
    state.events.append(quote_event(kind, quote))


def _rest(state: EngineState, market: MarketState, leg: Leg, terms: LegTerms) -> None:
    """Let a leg that trades with nothing rest on its new terms. Less at the same price keeps its place."""
    price, size, leaves = terms
    more = leaves - leg.leaves
    leg.owner.position.work(leg.side, more, price * leaves - leg.price * leg.leaves)
    leg.size, leg.leaves = size, leaves
    if leg.level is None:
        leg.price = price
        if leaves:
            leg.priority = state.next_priority()
            market.side(leg.side).add(leg)
        return
    leg.level.quantity += more
    if not leaves:
        market.side(leg.side).remove(leg)
        leg.price = price
    elif more > 0 or price != leg.price:
        market.side(leg.side).move(leg, price, state.next_priority())


def _take(state: EngineState, quote: Quote, bid: LegTerms, ask: LegTerms, kind: EventType) -> None:
    """Both legs leave the book before either comes back, so that the quote never meets itself."""
    market, legs = quote.market, ((quote.bid, bid), (quote.ask, ask))
    moving = [leg for leg, terms in legs if not _keeps_place(state, market, leg, terms)]
    _report(state, quote, kind)
    for leg in moving:
        match(state, market, leg, leg.price, quote.firm, _MODE)
        if leg.leaves:
            state.add_to_book(market, leg)


def _keeps_place(state: EngineState, market: MarketState, leg: Leg, terms: LegTerms) -> bool:
    """Size down at the same price keeps priority; anything else leaves the book for the end of its new queue."""
    price, size, leaves = terms
    if price == leg.price and leaves <= leg.leaves:
        if leg.level is None:
            leg.size = size  # a batch has lifted it, or it was filled
        elif size != leg.size:
            shrink(market, leg, size)
        return True
    state.withdraw(market, leg)
    leg.price, leg.size, leg.leaves = price, size, leaves
    if leaves:
        leg.priority = state.next_priority()
    return False
