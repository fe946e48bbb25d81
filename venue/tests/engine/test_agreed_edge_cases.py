"""Price-time cases on which four independent engines agree. There an amend is a cancel and a new order."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from venue.engine import commands, events
from venue.engine.commands import Command
from venue.engine.events import Event
from venue.engine.market import MarketEngine
from venue.engine.terms import MarketStatus, OrderType, Side, TimeInForce
from venue.tests.engine.floor import MARKET, NOON, create_market

CASES = Path(__file__).resolve().parents[3].parent / "shared" / "vectors" / "matching_edge_cases.json"
SWEEP = "deep_recursive_sweep_5000"
ACKNOWLEDGED, TRADED, CANCELLED, AMENDED, NOT_CANCELLED, NOT_AMENDED = range(6)

pytestmark = pytest.mark.skipif(not CASES.exists(), reason="the cases are not here")


def cases() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(CASES.read_text())["cases"] if CASES.exists() else []
    return found


def sweep() -> list[dict[str, Any]]:
    """The case that is known by its hash alone: 5,000 sells of one lot at one price, and a buyer of all of them."""
    common = {"type": "new", "ioc": False, "price": 100}
    sells = [{**common, "seq": seq, "id": seq + 1, "side": "sell", "qty": 1} for seq in range(5000)]
    return [*sells, {**common, "seq": 5000, "id": 5001, "side": "buy", "qty": 5000}]


class Reporter:
    """Feeds a case to an engine and writes its reports as the cases do: "type,seq,…", sorted by the first two."""

    def __init__(self) -> None:
        self.engine = MarketEngine()
        self.sequence = 0
        self.lines: list[tuple[int, int, str]] = []
        self.ids: dict[int, int] = {}  # the case's id → ours
        self.names: dict[int, int] = {}
        self.apply(create_market(MARKET))
        self.apply(commands.SetMarketStatus(MARKET, MarketStatus.OPEN))

    def apply(self, command: Command) -> list[Event]:
        self.sequence += 1
        return self.engine.apply(self.sequence, NOON, command)

    def report(self, kind: int, seq: int, *values: int) -> None:
        self.lines.append((seq, kind, ",".join(map(str, (kind, seq, *values)))))

    def feed(self, message: dict[str, Any]) -> None:
        seq, number, qty, price = (message[name] for name in ("seq", "id", "qty", "price"))
        side = 0 if message["side"] == "buy" else 1
        if message["type"] == "new":
            self.report(ACKNOWLEDGED, seq, side, number, price, qty)
            self.place(message)
            return
        resting = self.engine.state.orders.get(self.ids.get(number, 0))
        if resting is None:
            self.report(NOT_CANCELLED if message["type"] == "cancel" else NOT_AMENDED, seq, number)
            return
        terms = (side, number, price, qty)
        if message["type"] == "cancel":
            self.report(CANCELLED, seq, int(resting.side) - 1, number, resting.price)
        else:
            self.report(AMENDED, seq, *terms)
        self.apply(commands.CancelOrder(resting.account.id, resting.firm, resting.id))
        if message["type"] == "modify":
            self.place(message)

    def place(self, message: dict[str, Any]) -> None:
        """Everyone is a firm of its own: there is no self-trade prevention in the cases."""
        kept = TimeInForce.IMMEDIATE_OR_CANCEL if message["ioc"] else TimeInForce.GOOD_TILL_CANCEL
        side = Side.BUY if message["side"] == "buy" else Side.SELL
        who = 1000 + self.sequence
        told = self.apply(
            commands.PlaceOrder(who, who, MARKET, side, OrderType.LIMIT, message["price"], message["qty"], kept)
        )
        for event in told:
            if isinstance(event, events.OrderPlaced):
                self.ids[message["id"]] = event.id
                self.names[event.id] = message["id"]
            elif isinstance(event, events.Traded):
                parties = (self.names[event.maker.id], self.names[event.taker.id])
                self.report(TRADED, message["seq"], event.price, event.size, *parties)
            elif isinstance(event, events.OrderCancelled):
                self.report(CANCELLED, message["seq"], int(side) - 1, message["id"], message["price"])


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["name"])
def test_agreed_edge_case(case: dict[str, Any]) -> None:
    messages = sweep() if case["name"] == SWEEP else case["messages"]
    assert len(messages) == case["n"]
    reporter = Reporter()
    for message in messages:
        reporter.feed(message)
    reports = [line for _, _, line in sorted(reporter.lines, key=lambda line: line[:2])]
    assert "expected" not in case or reports == case["expected"]
    assert hashlib.sha256("\n".join(reports).encode()).hexdigest() == case["sha256"]
