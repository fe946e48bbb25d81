"""Standing proof: where everybody is protected and orders are large, the engine says what the naive one says, and a
state taken down and restored goes on the same way."""

from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from venue.engine import commands
from venue.engine.commands import Command
from venue.engine.market import MarketEngine
from venue.engine.records import Snapshot, restore, state_hash, take
from venue.engine.terms import OrderType, SelfTradePrevention, Side, TimeInForce
from venue.tests.engine.cast import CAST
from venue.tests.engine.floor import MARKET, OTHER_MARKET
from venue.tests.engine.invariants import check_events, check_state
from venue.tests.engine.naive import NaiveEngine
from venue.tests.engine.random_commands import RandomCommands, seeds
from venue.tests.engine.test_naive_book_agrees import _naive_queues, _queues, _without_priority
from venue.tests.engine.test_records import Stamped, run, whole


class Protected(RandomCommands):
    """Everybody is protected; many quotes and small orders at rest, which large orders and crossing quotes meet."""

    def __init__(self, seed: int, engine: MarketEngine) -> None:
        super().__init__(seed, engine)
        drawn: list[Any] = [self.order, self.quote, self.sweep, self.crossing_quote, self.update, self.protection]
        self._kinds = self._random.choices(drawn, weights=[20, 20, 20, 10, 10, 8], k=200)
        self._opening = [self._first_protection(member) for member in CAST]

    def _first_protection(self, member: Any) -> Command:
        pick = self._one_of
        limits = (pick([0, 7]), pick([0, 4]), pick([0, 900_000]), pick([1, 2, 3]))
        times = (pick([40, 10_000]), pick([20, 20, 0]))
        markets = (MARKET, OTHER_MARKET)
        return commands.ConfigureProtection(
            member.account, member.firm, "all", markets, *times, *limits, pick([True, False])
        )

    def _rules(self, market: int) -> Command:  # type: ignore[override]
        """No limit of the market's is in the way."""
        return self._opening.pop() if self._opening else commands.ExpireDue()

    def _risk_limits(self) -> Command:  # type: ignore[override]
        return self._rules(MARKET)

    def _client(self) -> tuple[str, int]:
        return "", 0

    def sweep(self) -> Command:
        if self._opening:
            return self._opening.pop()
        member, side = self._one_of(CAST), self._one_of(list(Side))
        kept = self._one_of([TimeInForce.FILL_OR_KILL] * 2 + [TimeInForce.IMMEDIATE_OR_CANCEL])
        price = self._random.randint(101, 106) if side is Side.BUY else self._random.randint(94, 99)
        modes = self._one_of([SelfTradePrevention.CANCEL_OLDEST, SelfTradePrevention.CANCEL_NEWEST])
        terms = (side, OrderType.LIMIT, price, self._random.randint(2, 14), kept, 0, False, modes)
        return commands.PlaceOrder(member.account, member.firm, MARKET, *terms)

    def crossing_quote(self) -> Command:
        member = self._one_of(CAST)
        bid = self._random.choice((90, 103, 105))
        terms = (bid, self._random.randint(2, 12), bid + 6, self._random.randint(2, 12), 1_000)
        return commands.PlaceQuote(member.account, member.firm, MARKET, *terms)


@given(seed=seeds, length=st.integers(1, 120))
@settings(max_examples=150)
def test_naive_book_agrees_under_protection(seed: int, length: int) -> None:
    engine, naive = MarketEngine(), NaiveEngine()
    for sequence, (now, command) in enumerate(Protected(seed, engine).take(length), start=1):
        told = engine.apply(sequence, now, command)
        assert [_without_priority(event) for event in told] == naive.apply(sequence, now, command)
        assert _queues(engine) == _naive_queues(naive)
        check_events(engine, told)
        check_state(engine)


def script(seed: int, length: int) -> Stamped:
    engine, drawn = MarketEngine(), []
    for sequence, (now, command) in enumerate(Protected(seed, engine).take(length), start=1):
        engine.apply(sequence, now, command)
        drawn.append((now, command))
    return drawn


@given(seed=seeds, before=st.integers(0, 100), after=st.integers(1, 60))
@settings(max_examples=100)
def test_restored_the_windows_are_the_same(seed: int, before: int, after: int) -> None:
    engine, drawn = MarketEngine(), script(seed, before + after)
    run(engine, drawn[:before])
    restored = restore(msgspec.msgpack.decode(msgspec.msgpack.encode(whole(engine)), type=Snapshot))
    check_state(restored)
    assert run(restored, drawn[before:]) == run(engine, drawn[before:])
    assert state_hash(take(restored)) == state_hash(take(engine))
