"""The batch in SBE: mantissas of 10^-8 in the engine's units, and the reply message."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple

from accounts.bodies import fault
from accounts.credentials import Credential
from accounts.refusals import InvalidParameters, Refusal
from mmapi import batches
from mmapi.batches import Answered, Asked, Labels, Part, PartAnswer, Result
from mmapi.codec.replies import NO_DIGEST, BatchReply, EntryReply, MarketReply
from mmapi.codec.requests import BatchRequest, MarketPart, NamedQuoteRow, OrderRow, QuoteRow
from mmapi.codec.schema import REJECT_CODES
from mmapi.codec.words import NOT_GIVEN, EntryFlags, EntryKind, EntryStatus, MarketOutcome
from quotes.quoting import refuse_crossed
from venue import markets
from venue.amounts import LOT, TICK, off_grid
from venue.engine.commands import BatchQuote, PlaceOrder, Target
from venue.engine.events import EntryResult
from venue.engine.rejects import RejectCode
from venue.engine.terms import (
    Atomicity,
    CancelScope,
    Kind,
    OrderType,
    Outcome,
    SelfTradePrevention,
    Side,
    TimeInForce,
    first_id,
    market_of,
)
from venue.markets import OffGrid, Terms, to_units
from venue.notation import entity_id
from venue.ordering import OrderTerms, place_order, refuse_contradictions
from venue.rejections import RULES, Unit, rejected
from venue.serializers import SELF_TRADE_PREVENTION_WORDS, SIDE_WORDS, TIME_IN_FORCE_WORDS, TYPE_WORDS

EXPONENT: Final = -8
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = 253_402_300_799_999  # the last millisecond of the year 9999
_ENTRY_STATUS: Final = {
    Outcome.NOT_ATTEMPTED: EntryStatus.NOT_ATTEMPTED,
    Outcome.TIMED_OUT: EntryStatus.TIMED_OUT,
    Outcome.FAILURE: EntryStatus.REJECTED,
}
_LONGEST_VALIDITY: Final = batches.LONGEST_VALIDITY
_DEFAULT_VALIDITY: Final = batches.DEFAULT_VALIDITY
_POST_ONLY: Final = int(EntryFlags.POST_ONLY)
_SUCCESS: Final = Outcome.SUCCESS


# Both sides' prices and sizes as mantissas, seconds of validity, flags, quote id, client id.
GivenQuote = tuple[int, int, int, int, int, int, int, str]


class Steps(NamedTuple):
    """A market's tick and lot as mantissas; 0 where a step is finer than 10^-8."""

    tick: int
    lot: int


@cache
def steps_of(terms: Terms) -> Steps:
    return Steps(_mantissa(terms.tick_size), _mantissa(terms.lot_size))


def _mantissa(step: Decimal) -> int:
    scaled = step.scaleb(-EXPONENT)
    return int(scaled) if scaled == int(scaled) else 0


# Asked


def asked(credential: Credential, request: BatchRequest) -> Asked:
    """Raises a 400 for what no atomicity can make good: no or unknown markets, the same market or client id twice."""
    if not request.markets:
        raise InvalidParameters(errors=[fault("markets", "TOO_SHORT", "At least one market.")])
    batches.refuse_repeated([part.market for part in request.markets], "markets[{}].market")
    parts = [_part(credential, part, place) for place, part in enumerate(request.markets)]
    atomicity = Atomicity(int(request.atomicity))
    return Asked(parts, atomicity, request.valid_until or 0, request.dry_run, request.client_batch_id)


def only_cancels(request: BatchRequest) -> bool:
    return not any(part.quotes or part.named_quotes or part.orders for part in request.markets)


def entry_count(request: BatchRequest) -> int:
    """As in JSON: cancelling all of a market is one."""
    return request.entry_count() + sum(part.scope != 0 for part in request.markets)


def _part(credential: Credential, part: MarketPart, place: int) -> Part:
    terms = markets.by_number(part.market)
    if terms is None:
        message = "There is no such market."
        raise InvalidParameters(errors=[fault(f"markets[{place}].market", "UNKNOWN_MARKET", message)])
    batches.refuse_repeated([row[0] for row in part.quotes], "quotes[{}].quoteId")
    batches.refuse_repeated([row[-1] for row in part.named_quotes], "namedQuotes[{}].clientQuoteId")
    batches.refuse_repeated([row[-1] for row in part.orders], "orders[{}].clientOrderId")
    return Part(
        terms,
        CancelScope(int(part.scope)),
        [Target(entity, client_id, Kind(kind)) for entity, kind, client_id in part.cancels],
        [*_quotes(terms, part.quotes), *_named_quotes(terms, part.named_quotes)],
        [_order(credential, terms, row) for row in part.orders],
        lambda: _labels(part),
    )


def _labels(part: MarketPart) -> Labels:
    """For an answer in JSON."""
    return Labels(
        [client_id or _written(entity, kind) for entity, kind, client_id in part.cancels],
        [("", _written(row[0], Kind.QUOTE)) for row in part.quotes] + [(row[-1], "") for row in part.named_quotes],
        [row[-1] for row in part.orders],
    )


def _written(entity: int, kind: int) -> str:
    """The id as JSON has it; empty for none."""
    return entity_id("order" if kind == Kind.ORDER else "quote", entity) if entity else ""


def _quotes(terms: Terms, rows: Iterable[QuoteRow]) -> list[BatchQuote | Refusal]:
    return _entered(
        terms,
        (
            (bid_price, bid_size, ask_price, ask_size, seconds, flags, quote_id, "")
            for quote_id, bid_price, bid_size, ask_price, ask_size, seconds, flags in rows
        ),
    )


def _named_quotes(terms: Terms, rows: Iterable[NamedQuoteRow]) -> list[BatchQuote | Refusal]:
    return _entered(
        terms,
        (
            (bid_price, bid_size, ask_price, ask_size, seconds, flags, 0, client_id)
            for bid_price, bid_size, ask_price, ask_size, seconds, flags, client_id in rows
        ),
    )


def _entered(terms: Terms, quotes: Iterable[GivenQuote]) -> list[BatchQuote | Refusal]:
    """What is plainly on the grid goes quickly; whatever is not is looked at with care."""
    tick, lot = steps_of(terms)
    most_price, most_size = markets.LARGEST * tick, markets.LARGEST * lot
    first, last = first_id(terms.number), first_id(terms.number + 1)
    found: list[BatchQuote | Refusal] = []
    for bid_price, bid_size, ask_price, ask_size, seconds, flags, quote_id, client_id in quotes:
        if (
            not (tick and lot)
            or not 0 < bid_price < ask_price
            or bid_size <= 0
            or ask_size <= 0
            or bid_price % tick
            or ask_price % tick
            or bid_size % lot
            or ask_size % lot
            or ask_price > most_price
            or bid_size > most_size
            or ask_size > most_size
            or seconds > _LONGEST_VALIDITY
            or (quote_id and not first < quote_id < last)
        ):
            sides = (bid_price, bid_size, ask_price, ask_size)
            found.append(_quote_with_care(terms, sides, seconds, flags, quote_id, client_id))
            continue
        found.append(
            BatchQuote(
                bid_price // tick,
                bid_size // lot,
                ask_price // tick,
                ask_size // lot,
                (seconds or _DEFAULT_VALIDITY) * 1_000,
                quote_id,
                client_id,
                flags & _POST_ONLY != 0,
            )
        )
    return found


def _quote_with_care(
    terms: Terms, sides: tuple[int, int, int, int], seconds: int, flags: int, quote_id: int, client_id: str
) -> BatchQuote | Refusal:
    """What is wrong, or of steps finer than the message's own the quote after all."""
    faults: list[dict[str, Any]] = []
    names = ("bidPrice", "bidSize", "askPrice", "askSize")
    found = [_units(name, value, terms, faults) for name, value in zip(names, sides, strict=True)]
    if seconds > _LONGEST_VALIDITY:
        faults.append(fault("validForSeconds", "OUT_OF_RANGE", f"1 to {_LONGEST_VALIDITY} seconds."))
    try:
        if faults:
            raise InvalidParameters(errors=faults)
        refuse_crossed(found[0], found[2], terms)
        if quote_id and market_of(quote_id) != terms.number:
            raise rejected(RejectCode.UNKNOWN_QUOTE)
    except Refusal as refusal:
        return refusal
    valid_for_ms = (seconds or batches.DEFAULT_VALIDITY) * 1_000
    bid_price, bid_size, ask_price, ask_size = found
    post_only = bool(flags & EntryFlags.POST_ONLY)
    return BatchQuote(bid_price, bid_size, ask_price, ask_size, valid_for_ms, quote_id, client_id, post_only)


def _units(field: str, mantissa: int, terms: Terms, faults: list[dict[str, Any]]) -> int:
    is_price = field.lower().endswith("price")
    step, grid = (terms.tick_size, TICK) if is_price else (terms.lot_size, LOT)
    if mantissa <= 0:
        faults.append(fault(field, "NOT_POSITIVE", "The number must be above zero."))
        return 0
    try:
        return to_units(_decimal(mantissa), step)
    except OffGrid as off:
        faults.append(off_grid(field, grid, off))
    except ValueError:
        faults.append(fault(field, "OUT_OF_RANGE", "The number is larger than the market takes."))
    return 0


def _order(credential: Credential, terms: Terms, row: OrderRow) -> PlaceOrder | Refusal:
    """By way of the same body as in JSON, so that both mean the same."""
    price, size, expires_at, side, kind, kept, prevention, flags, client_id = row
    words: dict[str, Any] = {
        "side": SIDE_WORDS[Side(side)],
        "type": TYPE_WORDS[OrderType(kind or OrderType.LIMIT)],
        "size": _decimal(size),
        "price": None if price == NOT_GIVEN else _decimal(price),
        "time_in_force": TIME_IN_FORCE_WORDS[TimeInForce(kept)] if kept else None,
        "expires_at": None if expires_at == NOT_GIVEN else _moment(expires_at),
        "post_only": bool(flags & EntryFlags.POST_ONLY),
        "self_trade_prevention": SELF_TRADE_PREVENTION_WORDS[
            SelfTradePrevention(prevention or SelfTradePrevention.CANCEL_NEWEST)
        ],
        "client_order_id": client_id or None,
    }
    body = OrderTerms(**words)
    try:
        refuse_contradictions(body)
        return place_order(credential, terms, body)
    except Refusal as refusal:
        return refusal


def _moment(millis: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=min(max(millis, 0), _LATEST))


def _decimal(mantissa: int) -> Decimal:
    return Decimal(mantissa).scaleb(EXPONENT)


# Answered


def reply(request: BatchRequest, answered: Answered) -> BatchReply:
    return BatchReply(
        markets=[_market(part, one) for part, one in zip(request.markets, answered.parts, strict=True)],
        sequence=answered.sequence,
        applied_at=answered.applied_at or None,
        client_batch_id=request.client_batch_id,
        open_quotes_digest=bytes.fromhex(answered.open_quotes) or NO_DIGEST,
        replayed=answered.replayed,
        dry_run=request.dry_run,
    )


def _market(part: MarketPart, answer: PartAnswer) -> MarketReply:
    terms = answer.part.terms
    plain, named = answer.quotes[: len(part.quotes)], answer.quotes[len(part.quotes) :]
    entries = _entries(EntryKind.QUOTE, plain, terms, [""] * len(plain))
    entries += _entries(EntryKind.NAMED_QUOTE, named, terms, [row[-1] for row in part.named_quotes])
    sides = [Side(row[3]) for row in part.orders]
    entries += _entries(EntryKind.ORDER, answer.orders, terms, [row[-1] for row in part.orders], sides)
    entries += _entries(EntryKind.CANCEL, answer.targets, terms, [row[-1] for row in part.cancels])
    by_scope = answer.cancelled - sum(_succeeded(one) for one in answer.targets)
    return MarketReply(
        part.market,
        MarketOutcome.UNKNOWN if answer.outcome is None else MarketOutcome(int(answer.outcome)),
        entries,
        max(0, by_scope),
        0,
        answer.sequence,
        answer.applied_at or None,
    )


def _entries(
    kind: EntryKind, results: Sequence[Result], terms: Terms, names: Sequence[str], sides: Sequence[Side] = ()
) -> list[EntryReply]:
    """As `_entry`, without asking it for what rests and has traded nothing, as most does; and without the reply's own
    constructor, which takes three times as long as a tuple's."""
    none, new = NOT_GIVEN, tuple.__new__
    return [
        new(EntryReply, (one.id, 0, none, 0, none, none, none, index, 0, kind, one.status, name))
        if type(one) is EntryResult and one.outcome is _SUCCESS and not (one.filled or one.ask_filled)
        else _entry(kind, index, one, terms, name, sides[index] if sides else None)
        for index, (one, name) in enumerate(zip(results, names, strict=True))
    ]


def _succeeded(one: Result) -> bool:
    return isinstance(one, EntryResult) and one.outcome is Outcome.SUCCESS


def _entry(kind: EntryKind, index: int, one: Result, terms: Terms, client_id: str, side: Side | None) -> EntryReply:
    none = NOT_GIVEN
    if isinstance(one, Refusal):
        status, code = _refused(one)
        return EntryReply(0, 0, none, 0, none, none, none, index, code, kind, status, client_id)
    if one.outcome is not _SUCCESS:
        limit, observed = _figures(one, terms)
        code = int(one.reject.code) if one.reject else 0
        status = _ENTRY_STATUS[one.outcome]
        return EntryReply(one.id, 0, none, 0, none, limit, observed, index, code, kind, status, client_id)
    bid, ask = one.filled, one.ask_filled
    if side is Side.SELL:
        bid, ask = 0, one.filled
    lot = terms.lot_size
    return EntryReply(
        one.id,
        _scaled(bid * lot) if bid else 0,
        _average(one, Side.BUY, terms),
        _scaled(ask * lot) if ask else 0,
        _average(one, Side.SELL, terms),
        NOT_GIVEN,
        NOT_GIVEN,
        index,
        0,
        kind,
        int(one.status),
        client_id,
    )


def _refused(refusal: Refusal) -> tuple[EntryStatus, int]:
    """Of a request's own faults the first one's code."""
    if refusal.extensions.get("outcome"):
        return EntryStatus.UNKNOWN, 0
    faults = refusal.extensions.get("errors") or [{"code": refusal.code}]
    return EntryStatus.REJECTED, REJECT_CODES.get(faults[0]["code"], REJECT_CODES["INVALID_PARAMETERS"])


def _average(one: EntryResult, side: Side, terms: Terms) -> int:
    """Over what the entry traded in this batch."""
    fills = [fill for fill in one.fills if fill.side is side]
    lots = sum(fill.size for fill in fills)
    return _scaled(terms.price(sum(fill.price * fill.size for fill in fills)) / lots) if lots else NOT_GIVEN


def _scaled(value: Decimal) -> int:
    return round(value.scaleb(-EXPONENT))


def _figures(one: EntryResult, terms: Terms) -> tuple[int, int]:
    """The rule's limit and what it saw, as mantissas; plain counts as they are."""
    reject = one.reject
    if reject is None or RULES[reject.code].unit is Unit.NONE:
        return NOT_GIVEN, NOT_GIVEN
    unit = RULES[reject.code].unit
    if unit is Unit.PLAIN:
        return reject.limit, reject.observed
    if unit is Unit.VALUE:
        return reject.limit // 10, reject.observed // 10
    measure = terms.price if unit is Unit.PRICE else terms.size
    return _scaled(measure(reject.limit)), _scaled(measure(reject.observed))
