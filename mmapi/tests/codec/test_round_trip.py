"""What is decoded is what was encoded, for every message there can be."""

import pytest
from hypothesis import given

from mmapi.codec import framing
from mmapi.codec.malformations import CodecError, Malformation
from mmapi.codec.replies import BatchReply, ErrorReply, MarketReply, decode_reply, encode_error, encode_reply, entry
from mmapi.codec.requests import BatchRequest, MarketPart, NamedQuote, Quote, decode_request, encode_request
from mmapi.codec.words import EntryKind, EntryStatus, MarketOutcome
from mmapi.tests.codec import examples
from mmapi.tests.codec.examples import plain


@given(examples.requests)
def test_requests(request: BatchRequest) -> None:
    assert decode_request(encode_request(request)) == plain(request)


@given(examples.replies)
def test_replies(reply: BatchReply) -> None:
    assert decode_reply(encode_reply(reply)) == reply


@given(examples.errors)
def test_errors(error: ErrorReply) -> None:
    assert decode_reply(encode_error(error)) == error


def test_spaces_are_text() -> None:
    batch = BatchRequest([], client_batch_id=" a b ")
    assert decode_request(encode_request(batch)) == batch


def test_an_empty_batch() -> None:
    assert decode_request(encode_request(BatchRequest([]))) == BatchRequest([])


def test_entries_stay_with_their_market() -> None:
    batch = BatchRequest([MarketPart(n, quotes=[Quote(n, 1, 1, 2, 1)] * n) for n in (3, 1, 2)])
    decoded = decode_request(encode_request(batch))
    assert [(part.market, [row[0] for row in part.quotes]) for part in decoded.markets] == [
        (3, [3, 3, 3]),
        (1, [1]),
        (2, [2, 2]),
    ]
    assert decoded.entry_count() == batch.entry_count() == 6


def test_names_stay_themselves_however_many_came_before() -> None:
    batches = [
        BatchRequest([MarketPart(1, named_quotes=[NamedQuote(1, 1, 2, 1, 0, 0, f"{batch}-{n}") for n in range(1_000)])])
        for batch in range(40)
    ]
    for batch in [*batches, batches[0]]:
        assert decode_request(encode_request(batch)) == plain(batch)
    assert len(framing.remembered) <= framing.MOST_REMEMBERED + 1_000


def test_of_a_reply_entries_without_a_client_id_come_first() -> None:
    named = entry(EntryKind.NAMED_QUOTE, 0, EntryStatus.NEW, 7, "mine")
    nameless = entry(EntryKind.QUOTE, 0, EntryStatus.NEW, 8)
    decoded = decode_reply(encode_reply(BatchReply([MarketReply(1, MarketOutcome.APPLIED, [named, nameless])])))
    assert isinstance(decoded, BatchReply)
    assert decoded.markets[0].entries == [nameless, named]


def test_the_texts_of_an_error_are_cut_to_their_fields() -> None:
    decoded = decode_reply(encode_error(ErrorReply(400, "C" * 50, "naïve\n" + "d" * 300)))
    assert isinstance(decoded, ErrorReply)
    assert decoded.code == "C" * 40
    assert decoded.detail == "na?ve " + "d" * 250


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (BatchRequest([MarketPart(1 << 32)]), "markets[0]"),
        (BatchRequest([MarketPart(1, quotes=[Quote(0, 1 << 63, 1, 1, 1)])]), "quotes[0]"),
        (BatchRequest([MarketPart(1, quotes=[Quote(0, 1, 1, 1, 1)] * 65_536)]), "markets[0]"),
        (BatchRequest([MarketPart(1, named_quotes=[NamedQuote(1, 1, 1, 1, 0, 0, "x" * 65)])]), "namedQuotes[0]"),
        (BatchRequest([], client_batch_id="é"), "clientBatchId"),
        (BatchRequest([], client_batch_id="a\0b"), "clientBatchId"),
        (BatchRequest([], valid_until=1 << 63), "BatchRequest"),
    ],
)
def test_what_does_not_fit_is_not_encoded(request_: BatchRequest, field: str) -> None:
    with pytest.raises(CodecError) as refused:
        encode_request(request_)
    assert (refused.value.code, refused.value.field) == (Malformation.INVALID_VALUE, field)


def test_too_many_entries_of_a_group_are_not_encoded() -> None:
    half = MarketPart(1, quotes=[Quote(0, 1, 1, 1, 1)] * 40_000)
    with pytest.raises(CodecError) as refused:
        encode_request(BatchRequest([half, half]))
    assert refused.value.field == "quotes"
