"""The hot path: quotes that move to other prices, where nothing crosses and no size changes. It does what `quoting`
would do, in fewer steps; whatever is not so plain it leaves to `quoting`, which knows the reasons."""

from venue.engine.book import BookSide
from venue.engine.commands import BatchQuote, QuoteUpdate, UpdateQuotes
from venue.engine.events import QuoteReplaced
from venue.engine.orders import Leg, Quote
from venue.engine.quoting import change_quote, refuse_unknown
from venue.engine.state import EngineState, MarketState


def update_quotes(state: EngineState, command: UpdateQuotes) -> None:
    """Replace quotes one by one, each whole or not at all."""
    account, quotes = state.accounts.get(command.account), state.quotes
    for update in command.updates:
        quote = quotes.get(update.quote_id)
        if quote is None or quote.account is not account:
            refuse_unknown(state, command, update.quote_id)
        elif not repriced(state, quote, update):
            change_quote(state, quote, update)


def repriced(state: EngineState, quote: Quote, update: QuoteUpdate | BatchQuote) -> bool:
    """Whether the update was so plain that it is done now."""
    market, account, bid, ask = quote.market, quote.account, quote.bid, quote.ask
    bids, asks, now = market.book.bids, market.book.asks, state.now
    bid_price, bid_size = update.bid_price or bid.price, bid.size
    ask_price, ask_size = update.ask_price or ask.price, ask.size
    more = (bid_price - bid.price) * bid.leaves + (ask_price - ask.price) * ask.leaves
    exposure = account.exposure + more * market.value_scale
    if not (
        now <= market.takes_until
        and not account.mass_cancel_locks
        and not account.locks
        and market.lowest <= bid_price
        and bid_price < ask_price  # not chained: chains cost more
        and ask_price <= market.highest
        and (update.bid_size == bid_size or not update.bid_size)
        and (update.ask_size == ask_size or not update.ask_size)
        and (quote.fits is market.limits or _fits(quote, market))
        and (exposure <= quote.position.exposure_limit or more <= 0)
        and (bid_price < asks.touch or _free(asks, bid_price, ask))
        and (ask_price > bids.touch or _free(bids, ask_price, bid))
    ):
        return False
    if update.valid_for_ms:
        before, quote.valid_for_ms = quote.expires_at, update.valid_for_ms
        quote.expires_at = now + update.valid_for_ms
        if quote.expires_at < before:
            state.expire_at(quote)
    account.exposure = exposure
    priority = state.priority = state.priority + 2
    if bid_price != bid.price:
        bids.move(bid, bid_price, priority - 1)
    if ask_price != ask.price:
        asks.move(ask, ask_price, priority)
    # fmt: off
    state.events.append(QuoteReplaced(
        quote.id, market.number, account.id, quote.firm, quote.client_id, quote.digest,
        bid_price, bid_size, bid.filled, bid.leaves, bid.priority,
        ask_price, ask_size, ask.filled, ask.leaves, ask.priority,
        quote.status, quote.valid_for_ms, quote.expires_at, quote.created_at, quote.created_sequence,
        quote.metadata, quote.session,
    ))
    # fmt: on
    return True


def _fits(quote: Quote, market: MarketState) -> bool:
    """Both legs rest, with sizes that the market allows at any price of its band. Remembered until either changes."""
    bid, ask = quote.bid, quote.ask
    smallest, largest = market.least_size, market.most_size
    if bid.leaves and ask.leaves and smallest <= bid.size <= largest and smallest <= ask.size <= largest:
        quote.fits = market.limits
        return True
    return False


def _free(opposite: BookSide, price: int, own: Leg) -> bool:
    """Nothing on the other side would trade at the price, or the quote's own other leg alone."""
    best = opposite.best()
    rank = price * opposite.sign
    return best is None or best.rank < rank or all(leg is own for leg in opposite.within(rank))
