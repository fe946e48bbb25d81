"""Quotes as they come in at the door: bodies to commands, the matcher's replies to answers."""

from typing import Any, Final

import msgspec
from msgspec import Raw, structs

from accounts.bodies import fault, refuse_repeated_names
from accounts.credentials import Credential
from accounts.refusals import InvalidParameters, MalformedJson, Refusal
from quotes import queries
from quotes.serializers import (
    DEFAULT_VALIDITY,
    STATUS_WORDS,
    CancelledQuoteShape,
    CancelledQuotesShape,
    NewQuote,
    QuoteChange,
    QuoteScope,
    QuoteShape,
    quote_shape,
)
from venue import gateway, markets
from venue.amounts import Amounts, remembered
from venue.engine import commands
from venue.engine.commands import QuoteUpdate
from venue.engine.events import CommandRejected, Event, Fill, QuoteEvent, Traded
from venue.engine.rejects import Reject, RejectCode
from venue.engine.terms import Kind, OrdStatus, Side
from venue.markets import Terms
from venue.notation import entity_id, entity_number, moment
from venue.ordering import applied, digest, mass_cancel
from venue.rejections import Rejected, rejected

METADATA_BYTES: Final = 4_096


class QuoteNotOpen(Refusal):
    status_code = 409
    code = "QUOTE_NOT_OPEN"
    default_detail = "The quote is no longer open."


def place(credential: Credential, body: NewQuote) -> tuple[QuoteShape, bool]:
    """The quote as it stands after it was entered, and whether it is the answer to an earlier request."""
    terms = default_market(body.asset)
    command = place_quote(credential, terms, body)
    outcome = gateway.submit(command, shard=terms.shard, key_id=credential.key_id)
    happened = applied(outcome)
    if isinstance(happened[0], CommandRejected):
        raise refused(happened[0], terms)
    return quote_shape(last_state(happened), terms, outcome.reply.now), outcome.replayed


def update(credential: Credential, quote_id: str, body: QuoteChange) -> QuoteShape:
    quote_number, terms = known_quote(quote_id)
    change = quote_update(quote_number, terms, body)
    command = commands.UpdateQuotes(credential.account_id, credential.firm_id, (change,))
    outcome = gateway.submit(command, shard=terms.shard, key_id=credential.key_id)
    happened = applied(outcome)
    if isinstance(happened[0], CommandRejected):
        raise refusal_of(happened[0], credential.account_id, terms)
    return quote_shape(last_state(happened), terms, outcome.reply.now)


def cancel(credential: Credential, quote_id: str) -> CancelledQuoteShape:
    quote_number, terms = known_quote(quote_id)
    command = commands.CancelQuote(credential.account_id, credential.firm_id, quote_number)
    outcome = gateway.submit(command, shard=terms.shard, key_id=credential.key_id)
    event = applied(outcome)[0]
    if isinstance(event, CommandRejected):
        raise refusal_of(event, credential.account_id, terms)
    return CancelledQuoteShape(quote_id, STATUS_WORDS[OrdStatus.CANCELED], moment(outcome.reply.now))


def cancel_all(credential: Credential, scope: QuoteScope) -> CancelledQuotesShape:
    chosen = markets_of(scope.asset) if scope.asset is not None else None
    replies = mass_cancel(credential, Kind.QUOTE, chosen)
    cancelled = [entity_id("quote", one) for reply in replies for one in reply.quote_ids]
    return CancelledQuotesShape(len(cancelled), cancelled)


def refused(event: CommandRejected, terms: Terms) -> Rejected:
    """`quoteId` is that of the open quote that has the client id."""
    return Rejected(event.reject, terms, **({"quoteId": entity_id("quote", event.id)} if event.id else {}))


def default_market(asset: str) -> Terms:
    terms = markets.by_asset(asset)
    if terms is None:
        raise unknown_asset()
    return terms


def markets_of(asset: str) -> list[Terms]:
    found = markets.of_base_asset(asset)
    if not found:
        raise unknown_asset()
    return found


def unknown_asset() -> InvalidParameters:
    return InvalidParameters(errors=[fault("asset", "UNKNOWN_ASSET", "The asset has no market here.")])


def known_quote(quote_id: str) -> tuple[int, Terms]:
    """The id's number and its market; what cannot be a quote does not exist."""
    quote_number = entity_number("quote", quote_id)
    terms = markets.of_entity(quote_number) if quote_number is not None else None
    if quote_number is None or terms is None:
        raise rejected(RejectCode.UNKNOWN_QUOTE)
    return quote_number, terms


def place_quote(credential: Credential, terms: Terms, body: NewQuote) -> commands.PlaceQuote:
    amounts = Amounts(terms)
    sides = (
        amounts.price("bidPrice", body.bid_price),
        amounts.size("bidSize", body.bid_size),
        amounts.price("askPrice", body.ask_price),
        amounts.size("askSize", body.ask_size),
    )
    amounts.refuse_faults()
    refuse_crossed(sides[0], sides[2], terms)
    metadata, meaning = read_metadata(body.metadata)
    valid_for_ms = (body.valid_for_seconds or DEFAULT_VALIDITY) * 1_000
    client_id = body.client_quote_id or ""
    said = (terms.number, *sides, valid_for_ms, meaning)
    return commands.PlaceQuote(
        credential.account_id,
        credential.firm_id,
        terms.number,
        *sides,
        valid_for_ms,
        credential.tier.max_open_orders,
        metadata,
        client_id,
        digest(said) if client_id else 0,
        credential.session,
    )


def quote_update(quote_number: int, terms: Terms, body: QuoteChange) -> QuoteUpdate:
    """The change of one quote; refuses one that changes nothing. Most numbers have been read before."""
    prices, sizes = remembered(terms)
    bid_price, ask_price = prices.get(bytes(body.bid_price)), prices.get(bytes(body.ask_price))
    bid_size, ask_size = sizes.get(bytes(body.bid_size)), sizes.get(bytes(body.ask_size))
    if bid_price is None or ask_price is None or bid_size is None or ask_size is None or bid_price >= ask_price:
        return _quote_update_with_care(quote_number, terms, body)
    return QuoteUpdate(quote_number, bid_price, bid_size, ask_price, ask_size, (body.valid_for_seconds or 0) * 1_000)


def _quote_update_with_care(quote_number: int, terms: Terms, body: QuoteChange) -> QuoteUpdate:
    amounts = Amounts(terms)
    bid_price = amounts.price_text("bidPrice", body.bid_price)
    bid_size = amounts.size_text("bidSize", body.bid_size)
    ask_price = amounts.price_text("askPrice", body.ask_price)
    ask_size = amounts.size_text("askSize", body.ask_size)
    amounts.refuse_faults()
    valid_for_ms = (body.valid_for_seconds or 0) * 1_000
    if not (bid_price or bid_size or ask_price or ask_size or valid_for_ms):
        raise InvalidParameters("At least one of bidPrice, askPrice, bidSize, askSize and validForSeconds is needed.")
    if bid_price and ask_price:
        refuse_crossed(bid_price, ask_price, terms)
    return QuoteUpdate(quote_number, bid_price, bid_size, ask_price, ask_size, valid_for_ms)


def refuse_crossed(bid_price: int, ask_price: int, terms: Terms) -> None:
    if bid_price >= ask_price:
        reject = Reject(RejectCode.BID_NOT_BELOW_ASK, ask_price, bid_price, ask_price - bid_price - 1)
        raise Rejected(reject, terms)


def read_metadata(raw: Raw) -> tuple[str, bytes]:
    """The text as it came, and what it says however it is written."""
    text = bytes(raw)
    if not text or text == b"null":
        return "", b""
    if len(text) > METADATA_BYTES:
        raise InvalidParameters(errors=[fault("metadata", "TOO_LONG", f"At most {METADATA_BYTES} bytes of JSON.")])
    try:
        value = msgspec.json.decode(text)
        if not isinstance(value, dict):
            raise InvalidParameters(errors=[fault("metadata", "WRONG_TYPE", "Metadata is an object.")])
        refuse_repeated_names(text)
        return text.decode(), msgspec.json.encode(value, order="sorted")
    except msgspec.ValidationError as error:
        raise InvalidParameters(errors=[fault("metadata", "REPEATED", str(error))]) from None
    except (ValueError, RecursionError):
        raise MalformedJson from None


def last_state(happened: tuple[Event, ...]) -> QuoteEvent:
    """The quote that was placed or replaced, after its fills."""
    entered = happened[0]
    assert isinstance(entered, QuoteEvent)
    quote: QuoteEvent = entered
    for event in happened[1:]:
        if isinstance(event, Traded):
            for fill in (event.maker, event.taker):
                if fill.id == quote.id:
                    quote = filled(quote, fill)
    return quote


def filled(quote: QuoteEvent, fill: Fill) -> QuoteEvent:
    """The fill's status is the whole quote's."""
    side: dict[str, Any] = {"bid_filled": fill.filled} if fill.side is Side.BUY else {"ask_filled": fill.filled}
    return structs.replace(quote, status=fill.status, **side)


def refusal_of(event: CommandRejected, account: int, terms: Terms) -> Refusal:
    """The engine knows what is open only; the account's own closed quotes are in the rows."""
    if event.reject.code is not RejectCode.UNKNOWN_QUOTE:
        return Rejected(event.reject, terms)
    status = queries.statuses([event.id], account).get(event.id)
    return Rejected(event.reject) if status is None else QuoteNotOpen(quoteStatus=STATUS_WORDS[status])
