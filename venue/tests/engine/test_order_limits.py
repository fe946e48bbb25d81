"""Size, notional and the number of open orders, each with the limit, what was seen and the room."""

from venue.engine import commands
from venue.engine.rejects import Reject, RejectCode
from venue.tests.engine.cast import ALPHA, BETA
from venue.tests.engine.floor import Floor, placed, rejected, rejection, rules

VALUE = 1000


def test_size(floor: Floor) -> None:
    floor.apply(rules(max_order_size=10))
    assert rejected(floor.buy(BETA, 10, 100)) is None
    assert rejection(floor.buy(BETA, 12, 100)) == Reject(RejectCode.ORDER_SIZE_ABOVE_LIMIT, 10, 12, -2)


def test_notional(floor: Floor) -> None:
    floor.apply(rules(min_notional=200 * VALUE, max_notional=900 * VALUE))
    below = Reject(RejectCode.NOTIONAL_BELOW_MINIMUM, 200 * VALUE, 199 * VALUE, -VALUE)
    assert rejection(floor.buy(BETA, 1, 199)) == below
    assert rejected(floor.buy(BETA, 1, 200)) is None
    assert rejected(floor.buy(BETA, 9, 100)) is None
    above = Reject(RejectCode.NOTIONAL_ABOVE_LIMIT, 900 * VALUE, 901 * VALUE, -VALUE)
    assert rejection(floor.buy(BETA, 1, 901)) == above


def test_an_update_is_held_to_rules_that_came_later(floor: Floor) -> None:
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101)))
    floor.apply(rules(max_order_size=4))
    assert rejected(floor.update(ALPHA, quote, bid_price=98)) is RejectCode.ORDER_SIZE_ABOVE_LIMIT
    floor.apply(rules(min_notional=500 * VALUE))
    assert rejected(floor.update(ALPHA, quote, bid_price=98)) is RejectCode.NOTIONAL_BELOW_MINIMUM
    assert rejected(floor.update(ALPHA, quote, bid_price=100)) is None


def test_open_orders_of_the_account(floor: Floor) -> None:
    floor.apply(commands.SetRiskLimits(ALPHA.account, ALPHA.firm, max_open_orders=2))
    floor.quote(ALPHA, (1, 99), (1, 101))
    order = placed(floor.buy(ALPHA, 1, 99))
    too_many = Reject(RejectCode.OPEN_ORDERS_ABOVE_LIMIT, 2, 3, -1)
    assert rejection(floor.buy(ALPHA, 1, 99)) == too_many
    assert rejection(floor.quote(ALPHA, (1, 99), (1, 101))) == too_many
    floor.cancel_order(ALPHA, order)
    assert rejected(floor.quote(ALPHA, (1, 99), (1, 101))) is None


def test_open_orders_of_the_tier(floor: Floor) -> None:
    assert rejected(floor.buy(ALPHA, 1, 99, max_open_orders=1)) is None
    assert rejected(floor.buy(ALPHA, 1, 99, max_open_orders=1)) is RejectCode.OPEN_ORDERS_ABOVE_LIMIT
    assert rejected(floor.quote(ALPHA, (1, 99), (1, 101), max_open_orders=2)) is None


def test_the_lower_of_both_holds(floor: Floor) -> None:
    floor.apply(commands.SetRiskLimits(ALPHA.account, ALPHA.firm, max_open_orders=1))
    floor.buy(ALPHA, 1, 99)
    assert rejection(floor.buy(ALPHA, 1, 99, max_open_orders=5)).limit == 1
