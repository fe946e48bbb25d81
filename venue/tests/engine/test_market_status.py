"""A halted or closed market takes nothing new; what rests may still leave."""

import pytest

from venue.engine import commands
from venue.engine.rejects import RejectCode
from venue.engine.terms import MarketStatus
from venue.tests.engine.cast import ALPHA, BETA
from venue.tests.engine.floor import MARKET, OTHER_MARKET, Floor, create_market, names, placed, rejected

REASONS = [
    (MarketStatus.HALTED, RejectCode.MARKET_HALTED),
    (MarketStatus.CLOSED, RejectCode.MARKET_CLOSED),
]


@pytest.mark.parametrize(("status", "reason"), REASONS)
def test_nothing_new(floor: Floor, status: MarketStatus, reason: RejectCode) -> None:
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101)))
    floor.apply(commands.SetMarketStatus(MARKET, status, "maintenance"))
    assert rejected(floor.buy(BETA, 1, 101)) is reason
    assert rejected(floor.quote(BETA, (1, 98), (1, 103))) is reason
    assert rejected(floor.update(ALPHA, quote, bid_price=98)) is reason
    assert rejected(floor.buy(BETA, 1, 101, market=OTHER_MARKET)) is None


@pytest.mark.parametrize("status", [MarketStatus.HALTED, MarketStatus.CLOSED])
def test_what_rests_may_leave(floor: Floor, status: MarketStatus) -> None:
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101), valid_for_ms=10))
    order = placed(floor.buy(BETA, 1, 98))
    floor.apply(commands.SetMarketStatus(MARKET, status))
    assert names(floor.cancel_order(BETA, order)) == ["OrderCancelled"]
    assert names(floor.wait(10)) == ["QuoteExpired"]
    assert rejected(floor.cancel_quote(ALPHA, quote)) is RejectCode.UNKNOWN_QUOTE


def test_an_unknown_market(floor: Floor) -> None:
    assert rejected(floor.buy(BETA, 1, 101, market=9)) is RejectCode.UNKNOWN_MARKET
    assert rejected(floor.quote(BETA, (1, 98), (1, 103), market=9)) is RejectCode.UNKNOWN_MARKET
    assert rejected(floor.apply(commands.SetMarketStatus(9, MarketStatus.OPEN))) is RejectCode.UNKNOWN_MARKET


def test_a_market_is_created_once_and_closed(floor: Floor) -> None:
    floor.apply(create_market(5))
    assert rejected(floor.buy(BETA, 1, 101, market=5)) is RejectCode.MARKET_CLOSED
    assert rejected(floor.apply(create_market(5))) is RejectCode.MARKET_EXISTS
