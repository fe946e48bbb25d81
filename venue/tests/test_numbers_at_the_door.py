"""Every number that a body or query may have is read strictly: Python's own decimals take 1_000 and NaN, too."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec
import pytest

import venue.urls  # noqa: F401  whatever answers is loaded by it
from accounts.bodies import Fields, Number, may_hold


def kinds(kind: type[Fields] = Fields) -> Iterator[type[Fields]]:
    for derived in kind.__subclasses__():
        yield derived
        yield from kinds(derived)


@pytest.mark.parametrize("kind", sorted(set(kinds()), key=str), ids=str)
def test_no_plain_decimals_or_floats(kind: type[Fields]) -> None:
    for member in msgspec.structs.fields(kind):
        assert not may_hold(member.type, Decimal), f"{member.name}: {Number.__name__} is what reads one"
        assert not may_hold(member.type, float), member.name
