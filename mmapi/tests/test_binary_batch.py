"""POST /mm/orders/batch.bin: the same in SBE, answered in SBE or, if asked for, in JSON."""

import json
from typing import Any

import pytest

from mmapi.codec.replies import BatchReply, ErrorReply
from mmapi.codec.requests import BatchRequest, Cancel, MarketPart, NamedQuote, Order, Quote, encode_request
from mmapi.codec.schema import MEDIA_TYPE, REJECT_CODES
from mmapi.codec.words import NOT_GIVEN, Atomicity, CancelScope, EntryStatus, MarketOutcome, Side
from mmapi.tests.batches import BINARY, entry, open_quotes, part, send_binary, sent
from venue.notation import entity_number
from venue.tests.cast import Trader, read

E8 = 10**8


def named(bid: int, ask: int, name: str, size: int = 1) -> NamedQuote:
    return NamedQuote(bid * E8, size * E8, ask * E8, size * E8, client_quote_id=name)


def of_market(trader: Trader, **given: Any) -> MarketPart:
    return MarketPart(trader.market.number, **given)


def sent_binary(trader: Trader, *parts: MarketPart, **more: Any) -> BatchReply:
    status, reply = send_binary(trader, BatchRequest(list(parts), **more))
    assert isinstance(reply, BatchReply), reply
    assert status == 200
    return reply


def test_quotes_orders_and_cancels_of_one_market(alpha: Trader) -> None:
    doomed = alpha.order("buy", 1, 48000)
    number = entity_number("order", doomed["orderId"]) or 0
    reply = sent_binary(
        alpha,
        of_market(
            alpha,
            cancels=[Cancel(number)],
            quotes=[Quote(0, 49800 * E8, E8, 50200 * E8, E8)],
            named_quotes=[named(49900, 50100, "near")],
            orders=[Order(49000 * E8, 2 * E8, NOT_GIVEN, Side.BUY, client_order_id="deep")],
        ),
    )
    (market,) = reply.markets
    assert market.outcome is MarketOutcome.APPLIED
    assert {one.status for one in market.entries} == {EntryStatus.NEW, EntryStatus.CANCELED}
    assert sorted(one.client_id for one in market.entries) == ["", "", "deep", "near"]
    assert set(open_quotes(alpha).values()) == {(49900, 50100), (49800, 50200)}
    assert alpha.read_order(doomed)["status"] == "cancelled"


def test_the_same_batch_in_json_and_in_sbe_gives_the_same_digest(alpha: Trader, beta: Trader) -> None:
    """Of two accounts with nothing open, but for the ids, which are part of it; so one account sends both, twice."""
    first = sent(alpha, part(alpha, entry(49900, 50100, clientQuoteId="a"), entry(49800, 50200, clientQuoteId="b")))
    same = sent_binary(alpha, of_market(alpha, named_quotes=[named(49900, 50100, "a"), named(49800, 50200, "b")]))
    assert same.open_quotes_digest.hex() == first["openQuotesDigest"]
    moved = sent_binary(alpha, of_market(alpha, named_quotes=[named(49910, 50100, "a"), named(49810, 50200, "b")]))
    back = sent(alpha, part(alpha, entry(49910, 50100, clientQuoteId="a"), entry(49810, 50200, clientQuoteId="b")))
    assert moved.open_quotes_digest.hex() == back["openQuotesDigest"] != first["openQuotesDigest"]


def test_a_refused_entry_has_its_code_and_figures(alpha: Trader) -> None:
    reply = sent_binary(alpha, of_market(alpha, named_quotes=[named(49900, 50100, "a"), named(1, 50100, "b")]))
    (market,) = reply.markets
    assert market.outcome is MarketOutcome.REJECTED
    spared, bad = market.entries
    assert spared.status == EntryStatus.NOT_ATTEMPTED
    assert (bad.status, bad.reject_code) == (EntryStatus.REJECTED, REJECT_CODES["PRICE_OUTSIDE_BAND"])
    assert (bad.reject_limit, bad.reject_observed) == (37_500 * E8, E8)


@pytest.mark.parametrize(
    ("quote", "code"),
    [
        (Quote(0, 49900 * E8 + 1, E8, 50100 * E8, E8), "OFF_TICK"),
        (Quote(0, 49900 * E8, E8 + 1, 50100 * E8, E8), "OFF_LOT"),
        (Quote(0, 0, E8, 50100 * E8, E8), "NOT_POSITIVE"),
        (Quote(0, NOT_GIVEN, E8, 50100 * E8, E8), "NOT_POSITIVE"),
        (Quote(0, 50100 * E8, E8, 50100 * E8, E8), "BID_NOT_BELOW_ASK"),
        (Quote(0, 49900 * E8, E8, 50100 * E8, E8, 301), "OUT_OF_RANGE"),
        (Quote(77, 49900 * E8, E8, 50100 * E8, E8), "UNKNOWN_QUOTE"),
    ],
)
def test_faults_of_an_entry_are_told_in_its_place(alpha: Trader, quote: Quote, code: str) -> None:
    (market,) = sent_binary(alpha, of_market(alpha, quotes=[quote]), atomicity=Atomicity.ENTRY).markets
    (told,) = market.entries
    assert (told.status, told.reject_code) == (EntryStatus.REJECTED, REJECT_CODES[code])
    assert open_quotes(alpha) == {}


def test_cancel_scope_counts_what_went(alpha: Trader) -> None:
    sent(alpha, part(alpha, entry(49900, 50100), entry(49800, 50200)))
    (market,) = sent_binary(alpha, of_market(alpha, scope=CancelScope.ALL)).markets
    assert market.canceled_by_scope == 2
    assert open_quotes(alpha) == {}


def test_json_on_accept(alpha: Trader) -> None:
    raw = encode_request(BatchRequest([of_market(alpha, named_quotes=[named(49900, 50100, "a")])]))
    headers = {"Content-Type": MEDIA_TYPE, "Accept": "application/json"}
    answer = read(alpha.caller.call("POST", BINARY, raw, headers))
    assert answer.status == 200
    assert answer.body["markets"][0]["quotes"][0]["clientQuoteId"] == "a"
    refused = read(alpha.caller.call("POST", BINARY, raw[:-1], headers))
    assert (refused.status, refused.code) == (400, "TRUNCATED")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda raw: raw[:-1], "TRUNCATED"),
        (lambda raw: raw + b"\0", "TRAILING_BYTES"),
        (lambda raw: raw[:2] + b"\x63\0" + raw[4:], "UNKNOWN_TEMPLATE"),
        (lambda raw: raw[:4] + b"\x63\0" + raw[6:], "UNKNOWN_SCHEMA"),
        (lambda raw: raw[:6] + b"\x63\0" + raw[8:], "UNSUPPORTED_VERSION"),
    ],
)
def test_a_malformed_message_changes_nothing(alpha: Trader, spoil: Any, code: str) -> None:
    raw = encode_request(BatchRequest([of_market(alpha, named_quotes=[named(49900, 50100, "a")])]))
    status, reply = send_binary(alpha, spoil(raw))
    assert isinstance(reply, ErrorReply)
    assert (status, reply.status, reply.code) == (400, 400, code)
    assert reply.request_id
    assert open_quotes(alpha) == {}


def test_more_entries_than_the_tier_allows(alpha: Trader) -> None:
    most = alpha.caller.key.tier.max_batch_size
    quotes = [Quote(0, 49900 * E8, E8, 50100 * E8, E8)] * (most + 1)
    status, reply = send_binary(alpha, BatchRequest([of_market(alpha, quotes=quotes)]))
    assert isinstance(reply, ErrorReply)
    assert (status, reply.code, reply.limit, reply.observed) == (400, "BATCH_TOO_LARGE", most, most + 1)


def test_another_content_type(alpha: Trader) -> None:
    response = alpha.caller.call("POST", BINARY, json.dumps({}).encode(), {"Accept": "application/json"})
    assert response.status_code == 415
    assert read(response).body["detail"] == "Send the body as application/sbe."
