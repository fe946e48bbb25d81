"""A reply of a newer version is read by skipping what it adds; a request of one is refused."""

import pytest

from mmapi.codec.framing import DIMENSIONS, HEADER
from mmapi.codec.malformations import CodecError, Malformation
from mmapi.codec.replies import BATCH, decode_reply
from mmapi.codec.requests import decode_request
from mmapi.codec.schema import SCHEMA, Message
from mmapi.tests.codec import examples
from mmapi.tests.codec.examples import golden

NEWER = SCHEMA.version + 1


def lengthened(data: bytes, message: Message, more: int) -> bytes:
    """The message as a newer version would send it: every block longer, and a group more."""
    length, template, schema, _ = HEADER.unpack_from(data)
    at = HEADER.size + length
    parts = [HEADER.pack(length + more, template, schema, NEWER), data[HEADER.size : at], b"\xaa" * more]
    for block in message.groups:
        _, count = DIMENSIONS.unpack_from(data, at)
        at += DIMENSIONS.size
        parts.append(DIMENSIONS.pack(block.length + more, count))
        for _ in range(count):
            parts += [data[at : at + block.length], b"\xaa" * more]
            at += block.length
    return b"".join(parts) + DIMENSIONS.pack(3, 2) + b"newnew"


@pytest.mark.parametrize("more", [0, 1, 16])
def test_a_newer_reply_is_read(more: int) -> None:
    assert decode_reply(lengthened(golden("reply"), BATCH, more)) == examples.REPLY


def test_a_newer_error_is_read() -> None:
    assert decode_reply(lengthened(golden("error"), SCHEMA.messages["ErrorReply"], 8)) == examples.ERROR


def test_a_newer_request_is_refused() -> None:
    with pytest.raises(CodecError) as refused:
        decode_request(lengthened(golden("request"), SCHEMA.messages["BatchRequest"], 8))
    assert refused.value.code == Malformation.UNSUPPORTED_VERSION


def test_blocks_never_become_shorter() -> None:
    data = golden("reply")
    shorter = HEADER.pack(96, 2, 1, NEWER) + data[HEADER.size :]
    with pytest.raises(CodecError) as refused:
        decode_reply(shorter)
    assert refused.value.code == Malformation.BAD_BLOCK_LENGTH
