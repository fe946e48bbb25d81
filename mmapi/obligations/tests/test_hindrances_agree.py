"""Random commands: what keeps an account from quoting is known from the journal as the engine has it."""

from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from mmapi.obligations import journal
from mmapi.obligations.integration.hindrances import Hindrances
from venue import sandbox
from venue.engine import commands, events
from venue.engine.market import MarketEngine
from venue.engine.terms import DisconnectScope, OrderType, Side, TimeInForce
from venue.sandbox import SandboxMarket

MARKETS: Final = (1, 2)
ACCOUNTS: Final = (11, 12)
TAKER: Final = 99
FOLLOWED: Final = set(journal.NAMES) - {"SetMarketStatus"}

account = st.sampled_from(ACCOUNTS)
market = st.sampled_from(MARKETS)
group = st.sampled_from(("", "g"))
session = st.sampled_from((1, 2))
scope = st.sampled_from(DisconnectScope)
clock = st.integers(0, 60)


def firm_of(number: int) -> int:
    return number + 1_000


@st.composite
def protections(draw: Any) -> Any:
    owner, name = draw(account), draw(group)
    markets = tuple(sorted(draw(st.sets(st.sampled_from((*MARKETS, 7)), min_size=1, max_size=2 if name else 1))))
    frozen = draw(st.sampled_from((0, 5, 20)))
    return commands.ConfigureProtection(owner, firm_of(owner), name, markets, 1_000, frozen, trade_count=1)


@st.composite
def changes(draw: Any) -> Any:
    owner, name = draw(account), draw(group)
    kind = draw(st.sampled_from((commands.ResetProtection, commands.RemoveProtection)))
    return kind(owner, firm_of(owner), name, 0 if name else draw(market))


@st.composite
def silences(draw: Any) -> Any:
    owner, where, at = draw(account), draw(scope), draw(clock)
    number = draw(market) if where is DisconnectScope.MARKET else 0
    key = (draw(session), where, number)
    owned = (owner, firm_of(owner))
    timeout, lock = draw(st.sampled_from((0, 5))), draw(st.booleans())
    return draw(
        st.sampled_from(
            (
                commands.ConfigureDisconnect(*owned, *key, timeout, lock, at, "", ""),
                commands.FireDisconnect(*key, at, at),
                commands.RearmDisconnect(key[0], at),
                commands.UnlockSession(*owned, draw(st.sampled_from((0, 1, 2))), at),
                commands.CloseSession(*owned, draw(st.sampled_from((0, 1, 2)))),
            )
        )
    )


@st.composite
def quotes(draw: Any) -> Any:
    owner = draw(account)
    return commands.PlaceQuote(owner, firm_of(owner), draw(market), 9_990, 5, 10_010, 5, 300_000)


@st.composite
def fills(draw: Any) -> Any:
    owner = (TAKER, firm_of(TAKER))
    return commands.PlaceOrder(
        *owner, draw(market), Side.SELL, OrderType.LIMIT, 9_990, 1, TimeInForce.IMMEDIATE_OR_CANCEL
    )


steps = st.lists(st.tuples(st.integers(0, 8), st.one_of(protections(), changes(), silences(), quotes(), fills())))


@settings(max_examples=300, deadline=None)
@given(steps)
def test_both_know_the_same(told: list[tuple[int, commands.Command]]) -> None:
    engine, known, now = MarketEngine(), Hindrances(), 1_000
    opening = [
        command
        for number in MARKETS
        for command in sandbox.opening(SandboxMarket(number, f"A{number}", "1", "1", "10000"))
    ]
    for sequence, (pause, command) in enumerate([*((0, one) for one in opening), *told], start=1):
        now += pause
        happened = engine.apply(sequence, now, command)
        if type(command).__name__ in FOLLOWED:
            known.take(type(command).__name__, command)
        for event in happened:
            if isinstance(event, events.ProtectionTriggered):
                known.trigger(event.account, event.group, event.market, now)
        compare(engine, known, now)


def compare(engine: MarketEngine, known: Hindrances, now: int) -> None:
    state = engine.state
    for number in ACCOUNTS:
        protections = state.accounts[number].protections.values() if number in state.accounts else ()
        settings = [one for one in state.disconnects.values() if one.account == number]
        for place in MARKETS:
            until = max((one.frozen_until for one in protections if place in one.terms.markets), default=0)
            assert (known.frozen_until(number, place) > now, known.frozen_until(number, place)) == (until > now, until)
            silent = [one for one in settings if one.fired or one.locked]
            covering = [one for one in silent if one.scope is not DisconnectScope.MARKET or one.market == place]
            assert known.is_disconnected(number, place) == bool(covering)
