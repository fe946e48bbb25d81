"""docs/batches.md as it is printed: its examples in their order on a venue that nobody traded on before, and after each
of its batches the digest of the open quotes as its program computes it."""

import json
import re
from decimal import Decimal
from typing import Any, Final

from venue.launch import data
from venue.tests.demo.open_venue import OpenVenue
from venue.tests.demo.test_protocol import EXAMPLE, Clients, read, steady

PROGRAM: Final = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
UNIX_MS: Final = re.compile(r"[1-9]\d{12}")


def test_the_examples_are_real() -> None:
    text = (data.PROJECT / "docs" / "batches.md").read_text()
    examples = EXAMPLE.findall(text)
    assert len(examples) == text.count("```http") > 20
    program: dict[str, Any] = {}
    exec(PROGRAM.findall(text)[0], program)
    with OpenVenue(demo=False) as venue:
        clients = Clients(venue)
        for name, request, status, printed in examples:
            answered_status, answered = clients.send(name, request)
            assert (answered_status, told(answered)) == (int(status), told(printed)), request
            answer = json.loads(answered)
            if "openQuotesDigest" in answer and not answer["dryRun"]:
                assert program["open_quotes_digest"](*open_quotes(clients)) == answer["openQuotesDigest"], request


def told(raw: str | bytes) -> Any:
    return without_moments(steady(read(raw)))


def without_moments(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_moments(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [without_moments(inner) for inner in value]
    return "moment" if isinstance(value, str) and UNIX_MS.fullmatch(value) else value


def open_quotes(clients: Clients) -> tuple[list[Any], list[Any]]:
    """All of Alpha's, and the markets."""
    statuses = ("active", "partially_filled")
    pages = [ask(clients, f"/api/sdk/quotes?status={status}")["quotes"] for status in statuses]
    return [quote for page in pages for quote in page], ask(clients, "/api/v1/markets")["markets"]


def ask(clients: Clients, target: str) -> Any:
    status, answered = clients.send("alpha", f"GET {target}\n")
    assert status == 200, answered
    return json.loads(answered, parse_float=Decimal, parse_int=Decimal)
