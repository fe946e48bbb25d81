"""Standing proof: on random commands the engine says what the naive one says, and its books hold together."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from venue.engine.events import Event
from venue.engine.market import MarketEngine
from venue.engine.terms import Side
from venue.tests.engine.invariants import check_events, check_state, check_transitions
from venue.tests.engine.naive import NaiveEngine
from venue.tests.engine.random_commands import RandomCommands, seeds

_PRIORITIES = ("priority", "bid_priority", "ask_priority")


@given(seed=seeds, length=st.integers(1, 150))
@settings(max_examples=150)
def test_naive_book_agrees(seed: int, length: int) -> None:
    engine, naive = MarketEngine(), NaiveEngine()
    all_told: list[Event] = []
    for sequence, (now, command) in enumerate(RandomCommands(seed, engine).take(length), start=1):
        told = engine.apply(sequence, now, command)
        expected = naive.apply(sequence, now, command)
        assert [_without_priority(event) for event in told] == expected
        assert _queues(engine) == _naive_queues(naive)
        check_events(engine, told)
        check_state(engine)
        all_told += told
    check_transitions(all_told)


def _without_priority(event: Event) -> Event:
    zeros: dict[str, Any] = {name: 0 for name in _PRIORITIES if name in event.__struct_fields__}
    return msgspec.structs.replace(event, **zeros) if zeros else event


def _queues(engine: MarketEngine) -> dict[int, list[list[tuple[int, int, int]]]]:
    """Both sides of each market in trading order, as (id, price, leaves)."""
    return {
        number: [
            [(leg.owner.id, leg.price, leg.leaves) for level in side for leg in level]
            for side in (market.book.bids, market.book.asks)
        ]
        for number, market in engine.state.markets.items()
    }


def _naive_queues(naive: NaiveEngine) -> dict[int, list[list[tuple[int, int, int]]]]:
    return {
        number: [[(leg.entity.id, leg.price, leg.leaves) for leg in naive.queue(number, side)] for side in Side]
        for number in naive.markets
    }
