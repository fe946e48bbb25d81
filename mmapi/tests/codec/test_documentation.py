"""The dumps and the program of docs/binary.md are what they say."""

import re
from typing import Any

import pytest

from mmapi.codec.malformations import Malformation
from mmapi.tests.codec.examples import golden
from venue.launch.data import PROJECT

TEXT = (PROJECT / "docs" / "binary.md").read_text()
DUMP = re.compile(r"^```dump (\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PROGRAM = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def undumped(dump: str) -> bytes:
    """What is before the first double space of each line; 00*64 is 64 NULs."""
    pieces = [line.split("  ")[0] for line in dump.splitlines()]
    return b"".join(bytes(int(piece[3:])) if "*" in piece else bytes.fromhex(piece) for piece in pieces)


@pytest.mark.parametrize(("name", "dump"), DUMP.findall(TEXT))
def test_dumps(name: str, dump: str) -> None:
    assert undumped(dump).hex() == golden(name).hex()


def test_the_program() -> None:
    names: dict[str, Any] = {}
    exec(PROGRAM.findall(TEXT)[0], names)
    assert names["message"].hex() == golden("one_quote").hex()


def test_every_malformation_is_listed() -> None:
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", TEXT, re.MULTILINE))
    assert listed == set(Malformation) - {Malformation.INVALID_VALUE} | {"INVALID_PARAMETERS"}
