"""Another implementation of SBE, which has only the schema, writes and reads the same bytes."""

from io import BytesIO
from typing import Any, Final

import pytest
import sbe
from hypothesis import given

from mmapi.codec.replies import BatchReply, ErrorReply, decode_reply, encode_error, encode_reply
from mmapi.codec.requests import BatchRequest, decode_request, encode_request
from mmapi.codec.schema import SCHEMA, XML
from mmapi.codec.words import NOT_GIVEN
from mmapi.tests.codec import examples
from mmapi.tests.codec.examples import golden, plain

THEIRS: Final = sbe.Schema.parse(BytesIO(XML))
ONE: Final = examples.ONE


def written_again(data: bytes) -> bytes:
    """Their decoding in their encoding."""
    message = THEIRS.decode(data)
    encoded: bytes = THEIRS.encode(THEIRS.messages[message.header["templateId"]], given_or_null(message.value))
    return encoded


def given_or_null(value: Any) -> Any:
    """Within a decimal they read the null value as None, but do not write it so."""
    if isinstance(value, list):
        return [given_or_null(one) for one in value]
    if isinstance(value, dict):
        return {
            name: NOT_GIVEN if name == "mantissa" and one is None else given_or_null(one) for name, one in value.items()
        }
    return value


def amount(mantissa: int | None) -> dict[str, int | None]:
    return {"mantissa": mantissa}


def test_it_reads_a_request() -> None:
    message = THEIRS.decode(encode_request(examples.REQUEST))
    assert message.message_name == "BatchRequest"
    assert message.header == {"blockLength": 74, "templateId": 1, "schemaId": 1, "version": 1}
    body = message.value
    assert {name: value for name, value in body.items() if not isinstance(value, list) or name == "flags"} == {
        "validUntil": examples.NOON + 500,
        "atomicity": "Entry",
        "flags": ["DryRun"],
        "clientBatchId": "refresh-000001",
    }
    assert [market["cancelScope"] for market in body["markets"]] == ["Quotes", None]
    assert [cancel["clientId"] for cancel in body["cancels"]] == ["", "hedge-7"]
    assert [quote["quoteId"] for quote in body["quotes"]] == [examples.QUOTE_ID, None]
    assert body["namedQuotes"] == [
        {
            "bidPrice": amount(49_700 * ONE),
            "bidSize": amount(ONE),
            "askPrice": amount(50_300 * ONE),
            "askSize": amount(ONE),
            "validForSeconds": 300,
            "flags": [],
            "clientQuoteId": "level 3",
        }
    ]
    assert body["orders"][1] == {
        "price": amount(None),
        "size": amount(ONE // 4),
        "expiresAt": None,
        "side": "Sell",
        "type": "Market",
        "timeInForce": None,
        "selfTradePrevention": None,
        "flags": [],
        "clientOrderId": "",
    }


def test_it_reads_a_reply() -> None:
    body = THEIRS.decode(encode_reply(examples.REPLY)).value
    assert body["sequence"] == 4_711
    assert body["flags"] == ["Replayed"]
    assert body["openQuotesDigest"] == {
        "first": int.from_bytes(bytes(range(8)), "little"),
        "second": int.from_bytes(bytes(range(8, 16)), "little"),
    }
    assert [market["outcome"] for market in body["markets"]] == ["Applied", "Rejected"]
    assert [market["rejectCode"] for market in body["markets"]] == [None, "MARKET_HALTED"]
    refused = body["entries"][1]
    assert (refused["rejectCode"], refused["status"]) == ("PRICE_OUTSIDE_BAND", "Rejected")
    assert (refused["rejectLimit"], refused["rejectObserved"]) == (amount(62_500 * ONE), amount(99_999 * ONE))
    assert [entry["clientId"] for entry in body["namedEntries"]] == ["level 3"]


def test_it_reads_an_error() -> None:
    assert THEIRS.decode(encode_error(examples.ERROR)).value == {
        "limit": 100,
        "observed": 101,
        "retryAfterMs": 1_250,
        "status": 429,
        "outcome": "NotApplied",
        "code": "RATE_LIMITED",
        "field": "operations",
        "requestId": "0123456789abcdef01234567",
        "detail": "The budget is used up; wait retryAfterMs.",
    }


@pytest.mark.parametrize("name", ["one_quote", "one_quote_reply", "request", "reply", "error"])
def test_it_writes_the_golden_bytes(name: str) -> None:
    assert written_again(golden(name)).hex() == golden(name).hex()


@given(examples.requests)
def test_requests_there_and_back(request: BatchRequest) -> None:
    assert decode_request(written_again(encode_request(request))) == plain(request)


@given(examples.replies)
def test_replies_there_and_back(reply: BatchReply) -> None:
    assert decode_reply(written_again(encode_reply(reply))) == reply


@given(examples.errors)
def test_errors_there_and_back(error: ErrorReply) -> None:
    assert decode_reply(written_again(encode_error(error))) == error


def test_it_knows_the_same_messages() -> None:
    ours = {message.template_id: message.name for message in SCHEMA.messages.values()}
    assert {number: message.name for number, message in THEIRS.messages.items()} == ours
