"""The schema, the words and rows in Python, and the engine's vocabulary say the same."""

import re
from enum import IntEnum
from xml.etree import ElementTree as Tree

import pytest

from mmapi.codec import replies, requests, words
from mmapi.codec.malformations import Malformation
from mmapi.codec.schema import REJECT_CODES, SCHEMA, XML, read
from venue.engine import terms
from venue.engine.rejects import RejectCode

ROOT = Tree.fromstring(XML)
MESSAGES = list(ROOT.iter("{http://fixprotocol.io/2016/sbe}message"))
CLASSES = [kind for kind in vars(words).values() if isinstance(kind, type) and issubclass(kind, IntEnum)]


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if kind is not IntEnum], ids=lambda kind: kind.__name__)
def test_words(kind: type[IntEnum]) -> None:
    found = ROOT.find(f"types/*[@name='{kind.__name__}']")
    assert found is not None
    values = {snake(value.attrib["name"]).upper(): int(value.text or "") for value in found}
    if found.tag == "set":
        values = {name: 1 << bit for name, bit in values.items()}
    null = {name: value for name, value in kind.__members__.items() if name in {"NONE", "ANY"}}
    assert {**null, **values} == dict(kind.__members__)
    assert not any(null.values())


def test_every_enumeration_has_its_class() -> None:
    names = {node.attrib["name"] for tag in ("enum", "set") for node in ROOT.iterfind(f"types/{tag}")}
    assert names == {kind.__name__ for kind in CLASSES if kind is not IntEnum} | {"RejectCode"}


@pytest.mark.parametrize(
    ("ours", "engines"),
    [
        (words.Side, terms.Side),
        (words.OrderType, terms.OrderType),
        (words.TimeInForce, terms.TimeInForce),
        (words.SelfTradePrevention, terms.SelfTradePrevention),
        (words.EntityKind, terms.Kind),
        (words.EntryStatus, terms.OrdStatus),
    ],
)
def test_values_are_the_engines(ours: type[IntEnum], engines: type[IntEnum]) -> None:
    assert dict(engines.__members__).items() <= dict(ours.__members__).items()


def test_every_refusal_of_the_engine_has_its_number() -> None:
    assert {code.name: code.value for code in RejectCode}.items() <= REJECT_CODES.items()


def test_no_number_is_used_twice() -> None:
    assert len(set(REJECT_CODES.values())) == len(REJECT_CODES)
    assert 0 not in REJECT_CODES.values()


@pytest.mark.parametrize(
    ("message", "group", "row"),
    [
        ("BatchRequest", 1, requests.Cancel),
        ("BatchRequest", 2, requests.Quote),
        ("BatchRequest", 3, requests.NamedQuote),
        ("BatchRequest", 4, requests.Order),
        ("BatchReply", 2, replies.EntryReply),
    ],
)
def test_rows_have_the_fields_in_order(message: str, group: int, row: type[tuple[object, ...]]) -> None:
    columns = SCHEMA.messages[message].groups[group].columns
    assert tuple(snake(column.name) for column in columns) == row._fields  # type: ignore[attr-defined]


def test_both_groups_of_a_replys_entries_are_alike() -> None:
    _, entries, named = SCHEMA.messages["BatchReply"].groups
    assert named.columns[:-1] == entries.columns


def test_block_lengths_are_checked() -> None:
    with pytest.raises(ValueError, match="quotes: the fields are 43 bytes long"):
        read(XML.replace(b'blockLength="43"', b'blockLength="44"'))


@pytest.mark.parametrize("message", MESSAGES, ids=lambda node: node.get("name"))
def test_field_ids_are_unique_in_their_message(message: Tree.Element) -> None:
    ids = [node.attrib["id"] for node in message.iter() if node is not message]
    assert len(ids) == len(set(ids))


def test_a_malformation_is_its_code() -> None:
    assert all(malformation.name == malformation.value for malformation in Malformation)
