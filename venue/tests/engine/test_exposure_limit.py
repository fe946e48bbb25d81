"""Open notional and positions of an account, over all its markets, stay below its limit."""

import pytest

from venue.engine import commands
from venue.engine.rejects import Reject, RejectCode
from venue.engine.terms import MarketStatus
from venue.tests.engine.cast import ALPHA, BETA
from venue.tests.engine.floor import (
    DECREMENT,
    IOC,
    OTHER_MARKET,
    Floor,
    create_market,
    placed,
    rejected,
    rejection,
)

VALUE = 1000  # of a lot at one tick


@pytest.fixture
def limited(floor: Floor) -> Floor:
    floor.apply(commands.SetRiskLimits(ALPHA.account, ALPHA.firm, max_exposure=1000 * VALUE))
    return floor


def test_both_sides_of_a_quote_count(limited: Floor) -> None:
    refusal = rejection(limited.quote(ALPHA, (5, 99), (5, 103)))
    assert refusal == Reject(RejectCode.EXPOSURE_ABOVE_LIMIT, 1000 * VALUE, 1010 * VALUE, -10 * VALUE)
    quote = placed(limited.quote(ALPHA, (5, 99), (5, 101)))
    assert limited.exposure(ALPHA) == 1000 * VALUE
    assert rejected(limited.update(ALPHA, quote, ask_price=102)) is RejectCode.EXPOSURE_ABOVE_LIMIT
    assert rejected(limited.update(ALPHA, quote, bid_price=98, ask_price=102)) is None


def test_a_position_counts_at_its_last_fill(limited: Floor) -> None:
    limited.lay_out("| 100 | Beta 4")
    limited.buy(ALPHA, 4, 100)
    assert limited.exposure(ALPHA) == 400 * VALUE
    limited.lay_out("Beta 1 | 200 |")
    limited.sell(ALPHA, 1, 200)
    assert limited.exposure(ALPHA) == 3 * 200 * VALUE


def test_all_markets_count_together(limited: Floor) -> None:
    limited.buy(ALPHA, 6, 100)
    assert rejected(limited.buy(ALPHA, 5, 100, market=OTHER_MARKET)) is RejectCode.EXPOSURE_ABOVE_LIMIT
    limited.apply(create_market(3, value_scale=1))
    limited.apply(commands.SetMarketStatus(3, MarketStatus.OPEN))
    assert rejected(limited.buy(ALPHA, 5, 100, market=3)) is None


def test_who_sells_low_into_a_high_bid_is_taken_at_the_bid(limited: Floor) -> None:
    limited.lay_out("Beta 20 | 100 |")
    assert rejected(limited.sell(ALPHA, 11, 50)) is RejectCode.EXPOSURE_ABOVE_LIMIT
    assert rejected(limited.quote(ALPHA, (1, 40), (11, 50))) is RejectCode.EXPOSURE_ABOVE_LIMIT
    assert rejected(limited.sell(ALPHA, 10, 50)) is None


def test_it_is_exact_after_all_that_ends_an_order(limited: Floor) -> None:
    """Expiry, self-trade prevention in both directions, and what never came to rest."""
    limited.quote(ALPHA, (2, 99), (2, 101), valid_for_ms=10)
    limited.wait(10)
    limited.buy(ALPHA, 3, 100)
    limited.sell(ALPHA, 1, 100, self_trade_prevention=DECREMENT)
    assert limited.exposure(ALPHA) == 200 * VALUE
    limited.sell(ALPHA, 5, 100, self_trade_prevention=DECREMENT)
    assert limited.exposure(ALPHA) == 300 * VALUE
    limited.buy(BETA, 1, 100)
    assert limited.exposure(ALPHA) == 200 * VALUE + 100 * VALUE
    limited.sell(ALPHA, 1, 150, time_in_force=IOC)
    assert limited.exposure(ALPHA) == 300 * VALUE
