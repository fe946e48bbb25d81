"""Random commands: what keeps an account from quoting is known from the journal as the engine has it."""

from random import Random
from typing import Final

import pytest

from mmapi.obligations import journal
from mmapi.obligations.integration.hindrances import Hindrances
from venue import sandbox
from venue.engine import commands, events
from venue.engine.commands import Command
from venue.engine.market import MarketEngine
from venue.engine.terms import DisconnectScope, OrderType, Side, TimeInForce
from venue.sandbox import SandboxMarket

MARKETS: Final = (1, 2, 3)
ACCOUNTS: Final = (11, 12)
TAKER: Final = 99
_OF_MARKET: Final = DisconnectScope.MARKET
FOLLOWED: Final = set(journal.NAMES) - {"SetMarketStatus"}


def owner_of(chance: Random) -> tuple[int, int]:
    account = chance.choice(ACCOUNTS)
    return account, account + 1_000


def protect(chance: Random) -> Command:
    """One market or a group of some; market 7 does not exist."""
    group = chance.choice(("", "g", "h"))
    markets = tuple(sorted(chance.sample((*MARKETS, 7), chance.choice((1, 2)) if group else 1)))
    return commands.ConfigureProtection(
        *owner_of(chance), group, markets, 1_000, chance.choice((0, 9, 30)), trade_count=1
    )


def change_protection(chance: Random) -> Command:
    kind = chance.choice((commands.ResetProtection, commands.RemoveProtection))
    group = chance.choice(("", "g", "h"))
    return kind(*owner_of(chance), group, 0 if group else chance.choice(MARKETS))


def silence(chance: Random) -> Command:
    scope, at, session = chance.choice(list(DisconnectScope)), chance.randrange(60), chance.choice((1, 2))
    market = chance.choice(MARKETS) if scope is _OF_MARKET else 0
    owner, timeout, lock = owner_of(chance), chance.choice((0, 5, 5)), chance.random() < 0.5
    return chance.choice(
        (
            commands.ConfigureDisconnect(*owner, session, scope, market, timeout, lock, at, "", ""),
            commands.FireDisconnect(session, scope, market, at, at),
            commands.FireDisconnect(session, scope, market, at, at),
            commands.RearmDisconnect(session, at),
            commands.UnlockSession(*owner, chance.choice((0, 1, 2)), at),
            commands.CloseSession(*owner, session),
        )
    )


def quote(chance: Random) -> Command:
    return commands.PlaceQuote(*owner_of(chance), chance.choice(MARKETS), 9_990, 1, 10_010, 1, 300_000)


def hit(chance: Random) -> Command:
    terms = (chance.choice(MARKETS), Side.SELL, OrderType.LIMIT, 9_990, 1, TimeInForce.IMMEDIATE_OR_CANCEL)
    return commands.PlaceOrder(TAKER, TAKER, *terms)


STEPS: Final = (protect, change_protection, silence, silence, quote, quote, quote, hit, hit, hit)


@pytest.mark.parametrize("seed", range(20))
def test_both_know_the_same(seed: int) -> None:
    chance, engine, known, now, frozen, silent = Random(seed), MarketEngine(), Hindrances(), 1_000, 0, 0
    opening = [one for n in MARKETS for one in sandbox.opening(SandboxMarket(n, f"A{n}", "1", "1", "10000"))]
    for sequence in range(1, 600):
        now += chance.randrange(6)
        command = opening[sequence - 1] if sequence <= len(opening) else chance.choice(STEPS)(chance)
        happened = engine.apply(sequence, now, command)
        if type(command).__name__ in FOLLOWED:
            known.take(type(command).__name__, command)
        for event in happened:
            if isinstance(event, events.ProtectionTriggered):
                known.trigger(event.account, event.group, event.market, now)
                frozen += 1
            silent += isinstance(event, events.DisconnectFired)
        compare(engine, known)
    assert frozen or silent


def compare(engine: MarketEngine, known: Hindrances) -> None:
    state = engine.state
    for number in ACCOUNTS:
        protections = state.accounts[number].protections.values() if number in state.accounts else ()
        settings = [one for one in state.disconnects.values() if one.account == number]
        for place in MARKETS:
            until = max((one.frozen_until for one in protections if place in one.terms.markets), default=0)
            assert known.frozen_until(number, place) == until
            silent = [one for one in settings if one.fired or one.locked]
            covering = [one for one in silent if one.scope is not DisconnectScope.MARKET or one.market == place]
            assert known.is_disconnected(number, place) == bool(covering)
