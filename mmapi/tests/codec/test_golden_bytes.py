"""The bytes of a version never change: what is committed is what is written and read."""

from collections.abc import Callable

import pytest
from msgspec import Struct

from mmapi.codec.replies import decode_reply, encode_error, encode_reply
from mmapi.codec.requests import decode_request, encode_request
from mmapi.tests.codec import examples
from mmapi.tests.codec.examples import golden, plain

WRITTEN = {
    "one_quote": encode_request(examples.ONE_QUOTE),
    "one_quote_reply": encode_reply(examples.ONE_QUOTE_REPLY),
    "request": encode_request(examples.REQUEST),
    "reply": encode_reply(examples.REPLY),
    "error": encode_error(examples.ERROR),
}
READ: dict[str, Callable[[bytes], Struct]] = {
    "one_quote": decode_request,
    "one_quote_reply": decode_reply,
    "request": decode_request,
    "reply": decode_reply,
    "error": decode_reply,
}
MEANT: dict[str, Struct] = {
    "one_quote": plain(examples.ONE_QUOTE),
    "one_quote_reply": examples.ONE_QUOTE_REPLY,
    "request": plain(examples.REQUEST),
    "reply": examples.REPLY,
    "error": examples.ERROR,
}


@pytest.mark.parametrize("name", WRITTEN)
def test_written(name: str) -> None:
    assert WRITTEN[name].hex() == golden(name).hex()


@pytest.mark.parametrize("name", READ)
def test_read(name: str) -> None:
    assert READ[name](golden(name)) == MEANT[name]


def test_every_file_is_checked() -> None:
    assert {file.stem for file in examples.GOLDEN.glob("*.hex")} == set(WRITTEN)
