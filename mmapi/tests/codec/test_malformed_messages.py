"""Whatever is wrong with a message has its code, and nothing is wrong in any other way."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmapi.codec.framing import DIMENSIONS, HEADER
from mmapi.codec.malformations import CodecError, Malformation
from mmapi.codec.replies import BatchReply, ErrorReply, decode_reply
from mmapi.codec.requests import MESSAGE, BatchRequest, MarketPart, Quote, decode_request, encode_request
from mmapi.tests.codec.examples import golden

REQUEST = golden("request")
READERS: dict[str, Callable[[bytes], Any]] = {
    "one_quote": decode_request,
    "one_quote_reply": decode_reply,
    "request": decode_request,
    "reply": decode_reply,
    "error": decode_reply,
}


def refused(data: bytes, read: Callable[[bytes], Any] = decode_request) -> CodecError:
    with pytest.raises(CodecError) as error:
        read(data)
    return error.value


def changed(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


def headed(*header: int) -> bytes:
    """The request with another header."""
    return HEADER.pack(*header) + REQUEST[HEADER.size :]


def group_at(name: str) -> int:
    """Where the dimensions of a group of the request are."""
    at = HEADER.size + MESSAGE.root.length
    for block in MESSAGE.groups:
        if block.name == name:
            return at
        at += DIMENSIONS.size + block.length * DIMENSIONS.unpack_from(REQUEST, at)[1]
    raise KeyError(name)


def field_at(group: str, field: str, index: int = 0) -> int:
    block = next(block for block in MESSAGE.groups if block.name == group)
    offset = next(column.offset for column in block.columns if column.name == field)
    return group_at(group) + DIMENSIONS.size + index * block.length + offset


@pytest.mark.parametrize("name", READERS)
def test_every_truncation(name: str) -> None:
    data = golden(name)
    for length in range(len(data)):
        error = refused(data[:length], READERS[name])
        assert error.code == Malformation.TRUNCATED
        assert error.limit == length
        assert error.observed is not None
        assert length < error.observed <= len(data)


@pytest.mark.parametrize("name", READERS)
def test_trailing_bytes(name: str) -> None:
    error = refused(golden(name) + b"\0", READERS[name])
    assert error.code == Malformation.TRAILING_BYTES
    assert (error.limit, error.observed) == (len(golden(name)), len(golden(name)) + 1)


def test_another_schema() -> None:
    assert refused(headed(74, 1, 2, 1)).code == Malformation.UNKNOWN_SCHEMA


@pytest.mark.parametrize("version", [0, 2, 65_535])
def test_a_version_that_is_not_supported(version: int) -> None:
    error = refused(headed(74, 1, 1, version))
    assert error.code == Malformation.UNSUPPORTED_VERSION
    assert (error.limit, error.observed) == (1, version)


@pytest.mark.parametrize("template", [0, 2, 3, 4, 65_535])
def test_a_template_that_is_no_request(template: int) -> None:
    assert refused(headed(74, template, 1, 1)).code == Malformation.UNKNOWN_TEMPLATE


@pytest.mark.parametrize("template", [0, 1, 4, 65_535])
def test_a_template_that_is_no_reply(template: int) -> None:
    assert refused(headed(74, template, 1, 1), decode_reply).code == Malformation.UNKNOWN_TEMPLATE


@pytest.mark.parametrize("length", [0, 73, 75, 65_535])
def test_a_root_block_of_another_length(length: int) -> None:
    error = refused(headed(length, 1, 1, 1))
    assert error.code == Malformation.BAD_BLOCK_LENGTH
    assert (error.field, error.limit, error.observed) == ("BatchRequest", 74, length)


@pytest.mark.parametrize("block", MESSAGE.groups, ids=lambda block: block.name)
@pytest.mark.parametrize("difference", [-1, 1])
def test_a_group_of_another_block_length(block: Any, difference: int) -> None:
    wrong = (block.length + difference).to_bytes(2, "little")
    error = refused(changed(REQUEST, group_at(block.name), wrong))
    assert (error.code, error.field) == (Malformation.BAD_BLOCK_LENGTH, block.name)


@pytest.mark.parametrize("block", MESSAGE.groups, ids=lambda block: block.name)
def test_a_group_that_claims_more_than_is_there(block: Any) -> None:
    assert refused(changed(REQUEST, group_at(block.name) + 2, b"\xff\xff")).code == Malformation.TRUNCATED


def test_more_entries_than_allowed() -> None:
    error = refused(REQUEST, lambda data: decode_request(data, most_entries=6))
    assert error.code == Malformation.BATCH_TOO_LARGE
    assert (error.limit, error.observed) == (6, 7)
    assert decode_request(REQUEST, most_entries=7).entry_count() == 7


def test_more_markets_than_allowed() -> None:
    data = encode_request(BatchRequest([MarketPart(1)] * 3))
    assert refused(data, lambda data: decode_request(data, most_entries=2)).code == Malformation.BATCH_TOO_LARGE


@pytest.mark.parametrize(
    ("field", "group"),
    [("numCancels", "cancels"), ("numQuotes", "quotes"), ("numNamedQuotes", "namedQuotes"), ("numOrders", "orders")],
)
@pytest.mark.parametrize("count", [0, 3, 65_535])
def test_markets_that_have_more_or_fewer_entries_than_there_are(field: str, group: str, count: int) -> None:
    market = 1 if group == "cancels" else 0
    error = refused(changed(REQUEST, field_at("markets", field, market), count.to_bytes(2, "little")))
    assert (error.code, error.field) == (Malformation.COUNT_MISMATCH, group)


@pytest.mark.parametrize(
    ("group", "field", "value"),
    [
        ("markets", "cancelScope", 3),
        ("cancels", "kind", 3),
        ("quotes", "flags", 2),
        ("namedQuotes", "flags", 0x81),
        ("orders", "side", 0),
        ("orders", "side", 3),
        ("orders", "type", 3),
        ("orders", "timeInForce", 2),
        ("orders", "selfTradePrevention", 5),
        ("orders", "flags", 255),
    ],
)
def test_a_value_that_is_none_of_its_field(group: str, field: str, value: int) -> None:
    error = refused(changed(REQUEST, field_at(group, field), bytes([value])))
    assert (error.code, error.field) == (Malformation.INVALID_VALUE, f"{group}[0].{field}")


@pytest.mark.parametrize(("at", "value", "field"), [(16, 4, "atomicity"), (17, 2, "flags")])
def test_a_value_that_is_none_of_the_batch(at: int, value: int, field: str) -> None:
    error = refused(changed(REQUEST, at, bytes([value])))
    assert (error.code, error.field) == (Malformation.INVALID_VALUE, field)


@pytest.mark.parametrize(
    ("group", "field", "index"),
    [("cancels", "clientId", 1), ("namedQuotes", "clientQuoteId", 0), ("orders", "clientOrderId", 0)],
)
@pytest.mark.parametrize("text", [b"\0x", b"\n", b"\x7f", b"\xe9"])
def test_text_that_is_not_printable(group: str, field: str, index: int, text: bytes) -> None:
    error = refused(changed(REQUEST, field_at(group, field, index), text))
    assert (error.code, error.field) == (Malformation.INVALID_VALUE, f"{group}[{index}].{field}")


def test_a_batch_id_that_is_not_printable() -> None:
    assert refused(changed(REQUEST, 18, b"\t")).field == "clientBatchId"


def test_a_named_quote_without_a_name() -> None:
    error = refused(changed(REQUEST, field_at("namedQuotes", "clientQuoteId"), bytes(64)))
    assert error.field == "namedQuotes[0].clientQuoteId"


@pytest.mark.parametrize("cancel", [bytes(73), b"\1" + bytes(8) + b"x"])
def test_a_cancel_of_nothing_or_by_both_ids(cancel: bytes) -> None:
    assert refused(changed(REQUEST, field_at("cancels", "entityId"), cancel)).field == "cancels[0]"


def test_a_scope_beside_single_cancels() -> None:
    assert refused(changed(REQUEST, field_at("markets", "cancelScope", 1), b"\1")).field == "markets[1].cancelScope"


def test_a_reply_whose_markets_have_more_entries_than_there_are() -> None:
    reply = golden("reply")
    at = HEADER.size + 97 + DIMENSIONS.size + 24
    assert refused(changed(reply, at, b"\x03"), decode_reply).code == Malformation.COUNT_MISMATCH


# Nothing but a message or a CodecError, whatever the bytes.


def outcome(read: Callable[[bytes], Any], data: bytes) -> object:
    try:
        return read(data)
    except CodecError as error:
        return error


@settings(max_examples=500)
@given(st.binary(max_size=400))
def test_noise(data: bytes) -> None:
    for header in (b"", HEADER.pack(74, 1, 1, 1), HEADER.pack(97, 2, 1, 1), HEADER.pack(415, 3, 1, 1)):
        assert isinstance(outcome(decode_request, header + data), BatchRequest | CodecError)
        assert isinstance(outcome(decode_reply, header + data), BatchReply | ErrorReply | CodecError)


@settings(max_examples=500)
@given(st.sampled_from(sorted(READERS)), st.data())
def test_golden_bytes_with_some_changed(name: str, draw: st.DataObject) -> None:
    data = bytearray(golden(name))
    for at, value in draw.draw(st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), max_size=6)):
        data[at] = value
    found = outcome(READERS[name], bytes(data))
    assert isinstance(found, BatchRequest | BatchReply | ErrorReply | CodecError)


def test_every_byte_changed() -> None:
    for at in range(len(REQUEST)):
        for value in (0, 1, 0x7F, 0xFF):
            outcome(decode_request, changed(REQUEST, at, bytes([value])))


def test_the_largest_message() -> None:
    quote = Quote(0, 1, 1, 2, 1)
    data = encode_request(BatchRequest([MarketPart(1, quotes=[quote] * 65_535)]))
    assert len(decode_request(data).markets[0].quotes) == 65_535
