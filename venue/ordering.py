"""Orders as they come in at the door: bodies to commands, the matcher's replies to answers."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, msgpack, structs

from accounts.bodies import Fields, Number, fault
from accounts.credentials import Credential
from accounts.refusals import InvalidParameters, Refusal
from venue import gateway, markets, queries
from venue.amounts import Amounts
from venue.engine import commands, events
from venue.engine.events import CommandRejected, Event, OrderEvent, OrderRejected, Traded
from venue.engine.rejects import RejectCode
from venue.engine.terms import Kind, OrdStatus
from venue.fields import to_millis
from venue.gateway import Outcome
from venue.markets import Terms
from venue.notation import (
    ORDER_TYPES,
    SELF_TRADE_PREVENTIONS,
    SIDES,
    TIMES_IN_FORCE,
    ClientId,
    entity_id,
    entity_number,
    moment,
    number,
)
from venue.rejections import OrderNotOpen, Rejected, rejected
from venue.replies import Applied, MassCancelled
from venue.serializers import (
    STATUS_WORDS,
    CancelledOrderShape,
    CancelledOrdersShape,
    OrderShape,
    order_shape,
    taken_shape,
)

MarketName = Annotated[str, Meta(min_length=1, max_length=32)]


class OrderTerms(Fields, frozen=True):
    """What an order asks for, in a market named elsewhere."""

    side: Literal["buy", "sell"]
    size: Number
    type: Literal["limit", "market"] = "limit"
    price: Number | None = None
    time_in_force: Literal["GTC", "IOC", "FOK", "GTD"] | None = None
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None
    post_only: bool = False
    self_trade_prevention: Literal["cancel_newest", "cancel_oldest", "cancel_both", "decrement"] = "cancel_newest"
    client_order_id: ClientId | None = None


class NewOrder(OrderTerms, frozen=True, kw_only=True):
    market: MarketName
    type: Literal["limit", "market"]


class OrderScope(Fields, frozen=True):
    """Which orders to cancel; without a market all of them."""

    market: MarketName | None = None


def place(credential: Credential, body: NewOrder) -> tuple[OrderShape, bool]:
    """The order as it stands after it was matched, and whether it is the answer to an earlier request."""
    refuse_contradictions(body)
    terms = market_named(body.market)
    command = place_order(credential, terms, body)
    outcome = gateway.submit(command, shard=terms.shard, key_id=credential.key_id)
    happened = applied(outcome)
    refuse_rejected(happened[0], terms)
    order = last_state(happened)
    fills = [taken_shape(event, terms) for event in happened if isinstance(event, Traded)]
    return order_shape(order, terms, fills, outcome.reply.now), outcome.replayed


def cancel(credential: Credential, order_id: str) -> CancelledOrderShape:
    order_number, terms = known_order(order_id)
    command = commands.CancelOrder(credential.account_id, credential.firm_id, order_number)
    outcome = gateway.submit(command, shard=terms.shard, key_id=credential.key_id)
    event = applied(outcome)[0]
    if isinstance(event, CommandRejected):
        raise not_open(event, credential.account_id)
    assert isinstance(event, OrderEvent)
    return CancelledOrderShape(
        order_id=order_id,
        client_order_id=event.client_id or UNSET,
        status=STATUS_WORDS[OrdStatus.CANCELED],
        filled_size=number(terms.size(event.filled)),
        cancelled_at=moment(outcome.reply.now),
    )


def cancel_all(credential: Credential, scope: OrderScope) -> CancelledOrdersShape:
    chosen = [market_named(scope.market)] if scope.market is not None else None
    replies = mass_cancel(credential, Kind.ORDER, chosen)
    cancelled = [entity_id("order", one) for reply in replies for one in reply.order_ids]
    return CancelledOrdersShape(cancelled_count=len(cancelled), cancelled_orders=cancelled)


def mass_cancel(credential: Credential, kind: Kind, chosen: Iterable[Terms] | None) -> list[MassCancelled]:
    """Cancels of one kind, in the markets chosen or everywhere; a firm-wide key's reach all accounts of its firm."""
    account, firm = (0, credential.firm_id) if credential.firm_wide else (credential.account_id, 0)
    if chosen is None:
        places = [(shard, 0) for shard in sorted(markets.shards())]
    else:
        places = [(terms.shard, terms.number) for terms in chosen]
    addressed = [(shard, commands.MassCancel(account, firm, market, kind)) for shard, market in places]
    return [settled(outcome) for outcome in gateway.submit_each(addressed, key_id=credential.key_id)]


def settled(outcome: Outcome | Refusal) -> MassCancelled:
    if isinstance(outcome, Refusal):
        raise outcome
    assert isinstance(outcome.reply, MassCancelled)
    return outcome.reply


def refuse_contradictions(body: OrderTerms) -> None:
    """Parameters that do not go together."""
    good_till_date = body.time_in_force == "GTD"
    takes_only = body.type == "market" or body.time_in_force in ("IOC", "FOK")
    checks = (
        (body.type == "limit" and body.price is None, "price", "REQUIRED", "A limit order needs a price."),
        (body.type == "market" and body.price is not None, "price", "NOT_ALLOWED", "A market order has no price."),
        (
            body.type == "market" and body.time_in_force in ("GTC", "GTD"),
            "timeInForce",
            "NOT_ALLOWED",
            "A market order is IOC or FOK.",
        ),
        (good_till_date and body.expires_at is None, "expiresAt", "REQUIRED", "GTD needs expiresAt."),
        (not good_till_date and body.expires_at is not None, "expiresAt", "NOT_ALLOWED", "Only GTD has expiresAt."),
        (body.post_only and takes_only, "postOnly", "NOT_ALLOWED", "What is IOC, FOK or a market order never rests."),
    )
    faults = [fault(field, code, message) for wrong, field, code, message in checks if wrong]
    if faults:
        raise InvalidParameters(errors=faults)


def market_named(symbol: str) -> Terms:
    terms = markets.by_symbol(symbol)
    if terms is None:
        raise InvalidParameters(errors=[fault("market", "UNKNOWN_MARKET", "There is no such market.")])
    return terms


def place_order(credential: Credential, terms: Terms, body: OrderTerms) -> commands.PlaceOrder:
    amounts = Amounts(terms)
    price, size = amounts.price("price", body.price), amounts.size("size", body.size)
    amounts.refuse_faults()
    default = "IOC" if body.type == "market" else "GTC"
    command = commands.PlaceOrder(
        account=credential.account_id,
        firm=credential.firm_id,
        market=terms.number,
        side=SIDES[body.side],
        type=ORDER_TYPES[body.type],
        price=price,
        size=size,
        time_in_force=TIMES_IN_FORCE[body.time_in_force or default],
        expires_at=max(1, to_millis(body.expires_at)) if body.expires_at else 0,
        post_only=body.post_only,
        self_trade_prevention=SELF_TRADE_PREVENTIONS[body.self_trade_prevention],
    )
    more: dict[str, Any] = {"max_open_orders": credential.tier.max_open_orders, "session": credential.session}
    if body.client_order_id is not None:
        more |= {"client_id": body.client_order_id, "digest": digest(command)}
    return structs.replace(command, **more)


def digest(said: Any) -> int:
    """63 bits that tell one body from another: of what it says, however it was written."""
    return int.from_bytes(blake2b(msgpack.encode(said), digest_size=8).digest()) >> 1


def applied(outcome: Outcome) -> tuple[Event, ...]:
    assert isinstance(outcome.reply, Applied)
    return outcome.reply.events


def refuse_rejected(event: Event, terms: Terms) -> None:
    """`orderId` is that of the rejected order, or of the open one that has the client id."""
    if isinstance(event, OrderRejected | CommandRejected):
        raise Rejected(event.reject, terms, **({"orderId": entity_id("order", event.id)} if event.id else {}))


def last_state(happened: tuple[Event, ...]) -> OrderEvent:
    """The order that was placed, after its fills; events of others are those it met."""
    placed = happened[0]
    assert isinstance(placed, OrderEvent)
    order: OrderEvent = placed
    for event in happened[1:]:
        if isinstance(event, OrderEvent) and event.id == order.id:
            order = event
        elif isinstance(event, Traded):
            order = filled(order, event.taker)
    return order


def filled(order: OrderEvent, fill: events.Fill) -> OrderEvent:
    return structs.replace(
        order,
        size=fill.size,
        filled=fill.filled,
        leaves=fill.leaves,
        filled_value=fill.filled_value,
        status=fill.status,
    )


def known_order(order_id: str) -> tuple[int, Terms]:
    """The id's number and its market; what cannot be an order does not exist."""
    order_number = entity_number("order", order_id)
    terms = markets.of_entity(order_number) if order_number is not None else None
    if order_number is None or terms is None:
        raise rejected(RejectCode.UNKNOWN_ORDER)
    return order_number, terms


def not_open(event: CommandRejected, account: int) -> Refusal:
    """The engine knows what is open only; the account's own closed orders are in the rows."""
    status = queries.statuses("venue_order", [event.id], account).get(event.id)
    return Rejected(event.reject) if status is None else OrderNotOpen(orderStatus=STATUS_WORDS[status])
