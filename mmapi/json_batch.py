"""The batch in JSON: its body in the engine's units, and its answer."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal, TypeVar

from msgspec import UNSET, Meta, Raw, UnsetType

from accounts.bodies import Fields, NotANumber, fault
from accounts.credentials import Credential
from accounts.refusals import InvalidParameters, Refusal
from mmapi import batches
from mmapi.batches import Answered, Asked, Labels, Part, PartAnswer, Result
from quotes.quoting import refuse_crossed
from quotes.serializers import STATUS_WORDS as QUOTE_STATUS_WORDS
from venue.amounts import Amounts, remembered
from venue.engine.commands import BatchQuote, PlaceOrder, Target
from venue.engine.events import EntryResult, FillTold
from venue.engine.rejects import RejectCode
from venue.engine.terms import Atomicity, CancelScope, Kind, Outcome, market_of
from venue.fields import to_millis
from venue.markets import Terms
from venue.notation import ClientId, amount, entity_id, entity_number, moment, number
from venue.ordering import MarketName, OrderTerms, market_named, place_order, refuse_contradictions
from venue.rejections import Rejected, described, rejected
from venue.serializers import LIQUIDITY_WORDS, FillShape, Shape
from venue.serializers import STATUS_WORDS as ORDER_STATUS_WORDS

ATOMICITIES: Final = {"market": Atomicity.MARKET, "batch": Atomicity.BATCH, "entry": Atomicity.ENTRY}
SCOPES: Final = {"all": CancelScope.ALL, "quotes": CancelScope.QUOTES}
OUTCOMES: Final = {
    Outcome.SUCCESS: "APPLIED",
    Outcome.FAILURE: "REJECTED",
    Outcome.NOT_ATTEMPTED: "NOT_ATTEMPTED",
    Outcome.TIMED_OUT: "TIMED_OUT",
    None: "UNKNOWN",
}
MOST_MARKETS: Final = 200
Label = TypeVar("Label")


class QuoteEntry(Fields, frozen=True):
    """A quote as it shall stand. An open one of this `quoteId` or `clientQuoteId` is replaced in place."""

    bid_price: Raw
    bid_size: Raw
    ask_price: Raw
    ask_size: Raw
    client_quote_id: ClientId | None = None
    quote_id: Annotated[str, Meta(max_length=64)] | None = None
    valid_for_seconds: Annotated[int, Meta(ge=1, le=batches.LONGEST_VALIDITY)] | UnsetType = UNSET
    post_only: bool | UnsetType = UNSET


class MarketEntry(Fields, frozen=True):
    market: MarketName
    cancel: Literal["all", "quotes"] | list[ClientId] | None = None
    quotes: list[QuoteEntry] = []
    orders: list[OrderTerms] = []


class BatchBody(Fields, frozen=True):
    markets: Annotated[list[MarketEntry], Meta(min_length=1, max_length=MOST_MARKETS)]
    client_batch_id: ClientId | None = None
    atomicity: Literal["market", "batch", "entry"] | UnsetType = UNSET
    valid_until: Annotated[datetime, Meta(tz=True)] | None = None
    dry_run: bool | UnsetType = UNSET


class CancelShape(Shape, frozen=True, kw_only=True):
    index: int
    id: str
    result: str
    filled_size: Raw | UnsetType = UNSET
    error: dict[str, Any] | UnsetType = UNSET


class QuoteEntryShape(Shape, frozen=True, kw_only=True):
    index: int
    client_quote_id: str | UnsetType = UNSET
    quote_id: str | UnsetType = UNSET
    result: str
    status: str | UnsetType = UNSET
    bid_filled: Raw | UnsetType = UNSET
    ask_filled: Raw | UnsetType = UNSET
    fills: list[FillShape] | UnsetType = UNSET
    error: dict[str, Any] | UnsetType = UNSET


class OrderEntryShape(Shape, frozen=True, kw_only=True):
    index: int
    client_order_id: str | UnsetType = UNSET
    order_id: str | UnsetType = UNSET
    result: str
    status: str | UnsetType = UNSET
    filled_size: Raw | UnsetType = UNSET
    fills: list[FillShape] | UnsetType = UNSET
    error: dict[str, Any] | UnsetType = UNSET


class MarketShape(Shape, frozen=True, kw_only=True):
    """`applied` says whether the market's part stands; `cancelled` counts all that it cancelled."""

    market: str
    applied: bool
    outcome: str
    cancelled: int
    cancels: list[CancelShape]
    quotes: list[QuoteEntryShape]
    orders: list[OrderEntryShape]
    error: dict[str, Any] | UnsetType = UNSET


class BatchShape(Shape, frozen=True, kw_only=True):
    client_batch_id: str | UnsetType = UNSET
    atomicity: str
    dry_run: bool
    sequence: int
    applied_at: str | None
    markets: list[MarketShape]
    open_quotes_digest: str | None


def entry_count(body: BatchBody) -> int:
    """What the batch costs: its cancels, quotes and orders; cancelling all of a market is one."""
    return sum(len(part.quotes) + len(part.orders) + _cancels(part) for part in body.markets)


def _cancels(part: MarketEntry) -> int:
    return len(part.cancel) if isinstance(part.cancel, list) else part.cancel is not None


def only_cancels(body: BatchBody) -> bool:
    return not any(part.quotes or part.orders for part in body.markets)


# Asked


def asked(credential: Credential, body: BatchBody) -> Asked:
    """Raises a 400 for what no atomicity can make good: unknown markets, the same market or client id twice."""
    batches.refuse_repeated([part.market for part in body.markets], "markets[{}].market")
    parts = [_part(credential, entry, place) for place, entry in enumerate(body.markets)]
    valid_until = to_millis(body.valid_until) if body.valid_until else 0
    atomicity = ATOMICITIES[body.atomicity or "market"]
    return Asked(parts, atomicity, valid_until, bool(body.dry_run), body.client_batch_id or "")


def _part(credential: Credential, entry: MarketEntry, place: int) -> Part:
    path = f"markets[{place}]"
    try:
        terms = market_named(entry.market)
    except InvalidParameters:
        message = "There is no such market."
        raise InvalidParameters(errors=[fault(f"{path}.market", "UNKNOWN_MARKET", message)]) from None
    batches.refuse_repeated([one.client_quote_id for one in entry.quotes], path + ".quotes[{}].clientQuoteId")
    batches.refuse_repeated([one.quote_id for one in entry.quotes], path + ".quotes[{}].quoteId")
    batches.refuse_repeated([one.client_order_id for one in entry.orders], path + ".orders[{}].clientOrderId")
    return Part(
        terms,
        SCOPES[entry.cancel] if isinstance(entry.cancel, str) else CancelScope.NONE,
        [target(one) for one in entry.cancel] if isinstance(entry.cancel, list) else [],
        _quotes(terms, entry.quotes, f"{path}.quotes"),
        [_order(credential, terms, one) for one in entry.orders],
        lambda: _labels(entry),
    )


def _labels(entry: MarketEntry) -> Labels:
    return Labels(
        entry.cancel if isinstance(entry.cancel, list) else [],
        [(one.client_quote_id or "", one.quote_id or "") for one in entry.quotes],
        [one.client_order_id or "" for one in entry.orders],
    )


def target(text: str) -> Target:
    """An id of ours, or else a client id."""
    for word, kind in (("quote", Kind.QUOTE), ("order", Kind.ORDER)):
        found = entity_number(word, text)
        if found is not None:
            return Target(found, "", kind)
    return Target(0, text)


def _quotes(terms: Terms, entries: Sequence[QuoteEntry], path: str) -> list[BatchQuote | Refusal]:
    """Most prices and sizes have been read before: whatever has not, or is at fault, is looked at with care."""
    prices, sizes = remembered(terms)
    price_of, size_of, number = prices.get, sizes.get, terms.number
    found: list[BatchQuote | Refusal] = []
    for index, entry in enumerate(entries):
        bid_price, ask_price = price_of(bytes(entry.bid_price)), price_of(bytes(entry.ask_price))
        bid_size, ask_size = size_of(bytes(entry.bid_size)), size_of(bytes(entry.ask_size))
        quote_id = entity_number("quote", entry.quote_id) if entry.quote_id is not None else 0
        if (
            bid_price is None
            or ask_price is None
            or bid_size is None
            or ask_size is None
            or quote_id is None
            or bid_price >= ask_price
            or (quote_id and market_of(quote_id) != number)
        ):
            found.append(_quote_with_care(terms, entry, f"{path}[{index}]"))
            continue
        sides = (bid_price, bid_size, ask_price, ask_size)
        found.append(
            BatchQuote(*sides, _valid_for_ms(entry), quote_id, entry.client_quote_id or "", bool(entry.post_only))
        )
    return found


def _quote_with_care(terms: Terms, entry: QuoteEntry, path: str) -> BatchQuote | Refusal:
    amounts = Amounts(terms)
    try:
        bid_price = amounts.price_text("bidPrice", entry.bid_price)
        bid_size = amounts.size_text("bidSize", entry.bid_size)
        ask_price = amounts.price_text("askPrice", entry.ask_price)
        ask_size = amounts.size_text("askSize", entry.ask_size)
        amounts.refuse_faults()
        if not (bid_price and bid_size and ask_price and ask_size):
            raise NotANumber(errors=[fault("", "WRONG_TYPE", "Prices and sizes are numbers, never null.")])
        refuse_crossed(bid_price, ask_price, terms)
        quote_id = _quote_number(terms, entry.quote_id) if entry.quote_id is not None else 0
    except NotANumber as wrong:
        raise wrong.within(path) from None
    except Refusal as refusal:
        return refusal
    return BatchQuote(
        bid_price,
        bid_size,
        ask_price,
        ask_size,
        _valid_for_ms(entry),
        quote_id,
        entry.client_quote_id or "",
        bool(entry.post_only),
    )


def _valid_for_ms(entry: QuoteEntry) -> int:
    return (entry.valid_for_seconds or batches.DEFAULT_VALIDITY) * 1_000


def _quote_number(terms: Terms, quote_id: str) -> int:
    found = entity_number("quote", quote_id)
    if found is None or market_of(found) != terms.number:
        raise rejected(RejectCode.UNKNOWN_QUOTE)
    return found


def _order(credential: Credential, terms: Terms, entry: OrderTerms) -> PlaceOrder | Refusal:
    try:
        refuse_contradictions(entry)
        return place_order(credential, terms, entry)
    except Refusal as refusal:
        return refusal


# Answered


def shape(answered: Answered) -> BatchShape:
    asked = answered.asked
    return BatchShape(
        client_batch_id=asked.client_batch_id or UNSET,
        atomicity=asked.atomicity.name.lower(),
        dry_run=asked.dry_run,
        sequence=answered.sequence,
        applied_at=moment(answered.applied_at) if answered.applied_at else None,
        markets=[_market(answer) for answer in answered.parts],
        open_quotes_digest=answered.open_quotes or None,
    )


def _market(answer: PartAnswer) -> MarketShape:
    terms, labels = answer.part.terms, answer.part.labels()
    return MarketShape(
        market=terms.symbol,
        applied=answer.outcome is Outcome.SUCCESS,
        outcome=OUTCOMES[answer.outcome],
        cancelled=answer.cancelled,
        cancels=[_cancel(n, label, one, terms) for n, (label, one) in _numbered(labels.cancels, answer.targets)],
        quotes=[_quote_shape(n, label, one, terms) for n, (label, one) in _numbered(labels.quotes, answer.quotes)],
        orders=[_order_shape(n, label, one, terms) for n, (label, one) in _numbered(labels.orders, answer.orders)],
        error=described(answer.failure) if answer.failure else UNSET,
    )


def _numbered(labels: Sequence[Label], results: Sequence[Result]) -> Iterator[tuple[int, tuple[Label, Result]]]:
    return enumerate(zip(labels, results, strict=True))


def _cancel(index: int, text: str, one: Result, terms: Terms) -> CancelShape:
    if isinstance(one, Refusal) or one.outcome is not Outcome.SUCCESS:
        result, error = _unsuccessful(one, terms)
        return CancelShape(index=index, id=text, result=result, error=error)
    filled = number(terms.size(one.filled + one.ask_filled))
    return CancelShape(index=index, id=text, result="SUCCESS", filled_size=filled)


def _quote_shape(index: int, label: tuple[str, str], one: Result, terms: Terms) -> QuoteEntryShape:
    client_id = label[0] or UNSET
    if isinstance(one, Refusal) or one.outcome is not Outcome.SUCCESS:
        result, error = _unsuccessful(one, terms)
        quote_id = label[1] or UNSET
        return QuoteEntryShape(index=index, client_quote_id=client_id, quote_id=quote_id, result=result, error=error)
    return QuoteEntryShape(
        index=index,
        client_quote_id=client_id,
        quote_id=entity_id("quote", one.id),
        result="SUCCESS",
        status=QUOTE_STATUS_WORDS[one.status],
        bid_filled=_size(terms, one.filled),
        ask_filled=_size(terms, one.ask_filled),
        fills=_fills(one.fills, terms),
    )


def _order_shape(index: int, label: str, one: Result, terms: Terms) -> OrderEntryShape:
    client_id = label or UNSET
    if isinstance(one, Refusal) or one.outcome is not Outcome.SUCCESS:
        result, error = _unsuccessful(one, terms)
        known = entity_id("order", one.id) if isinstance(one, EntryResult) and one.id else UNSET
        return OrderEntryShape(index=index, client_order_id=client_id, order_id=known, result=result, error=error)
    return OrderEntryShape(
        index=index,
        client_order_id=client_id,
        order_id=entity_id("order", one.id),
        result="SUCCESS",
        status=ORDER_STATUS_WORDS[one.status],
        filled_size=_size(terms, one.filled),
        fills=_fills(one.fills, terms),
    )


def _unsuccessful(one: Result, terms: Terms) -> tuple[str, dict[str, Any] | UnsetType]:
    if isinstance(one, Refusal):
        return ("UNKNOWN" if one.extensions.get("outcome") == "unknown" else "FAILURE"), described(one)
    if one.reject is None:
        return one.outcome.name, UNSET
    return "FAILURE", described(Rejected(one.reject, terms))


def _size(terms: Terms, lots: int) -> Raw:
    return number(terms.size(lots))


def _fills(fills: Sequence[FillTold], terms: Terms) -> list[FillShape] | UnsetType:
    if not fills:
        return UNSET
    return [
        FillShape(
            trade_id=entity_id("trade", fill.trade_id),
            price=number(terms.price(fill.price)),
            size=number(terms.size(fill.size)),
            fee=amount(terms.fee(fill.fee)),
            liquidity=LIQUIDITY_WORDS[fill.liquidity],
        )
        for fill in fills
    ]
