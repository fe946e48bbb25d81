"""What happens in the venue comes up as an alert on the board."""

import pytest
from django.contrib.auth.models import User

from desk.kill import switches
from desk.tests.stopping import Kind, target
from desk.tests.test_board import board
from mmapi.tests import desk as sessions
from venue import markets
from venue.engine.terms import MarketStatus
from venue.tests.cast import Trader, wait_until


def alerted(rule: str, word: str) -> bool:
    return any(alert.rule == rule and word in alert.text for alert in board().alerts)


def test_a_market_without_quotes(alpha: Trader) -> None:
    symbol = alpha.market.symbol
    assert alerted("one_sided", symbol)
    alpha.quote()
    wait_until(lambda: not alerted("one_sided", symbol))


def test_a_halted_market(alpha: Trader) -> None:
    markets.set_status(alpha.market, MarketStatus.HALTED, "Outage")
    assert alerted("halted", f"{alpha.market.symbol} is halted: Outage")


def test_a_session_that_fell_silent(alpha: Trader) -> None:
    sessions.arm(alpha, 1_000)
    wait_until(lambda: alerted("session_fired", alpha.party.account.name), 10)


def test_a_frozen_protection(alpha: Trader, beta: Trader) -> None:
    terms = {"market": alpha.market.symbol, "windowMs": 1000, "frozenMs": 60_000, "notional": 1}
    assert alpha.call("PUT", "/api/v1/mm/protection", terms).status == 200
    alpha.quote(bidPrice=49990)
    beta.order("sell", 0.1, 49990, timeInForce="IOC")
    wait_until(lambda: alerted("protection_frozen", alpha.party.account.name))


@pytest.mark.parametrize("kind", [Kind.FIRM, Kind.KEY])
def test_an_engaged_kill_switch(first: User, second: User, alpha: Trader, kind: str) -> None:
    switch = switches.engage(target(kind, alpha), first, "Drill of the board")
    assert alerted("kill_switch", "Drill of the board")
    switches.lift(switch, second, "Over")
    assert not alerted("kill_switch", str(switch))
