"""schema.xml as tables: for each message its blocks, for each block a precompiled `struct` and its columns."""

from collections.abc import Iterator
from pathlib import Path
from struct import Struct, calcsize
from typing import Final, NamedTuple
from xml.etree import ElementTree as Tree

XML: Final = Path(__file__).with_name("schema.xml").read_bytes()

MEDIA_TYPE: Final = "application/sbe"

_MESSAGE: Final = "{http://fixprotocol.io/2016/sbe}message"
_SIGNED: Final = {"int8": "b", "int16": "h", "int32": "i", "int64": "q"}
_UNSIGNED: Final = {"uint8": "B", "uint16": "H", "uint32": "I", "uint64": "Q"}
_CODES: Final = {"char": "s", **_SIGNED, **_UNSIGNED}


class Kind(NamedTuple):
    """A type: its `struct` codes, and for enumerations and sets of one byte every byte that is allowed."""

    codes: str
    allowed: bytes = b""
    null: int | None = None


class Column(NamedTuple):
    """A field of a block."""

    name: str
    offset: int
    allowed: bytes


class Block(NamedTuple):
    """The fields of a message or of one entry of a group; all of them always the same bytes long."""

    name: str
    length: int
    struct: Struct
    columns: tuple[Column, ...]
    checked: tuple[Column, ...]  # those of which not every byte is allowed


class Message(NamedTuple):
    name: str
    template_id: int
    root: Block
    groups: tuple[Block, ...]


class Schema(NamedTuple):
    id: int
    version: int
    messages: dict[str, Message]
    reject_codes: dict[str, int]


def read(xml: bytes) -> Schema:
    """Raises `ValueError` where a declared block length is not the length of the fields."""
    root = Tree.fromstring(xml)  # noqa: S314  our own file
    types = _types(root)
    messages = [_message(node, types) for node in root.iter(_MESSAGE)]
    return Schema(
        id=int(root.attrib["id"]),
        version=int(root.attrib["version"]),
        messages={message.name: message for message in messages},
        reject_codes=dict(_values(root, "RejectCode")),
    )


def _types(root: Tree.Element) -> dict[str, Kind]:
    types = {name: Kind(code) for name, code in _CODES.items()}
    makers = {"type": _simple, "composite": _composite, "enum": _enumeration, "set": _choices}
    for section in root.iter("types"):
        for node in section:
            types[node.attrib["name"]] = makers[node.tag](node, types)
    return types


def _simple(node: Tree.Element, types: dict[str, Kind]) -> Kind:
    if node.get("presence") == "constant":
        return Kind("")
    null = node.get("nullValue")
    codes = node.get("length", "") + types[node.attrib["primitiveType"]].codes
    return Kind(codes, null=None if null is None else int(null))


def _composite(node: Tree.Element, types: dict[str, Kind]) -> Kind:
    return Kind("".join(_simple(member, types).codes for member in node))


def _enumeration(node: Tree.Element, types: dict[str, Kind]) -> Kind:
    encoding = types[node.attrib["encodingType"]]
    values = [int(value.text or "") for value in node]
    if encoding.null is not None:
        values.append(encoding.null)
    return Kind(encoding.codes, bytes(values) if encoding.codes == "B" else b"")


def _choices(node: Tree.Element, types: dict[str, Kind]) -> Kind:
    known = sum(1 << int(choice.text or "") for choice in node)
    return Kind(types[node.attrib["encodingType"]].codes, bytes(n for n in range(256) if not n & ~known))


def _values(root: Tree.Element, name: str) -> Iterator[tuple[str, int]]:
    for value in root.iterfind(f"types/enum[@name='{name}']/validValue"):
        yield value.attrib["name"], int(value.text or "")


def _message(node: Tree.Element, types: dict[str, Kind]) -> Message:
    groups = tuple(_block(group, types) for group in node.iterfind("group"))
    return Message(node.attrib["name"], int(node.attrib["id"]), _block(node, types), groups)


def _block(node: Tree.Element, types: dict[str, Kind]) -> Block:
    codes, columns = "<", []
    for field in node.iterfind("field"):
        kind = types[field.attrib["type"]]
        columns.append(Column(field.attrib["name"], calcsize(codes), kind.allowed))
        codes += kind.codes
    if calcsize(codes) != int(node.attrib["blockLength"]):
        raise ValueError(f"{node.attrib['name']}: the fields are {calcsize(codes)} bytes long")
    checked = tuple(column for column in columns if column.allowed)
    return Block(node.attrib["name"], calcsize(codes), Struct(codes), tuple(columns), checked)


SCHEMA: Final = read(XML)
REJECT_CODES: Final = SCHEMA.reject_codes
