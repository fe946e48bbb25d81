"""Header, blocks and groups: where everything lies, found and bounded before anything of it is read."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from struct import Struct, error
from typing import Any, Final, NamedTuple

from mmapi.codec.malformations import CodecError, Malformation, invalid
from mmapi.codec.schema import SCHEMA, Block, Message

HEADER: Final = Struct("<HHHH")  # block length, template, schema, version
DIMENSIONS: Final = Struct("<HH")  # block length, number of entries
_PRINTABLE: Final = bytes(range(0x20, 0x7F))
_PADDED_TEXT: Final = re.compile(rb"[ -~]*\0*")
_PADDED_TEXTS: Final = re.compile(rb"[ -~]*\0*(?:\n[ -~]*\0*)*")

Row = tuple[Any, ...]

remembered: Final[dict[bytes, str]] = {}  # texts as they were read
MOST_REMEMBERED: Final = 1 << 14


class Header(NamedTuple):
    block_length: int
    template_id: int
    schema_id: int
    version: int


class Span(NamedTuple):
    """Where the entries of a group lie; `stride` is the length of one, as the message says."""

    block: Block
    start: int
    end: int
    stride: int
    entries: int


def read_header(data: bytes) -> Header:
    if len(data) < HEADER.size:
        raise truncated(data, HEADER.size)
    header = Header._make(HEADER.unpack_from(data))
    if header.schema_id != SCHEMA.id:
        raise CodecError(
            Malformation.UNKNOWN_SCHEMA,
            f"The schema's id is {SCHEMA.id}, not {header.schema_id}.",
            limit=SCHEMA.id,
            observed=header.schema_id,
        )
    return header


def spans(data: bytes, header: Header, message: Message) -> tuple[Span, list[Span]]:
    """The root block and each group. A newer version's blocks may be longer, and more groups may follow."""
    newer = header.version > SCHEMA.version
    root = _span(data, message.root, HEADER.size, (header.block_length, 1), newer)
    groups: list[Span] = []
    at, size = root.end, len(data)
    for block in message.groups:
        start = at + DIMENSIONS.size
        if start > size:
            raise truncated(data, start)
        group = _span(data, block, start, DIMENSIONS.unpack_from(data, at), newer)
        groups.append(group)
        at = group.end
    if at < size and not newer:
        detail = "The message ends before the bytes do."
        raise CodecError(Malformation.TRAILING_BYTES, detail, limit=at, observed=size)
    return root, groups


def _span(data: bytes, block: Block, start: int, dimensions: tuple[int, int], newer: bool) -> Span:
    stride, entries = dimensions
    if stride != block.length and (stride < block.length or not newer):
        raise CodecError(
            Malformation.BAD_BLOCK_LENGTH,
            f"A block of {block.name} has {block.length} bytes, not {stride}.",
            field=block.name,
            limit=block.length,
            observed=stride,
        )
    end = start + stride * entries
    if end > len(data):
        raise truncated(data, end)
    return Span(block, start, end, stride, entries)


def truncated(data: bytes, needed: int) -> CodecError:
    return CodecError(
        Malformation.TRUNCATED, "The message goes on after its last byte.", limit=len(data), observed=needed
    )


def rows(data: bytes, span: Span) -> list[Row]:
    """The entries as tuples, each value known to be one of its field's."""
    if not span.entries:
        return []
    check_columns(data, span)
    reader = span.block.struct if span.stride == span.block.length else padded_struct(span.block, span.stride)
    return list(reader.iter_unpack(memoryview(data)[span.start : span.end]))


def check_columns(data: bytes, span: Span, *, root: bool = False) -> None:
    """A slice takes one byte of each entry, `translate` leaves of them what is not allowed."""
    for name, offset, allowed in span.block.checked:
        column = data[span.start + offset : span.end : span.stride]
        if column.translate(None, allowed):
            index = next(index for index, value in enumerate(column) if value not in allowed)
            place = name if root else f"{span.block.name}[{index}].{name}"
            raise invalid(place, f"{column[index]} is none of its values.")


@lru_cache(maxsize=64)
def padded_struct(block: Block, stride: int) -> Struct:
    """Reads a newer version's longer block and skips what it does not know."""
    return Struct(f"{block.struct.format}{stride - block.length}x")


def text_rows(data: bytes, span: Span, *, required: bool = False) -> list[Row]:
    """As `rows`, for blocks whose last field is text; one that is required is not empty."""
    found = rows(data, span)
    if not found:
        return found
    columns = list(zip(*found, strict=True))
    texts = _texts(columns[-1], span)
    if required and "" in texts:
        raise invalid(_place_of_text(span, texts.index("")), "It must be given.")
    return list(zip(*columns[:-1], texts, strict=True))


def _texts(raw: Sequence[bytes], span: Span) -> list[str]:
    """Names come again with every refresh, so thousands are remembered as they were read."""
    try:
        return list(map(remembered.__getitem__, raw))
    except KeyError:
        texts = _read_texts(raw, span)
    if len(remembered) > MOST_REMEMBERED:
        remembered.clear()
    remembered.update(zip(raw, texts, strict=True))
    return texts


def _read_texts(raw: Sequence[bytes], span: Span) -> list[str]:
    """All at once, joined by line feeds: what is padded with NUL and nothing else may lose its NULs anywhere."""
    joined = b"\n".join(raw)
    texts = joined.translate(None, b"\0").decode("latin-1").split("\n")
    if len(texts) != len(raw) or not _PADDED_TEXTS.fullmatch(joined):
        for index, text in enumerate(raw):
            read_text(text, _place_of_text(span, index))
    return texts


def _place_of_text(span: Span, index: int) -> str:
    return f"{span.block.name}[{index}].{span.block.columns[-1].name}"


def read_text(raw: bytes, field: str) -> str:
    if not _PADDED_TEXT.fullmatch(raw):
        raise _unprintable(field)
    return raw.rstrip(b"\0").decode("ascii")


def _unprintable(field: str) -> CodecError:
    return invalid(field, "Text is printable ASCII, padded with NUL.")


def root_row(data: bytes, root: Span) -> Row:
    check_columns(data, root, root=True)
    return root.block.struct.unpack_from(data, root.start)


# The other way.


def write(message: Message, root: Row, groups: Iterable[Sequence[Row]]) -> bytes:
    """Raises `CodecError` (`INVALID_VALUE`) for a value that its field cannot hold."""
    header = HEADER.pack(message.root.length, message.template_id, SCHEMA.id, SCHEMA.version)
    parts = [header, _pack(message.root, message.root.name, root)]
    for block, entries in zip(message.groups, groups, strict=True):
        if len(entries) > 0xFFFF:
            raise invalid(block.name, "A group has at most 65535 entries.")
        parts.append(DIMENSIONS.pack(block.length, len(entries)))
        parts += _pack_all(block, entries)
    return b"".join(parts)


def _pack_all(block: Block, entries: Sequence[Row]) -> list[bytes]:
    pack = block.struct.pack
    try:
        return [pack(*entry) for entry in entries]
    except error:  # which one?
        return [_pack(block, f"{block.name}[{index}]", entry) for index, entry in enumerate(entries)]


def _pack(block: Block, place: str, row: Row) -> bytes:
    try:
        return block.struct.pack(*row)
    except error as problem:
        raise invalid(place, f"{problem}.") from None


def write_text(text: str, size: int, field: str) -> bytes:
    """Raises `CodecError` (`INVALID_VALUE`) for text that is too long or that reading would refuse."""
    raw = text.encode("ascii", "replace")
    if len(raw) > size or raw.decode("ascii") != text or raw.translate(None, _PRINTABLE):
        raise invalid(field, f"Text is up to {size} printable ASCII characters.")
    return raw
