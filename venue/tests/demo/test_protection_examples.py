"""The examples of docs/protection.md, sent in their order to a venue that nobody traded on before."""

from typing import Any

from venue.launch import data
from venue.tests.demo.open_venue import OpenVenue
from venue.tests.demo.test_protocol import EXAMPLE, Clients, read, steady


def test_the_examples_are_real() -> None:
    examples = EXAMPLE.findall((data.PROJECT / "docs" / "protection.md").read_text())
    assert len(examples) > 8
    with OpenVenue(demo=False) as venue:
        clients = Clients(venue)
        for name, request, status, printed in examples:
            answered_status, answered = clients.send(name, request)
            assert (answered_status, plain(answered)) == (int(status), plain(printed)), request


def plain(raw: str | bytes) -> Any:
    return without_remaining(steady(read(raw)))


def without_remaining(value: Any) -> Any:
    """Of a freeze only that there is a rest of it."""
    if isinstance(value, list):
        return [without_remaining(one) for one in value]
    if not isinstance(value, dict):
        return value
    rest = value.get("remainingFrozenMs")
    passing = {"remainingFrozenMs": "some"} if rest else {}
    return {name: without_remaining(one) for name, one in value.items()} | passing
