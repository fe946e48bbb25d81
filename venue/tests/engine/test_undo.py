"""Standing proof: what is undone has never been. A dry run and a batch that falls leave the state and every queue as
they were, and the engine goes on the same way as one that never saw them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from venue.engine import commands, events
from venue.engine.market import MarketEngine
from venue.engine.records import state_hash, take
from venue.engine.terms import Atomicity, Outcome
from venue.tests.engine.cast import GAMMA
from venue.tests.engine.floor import MARKET, Floor, placed, rules
from venue.tests.engine.invariants import check_state
from venue.tests.engine.random_commands import RandomCommands, seeds

Queues = dict[int, list[list[tuple[int, ...]]]]


def queues(engine: MarketEngine) -> Queues:
    """Both sides of each market in trading order, as (id, price, leaves, priority)."""
    return {
        number: [
            [(leg.owner.id, leg.price, leg.leaves, leg.priority) for level in side for leg in level]
            for side in (market.book.bids, market.book.asks)
        ]
        for number, market in engine.state.markets.items()
    }


@given(seed=seeds, length=st.integers(1, 120))
@settings(max_examples=150)
def test_what_is_undone_has_never_been(seed: int, length: int) -> None:
    engine, other = MarketEngine(), MarketEngine()
    for sequence, (now, command) in enumerate(RandomCommands(seed, engine, of_makers=True).take(length), start=1):
        expired = engine.apply(sequence, now, commands.ExpireDue())
        assert other.apply(sequence, now, commands.ExpireDue()) == expired
        before, placed = state_hash(take(other)), queues(other)
        if isinstance(command, commands.Batch):
            try_and_take_back(other, sequence, now, command)
            assert (state_hash(take(other)), queues(other)) == (before, placed)
            check_state(other)
        told = engine.apply(sequence, now, command)
        assert other.apply(sequence, now, command) == told
        assert state_hash(take(engine)) == state_hash(take(other))


def try_and_take_back(engine: MarketEngine, sequence: int, now: int, command: commands.Batch) -> None:
    """A dry run of the batch, and one that must fall because its last part is of no market."""
    parts = (*command.parts, commands.MarketBatch(9, quotes=(commands.BatchQuote(1, 1, 2, 1, 1),)))
    dry = commands.Batch(command.account, command.firm, command.atomicity, command.parts, dry_run=True)
    (done,) = engine.apply(sequence, now, dry)
    assert isinstance(done, events.BatchApplied)
    falls = commands.Batch(command.account, command.firm, Atomicity.BATCH, parts)
    *refusals, done = engine.apply(sequence, now, falls)
    assert isinstance(done, events.BatchApplied)
    assert all(isinstance(event, events.CommandRejected) for event in refusals)
    assert sum(result.outcome is Outcome.FAILURE for result in done.results) == 1


def test_a_quote_that_two_parts_touch(floor: Floor) -> None:
    """The first part moves it, the second cancels it, the third falls and takes both with it."""
    floor.apply(rules(band_bps=1_000))
    floor.apply(commands.SetReferencePrice(MARKET, 98))
    quote = placed(floor.quote(GAMMA, (5, 96), (3, 100)))
    before, placing = state_hash(take(floor.engine)), queues(floor.engine)
    moved = commands.MarketBatch(MARKET, quotes=(commands.BatchQuote(95, 5, 99, 3, 7_000, quote),))
    cancelled = commands.MarketBatch(MARKET, targets=(commands.Target(quote),))
    unknown = commands.MarketBatch(9, quotes=(commands.BatchQuote(1, 1, 2, 1, 1),))
    parts = (moved, cancelled, unknown)
    *_, done = floor.apply(commands.Batch(GAMMA.account, GAMMA.firm, Atomicity.BATCH, parts))
    assert isinstance(done, events.BatchApplied)
    floor.engine.state.sequence -= 1
    assert (state_hash(take(floor.engine)), queues(floor.engine)) == (before, placing)
