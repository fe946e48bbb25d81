"""If everything at work on one side filled, the position would still be within its limit, on each side."""

import pytest

from venue.engine import commands
from venue.engine.rejects import Reject, RejectCode
from venue.tests.engine.cast import ALPHA, BETA, GAMMA
from venue.tests.engine.floor import MARKET, OTHER_MARKET, Floor, placed, rejected, rejection, rules


@pytest.fixture
def limited(floor: Floor) -> Floor:
    floor.apply(commands.SetPositionLimit(ALPHA.account, ALPHA.firm, MARKET, 10))
    return floor


def test_what_works_counts(limited: Floor) -> None:
    assert rejected(limited.buy(ALPHA, 6, 99)) is None
    assert rejection(limited.buy(ALPHA, 5, 99)) == Reject(RejectCode.POSITION_ABOVE_LIMIT, 10, 11, -1)
    assert rejected(limited.buy(ALPHA, 4, 99)) is None


def test_each_side_for_itself(limited: Floor) -> None:
    limited.buy(ALPHA, 10, 99)
    assert rejected(limited.sell(ALPHA, 10, 101)) is None
    assert rejected(limited.sell(ALPHA, 1, 101)) is RejectCode.POSITION_ABOVE_LIMIT


def test_a_position_makes_room_on_the_other_side(limited: Floor) -> None:
    limited.lay_out("| 100 | Gamma 8")
    limited.buy(ALPHA, 8, 100)
    assert rejected(limited.buy(ALPHA, 3, 99)) is RejectCode.POSITION_ABOVE_LIMIT
    assert rejected(limited.sell(ALPHA, 18, 101)) is None
    assert rejected(limited.sell(ALPHA, 1, 101)) is RejectCode.POSITION_ABOVE_LIMIT


def test_a_quote_is_held_to_it_on_both_sides(limited: Floor) -> None:
    assert rejected(limited.quote(ALPHA, (5, 99), (11, 101))) is RejectCode.POSITION_ABOVE_LIMIT
    quote = placed(limited.quote(ALPHA, (5, 99), (5, 101)))
    assert rejected(limited.update(ALPHA, quote, bid_size=11)) is RejectCode.POSITION_ABOVE_LIMIT
    assert rejected(limited.update(ALPHA, quote, bid_size=10)) is None


def test_what_lowers_it_is_never_refused(limited: Floor) -> None:
    quote = placed(limited.quote(ALPHA, (8, 99), (8, 101)))
    limited.apply(commands.SetPositionLimit(ALPHA.account, ALPHA.firm, MARKET, 5))
    assert rejected(limited.update(ALPHA, quote, bid_size=7, ask_size=7)) is None
    assert rejected(limited.update(ALPHA, quote, bid_price=98, ask_price=102)) is None
    assert rejected(limited.update(ALPHA, quote, bid_size=8)) is RejectCode.POSITION_ABOVE_LIMIT


def test_it_holds_in_its_market_alone(limited: Floor) -> None:
    assert rejected(limited.buy(ALPHA, 11, 99, market=OTHER_MARKET)) is None
    assert rejected(limited.buy(GAMMA, 11, 99)) is None


def test_the_market_limits_who_has_no_limit_of_its_own(limited: Floor) -> None:
    limited.buy(BETA, 1, 90)
    limited.apply(rules(max_position=3))
    assert rejected(limited.buy(BETA, 3, 90)) is RejectCode.POSITION_ABOVE_LIMIT
    assert rejected(limited.buy(BETA, 2, 90)) is None
    assert rejected(limited.buy(ALPHA, 10, 90)) is None
    limited.apply(commands.SetPositionLimit(ALPHA.account, ALPHA.firm, MARKET, 0))
    assert rejected(limited.buy(ALPHA, 1, 90)) is RejectCode.POSITION_ABOVE_LIMIT


def test_room_comes_back_with_a_cancel(limited: Floor) -> None:
    order = placed(limited.buy(ALPHA, 10, 99))
    limited.cancel_order(ALPHA, order)
    assert rejected(limited.buy(ALPHA, 10, 99)) is None
