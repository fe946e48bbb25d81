"""docs/obligations.md as it is printed, played in its order on a venue as `make run` has it."""

import json
import re
import shlex
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from venue.launch import data
from venue.tests.demo.open_venue import OpenVenue
from venue.tests.demo.test_protocol import TIME, Clients, read

FENCE: Final = re.compile(r"^```(http|sh|json|csv) (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS: Final = "/api/v1/mm/markets/BTC-USD/quote-obligations"
# Running figures, and what they say in words.
RUNNING: Final = re.compile(
    r".*[sS]econds|presencePercent|sentence|day|month|tradingDays|days[A-Z]\w+|requestId|latestStart|spreadBps|bidSize|askSize"
)


@pytest.fixture(scope="module")
def venue() -> Iterator[OpenVenue]:
    with OpenVenue(demo=False) as found:
        yield found


def steady(value: Any) -> Any:
    """Without what runs; which fields there are stays."""
    if isinstance(value, dict):
        return {name: inside(name, inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [steady(inner) for inner in value]
    return "time" if isinstance(value, str) and TIME.fullmatch(value) else value


def inside(name: str, value: Any) -> Any:
    if name in ("secondsByReason", "excludedSeconds"):
        return dict.fromkeys(value, "varies")
    if isinstance(value, dict):
        found = {"status": "varies"} if name in ("stillNeeded", "month") else {}
        return {**steady(value), **found}
    if name in ("met", "until"):
        return "varies"
    return "varies" if RUNNING.fullmatch(name) and not isinstance(value, list) else steady(value)


def test_the_page_is_real(venue: OpenVenue) -> None:
    clients = Clients(venue)
    last: tuple[str, str] = ("", "")
    played = 0
    for kind, word, text in FENCE.findall((data.PROJECT / "docs" / "obligations.md").read_text()):
        if kind == "sh":
            for line in text.splitlines():
                venue.manage(*shlex.split(line)[1:], "--json")
        elif kind == "http":
            last = (word, text)
        else:
            answered = answers(clients, *last, kind, word)
            wanted = text if kind == "csv" else steady(read(text))
            assert eventually(answered, wanted), (text, answered())
            played += 1
    assert played == 7


def answers(clients: Clients, name: str, request: str, kind: str, word: str) -> Callable[[], Any]:
    """What is to be compared with the print: the whole answer, or the part that the fence names."""
    if kind == "csv":
        return lambda: clients.send("alpha", f"GET {ADDRESS}?format=csv")[1].decode().splitlines()[0] + "\n"
    if word == "marketState":
        return lambda: steady(read(clients.send("alpha", f"GET {ADDRESS}")[1])["marketState"])
    if word == "days":
        return lambda: steady(read(clients.send(name, request)[1])["accounts"][0]["days"])
    sent: list[Any] = []

    def once() -> Any:
        """A change is made once; a reading may be repeated until the journal was followed."""
        if not sent or request.startswith("GET"):
            sent[:] = [clients.send(name, request)]
        status, raw = sent[0]
        return steady(json.loads(raw, parse_float=str, parse_int=str)) if status == int(word) else (status, raw)

    return once


def eventually(answered: Callable[[], Any], wanted: Any) -> bool:
    deadline = time.monotonic() + 10
    while answered() != wanted:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def test_the_reason_changes_with_the_state(venue: OpenVenue) -> None:
    """The page says that Alpha is too wide in normal times and compliant in stressed ones."""
    clients = Clients(venue)

    def now() -> Any:
        return json.loads(clients.send("alpha", f"GET {ADDRESS}")[1])["accounts"][0]["now"]

    assert eventually(lambda: now()["status"], "compliant")
    venue.manage("endstate", "BTC-USD")
    assert eventually(lambda: now()["reason"], "too_wide")
