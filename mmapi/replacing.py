"""Amend in place, and cancel-replace: bodies to commands, the matcher's replies to answers."""

from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, UnsetType, structs

from accounts.bodies import Fields, Number, fault
from accounts.credentials import Credential
from accounts.refusals import InvalidParameters, Refusal
from mmapi.closed import UNKNOWN, closed
from quotes import quoting
from quotes.serializers import NewQuote, QuoteShape, quote_shape
from venue import gateway, markets, ordering
from venue.amounts import Amounts
from venue.engine import commands
from venue.engine.commands import PlaceOrder, PlaceQuote, Target
from venue.engine.events import CancelReplaced, CommandRejected, EntryResult, Event, OrderEvent, QuoteEvent, Traded
from venue.engine.rejects import Reject, RejectCode
from venue.engine.terms import Kind, Outcome, Side
from venue.markets import Terms
from venue.notation import ClientId, entity_id, entity_number, number
from venue.ordering import MarketName, NewOrder, applied, digest, market_named
from venue.rejections import Rejected, described, rejected
from venue.serializers import OrderShape, Shape, order_shape, taken_shape

SIDES: Final = {"bid": Side.BUY, "ask": Side.SELL}
RESULTS: Final = {
    Outcome.SUCCESS: "SUCCESS",
    Outcome.FAILURE: "FAILURE",
    Outcome.NOT_ATTEMPTED: "NOT_ATTEMPTED",
}
EntityId = Annotated[str, Meta(max_length=64)]


class Named(Fields, frozen=True):
    """Exactly one of the four. A client id is looked for in `market`."""

    order_id: EntityId | None = None
    client_order_id: ClientId | None = None
    quote_id: EntityId | None = None
    client_quote_id: ClientId | None = None
    market: MarketName | None = None


class Replacement(Named, frozen=True):
    """New terms of an order, or of one side of a quote; what is left out stays. `size` is the total."""

    side: Literal["bid", "ask"] | None = None
    price: Number | None = None
    size: Number | None = None
    new_client_order_id: ClientId | None = None


class CancelReplace(Fields, frozen=True):
    cancel: Named
    order: NewOrder | None = None
    quote: NewQuote | None = None
    mode: Literal["ATOMIC", "STOP_ON_FAILURE", "ALLOW_FAILURE"] = "ATOMIC"
    if_filled_size: Number | None = None


class CancelledShape(Shape, frozen=True, kw_only=True):
    order_id: str | UnsetType = UNSET
    quote_id: str | UnsetType = UNSET
    filled_size: Any = UNSET


class CancelReplaceShape(Shape, frozen=True, kw_only=True):
    mode: str
    cancel_result: str
    new_order_result: str
    cancelled: CancelledShape | UnsetType = UNSET
    order: OrderShape | UnsetType = UNSET
    quote: QuoteShape | UnsetType = UNSET
    cancel_error: dict[str, Any] | UnsetType = UNSET
    new_order_error: dict[str, Any] | UnsetType = UNSET


class PartlyDone(Refusal):
    status_code = 409
    code = "CANCEL_REPLACE_PARTIAL"
    default_detail = "Only one of the two steps was done."


class NothingDone(Refusal):
    status_code = 422
    code = "CANCEL_REPLACE_FAILED"
    default_detail = "Neither step was done."


# Which one is meant


def target_of(named: Named) -> tuple[Target, Terms]:
    """What is named, and its market; what cannot be ours does not exist."""
    given = [name for name in ("order_id", "client_order_id", "quote_id", "client_quote_id") if getattr(named, name)]
    if len(given) != 1:
        message = "Exactly one of orderId, clientOrderId, quoteId and clientQuoteId."
        raise InvalidParameters(errors=[fault("orderId", "REQUIRED" if not given else "NOT_ALLOWED", message)])
    kind = Kind.QUOTE if "quote" in given[0] else Kind.ORDER
    text = getattr(named, given[0])
    if given[0].startswith("client"):
        if named.market is None:
            raise InvalidParameters(errors=[fault("market", "REQUIRED", "A client id needs its market.")])
        return Target(0, text, kind), market_named(named.market)
    found = entity_number("quote" if kind is Kind.QUOTE else "order", text)
    terms = markets.of_entity(found) if found is not None else None
    if found is None or terms is None:
        raise rejected(RejectCode.UNKNOWN_QUOTE if kind is Kind.QUOTE else RejectCode.UNKNOWN_ORDER)
    if named.market is not None and market_named(named.market).number != terms.number:
        raise another_market("market")
    return Target(found, "", kind), terms


# Replace


def replace(credential: Credential, body: Replacement) -> OrderShape | QuoteShape:
    """The order or quote as it stands after it was amended and perhaps traded."""
    target, terms = target_of(body)
    command = replacement(credential, body, target, terms)
    outcome = gateway.submit(command, shard=terms.shard, key_id=credential.key_id)
    happened = applied(outcome)
    if isinstance(happened[0], CommandRejected):
        raise refusal_of(happened[0].reject, target, terms, credential)
    return shape_of(happened, terms, outcome.reply.now)


def replacement(
    credential: Credential, body: Replacement, target: Target, terms: Terms
) -> commands.ReplaceOrder | commands.ReplaceLeg:
    amounts = Amounts(terms)
    price, size = amounts.price("price", body.price), amounts.size("size", body.size)
    amounts.refuse_faults()
    if not (price or size or body.new_client_order_id):
        raise InvalidParameters("At least one of price, size and newClientOrderId is needed.")
    owner = (credential.account_id, credential.firm_id)
    if target.kind is Kind.ORDER:
        if body.side is not None:
            raise InvalidParameters(errors=[fault("side", "NOT_ALLOWED", "An order has one side only.")])
        return commands.ReplaceOrder(*owner, target, price, size, body.new_client_order_id or "")
    if body.side is None:
        raise InvalidParameters(errors=[fault("side", "REQUIRED", "Of a quote: bid or ask.")])
    if body.new_client_order_id is not None:
        raise InvalidParameters(errors=[fault("newClientOrderId", "NOT_ALLOWED", "A quote keeps its client id.")])
    return commands.ReplaceLeg(*owner, target, SIDES[body.side], price, size)


def shape_of(happened: tuple[Event, ...], terms: Terms, now: int) -> OrderShape | QuoteShape:
    if isinstance(happened[0], QuoteEvent):
        return quote_shape(quoting.last_state(happened), terms, now)
    order = ordering.last_state(happened)
    fills = [taken_shape(event, terms) for event in happened if isinstance(event, Traded)]
    return order_shape(order, terms, fills, now)


def refusal_of(reject: Reject, target: Target, terms: Terms, credential: Credential) -> Refusal:
    """An order or quote that is named by its id, yours and closed is told as that."""
    told = closed(credential.account_id, [target.id]).get(target.id) if reject.code in UNKNOWN and target.id else None
    return told or Rejected(reject, terms)


# Cancel-replace


def cancel_replace(credential: Credential, body: CancelReplace) -> tuple[CancelReplaceShape, bool]:
    """What became of both steps, and whether it is the answer to an earlier request; raises where one was not done."""
    try:
        target, terms = target_of(body.cancel)
    except InvalidParameters as wrong:
        raise wrong.within("cancel") from None
    command = command_for(credential, body, target, terms)
    outcome = gateway.submit(command, shard=terms.shard, key_id=credential.key_id)
    happened = applied(outcome)
    done = happened[-1]
    if not isinstance(done, CancelReplaced):
        first = happened[0]
        assert isinstance(first, CommandRejected)
        raise Rejected(first.reject, terms)
    said = answer(body, done, happened, terms, outcome.reply.now)
    if done.cancel.reject is not None:
        said = structs.replace(said, cancel_error=described(refusal_of(done.cancel.reject, target, terms, credential)))
    succeeded = [one.outcome is Outcome.SUCCESS for one in (done.cancel, done.place)]
    if all(succeeded):
        return said, outcome.replayed
    refusal = PartlyDone if any(succeeded) else NothingDone
    raise refusal(**{name: value for name, value in structs_of(said).items() if value is not UNSET})


def command_for(credential: Credential, body: CancelReplace, target: Target, terms: Terms) -> commands.CancelReplace:
    place = placed(credential, body, terms)
    amounts = Amounts(terms)
    if_filled = -1
    if body.if_filled_size is not None:
        if_filled = amounts.size("ifFilledSize", body.if_filled_size) if body.if_filled_size else 0
        amounts.refuse_faults()
    modes = (body.mode == "ATOMIC", body.mode == "STOP_ON_FAILURE", if_filled)
    if place.client_id:
        place = structs.replace(place, digest=digest((target, place.digest, *modes)))
    return commands.CancelReplace(credential.account_id, credential.firm_id, target, place, *modes)


def placed(credential: Credential, body: CancelReplace, terms: Terms) -> PlaceOrder | PlaceQuote:
    """The order or quote to enter, in the market of what is cancelled."""
    if (body.order is None) == (body.quote is None):
        raise InvalidParameters(errors=[fault("order", "REQUIRED", "Either an order or a quote.")])
    try:
        return _order(credential, body.order, terms) if body.order else _quote(credential, body.quote, terms)
    except InvalidParameters as wrong:
        raise wrong.within("order" if body.order else "quote") from None


def _order(credential: Credential, order: NewOrder, terms: Terms) -> PlaceOrder:
    if market_named(order.market).number != terms.number:
        raise another_market("market")
    ordering.refuse_contradictions(order)
    return ordering.place_order(credential, terms, order)


def _quote(credential: Credential, quote: NewQuote | None, terms: Terms) -> PlaceQuote:
    assert quote is not None
    if quoting.default_market(quote.asset).number != terms.number:
        raise another_market("asset")
    return quoting.place_quote(credential, terms, quote)


def another_market(field: str) -> InvalidParameters:
    return InvalidParameters(errors=[fault(field, "NOT_ALLOWED", "Not the market of what is named.")])


def answer(
    body: CancelReplace, done: CancelReplaced, happened: tuple[Event, ...], terms: Terms, now: int
) -> CancelReplaceShape:
    shape: OrderShape | QuoteShape | None = None
    if done.place.outcome is Outcome.SUCCESS:
        shape = shape_of(tuple(_from_placing(happened, done.place.id)), terms, now)
    return CancelReplaceShape(
        mode=body.mode,
        cancel_result=RESULTS[done.cancel.outcome],
        new_order_result=RESULTS[done.place.outcome],
        cancelled=_cancelled(done.cancel, terms) if done.cancel.outcome is Outcome.SUCCESS else UNSET,
        order=shape if isinstance(shape, OrderShape) else UNSET,
        quote=shape if isinstance(shape, QuoteShape) else UNSET,
        new_order_error=_error(done.place, terms),
    )


def _from_placing(happened: tuple[Event, ...], entity: int) -> list[Event]:
    """The events from the new order's own first one on."""
    for index, event in enumerate(happened):
        if isinstance(event, OrderEvent | QuoteEvent) and event.id == entity:
            return list(happened[index:-1])
    raise AssertionError("the new order has no event")


def _cancelled(one: EntryResult, terms: Terms) -> CancelledShape:
    word = "quote" if one.kind is Kind.QUOTE else "order"
    ids = {f"{word}_id": entity_id(word, one.id)}
    return CancelledShape(**ids, filled_size=number(terms.size(one.filled + one.ask_filled)))


def _error(one: EntryResult, terms: Terms) -> dict[str, Any] | UnsetType:
    return described(Rejected(one.reject, terms)) if one.reject is not None else UNSET


def structs_of(shape: Shape) -> dict[str, Any]:
    """A shape's members by their names outside."""
    return {member.encode_name: getattr(shape, member.name) for member in structs.fields(shape)}
