"""Standing proof: whoever keeps a row for each order and quote from the events alone has the engine's state."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from venue.engine import events
from venue.engine.events import Event, Fill
from venue.engine.market import MarketEngine
from venue.engine.records import take
from venue.engine.terms import OPEN_STATUSES, Kind, Side
from venue.tests.engine.random_commands import RandomCommands, seeds

Row = dict[str, Any]


class Rows:
    """What is kept: the last whole picture of each, and what fills changed since; positions by account and market."""

    def __init__(self) -> None:
        self.entities: dict[int, Row] = {}
        self.positions: dict[tuple[int, int], tuple[int, int]] = {}

    def note(self, event: Event) -> None:
        if isinstance(event, events.OrderEvent | events.QuoteEvent):
            self.entities[event.id] = msgspec.structs.asdict(event)
        elif isinstance(event, events.Traded):
            for fill in (event.maker, event.taker):
                self._filled(fill)
                self.positions[fill.account, event.market] = (fill.position, fill.position_cost)

    def _filled(self, fill: Fill) -> None:
        row = self.entities[fill.id]
        side = "" if fill.kind is Kind.ORDER else "bid_" if fill.side is Side.BUY else "ask_"
        row.update({"status": fill.status, f"{side}filled": fill.filled, f"{side}leaves": fill.leaves})
        if fill.kind is Kind.ORDER:
            row["filled_value"] = fill.filled_value

    def open(self) -> dict[int, Row]:
        return {number: row for number, row in self.entities.items() if row["status"] in OPEN_STATUSES}


@given(seed=seeds, length=st.integers(1, 150))
@settings(max_examples=60)
def test_events_tell_all(seed: int, length: int) -> None:
    engine, rows = MarketEngine(), Rows()
    for sequence, (now, command) in enumerate(RandomCommands(seed, engine, of_makers=True).take(length), start=1):
        for event in engine.apply(sequence, now, command):
            rows.note(event)
        snapshot = take(engine)
        orders = {one.id: msgspec.structs.asdict(one) for one in snapshot.orders}
        standing = orders | {one.id: msgspec.structs.asdict(one) for one in snapshot.quotes}
        kept = rows.open()
        assert {number: {name: kept[number][name] for name in row} for number, row in standing.items()} == standing
        assert kept.keys() == standing.keys()
        traded = {(one.account, one.market): (one.net, one.cost) for one in snapshot.positions if one.last_price}
        assert rows.positions == traded
