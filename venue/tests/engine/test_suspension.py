"""Suspending a firm or an account cancels what rests of it and refuses what comes, until it is reinstated."""

from venue.engine import commands, events
from venue.engine.rejects import RejectCode
from venue.engine.terms import CancelReason
from venue.tests.engine.cast import ALPHA, ALPHA_2, GAMMA
from venue.tests.engine.drawing import tidy
from venue.tests.engine.floor import OTHER_MARKET, Floor, names, placed, rejected


def test_a_firm_with_all_its_accounts(floor: Floor) -> None:
    floor.quote(ALPHA, (5, 99), (5, 101))
    floor.buy(ALPHA_2, 5, 98)
    floor.buy(GAMMA, 5, 97)
    told = floor.apply(commands.SuspendFirm(ALPHA.firm))
    assert names(told) == ["FirmChanged", "QuoteCancelled", "OrderCancelled"]
    assert isinstance(told[-1], events.OrderCancelled)
    assert told[-1].reason is CancelReason.FIRM_SUSPENDED
    assert floor.book() == tidy("Gamma 5 | 97 |")
    assert rejected(floor.buy(ALPHA_2, 1, 98)) is RejectCode.FIRM_SUSPENDED
    assert rejected(floor.quote(ALPHA, (5, 99), (5, 101))) is RejectCode.FIRM_SUSPENDED
    floor.apply(commands.ReinstateFirm(ALPHA.firm))
    assert rejected(floor.buy(ALPHA_2, 1, 98)) is None


def test_an_account_alone(floor: Floor) -> None:
    floor.buy(ALPHA, 5, 99)
    floor.buy(ALPHA_2, 5, 98)
    told = floor.apply(commands.SuspendAccount(ALPHA.account, ALPHA.firm))
    assert names(told) == ["AccountChanged", "OrderCancelled"]
    assert rejected(floor.quote(ALPHA, (5, 99), (5, 101))) is RejectCode.ACCOUNT_SUSPENDED
    assert rejected(floor.buy(ALPHA_2, 1, 98)) is None
    floor.apply(commands.ReinstateAccount(ALPHA.account, ALPHA.firm))
    assert rejected(floor.buy(ALPHA, 1, 98)) is None


def test_oldest_id_first_whatever_it_is(floor: Floor) -> None:
    """Markets count their ids apart, so this is not the order in which they came."""
    later = placed(floor.buy(ALPHA, 5, 98, market=OTHER_MARKET))
    quote = placed(floor.quote(ALPHA, (5, 99), (5, 101)))
    order = placed(floor.buy(ALPHA, 5, 98))
    told = floor.apply(commands.SuspendFirm(ALPHA.firm))
    assert [event.id for event in told if isinstance(event, events.OrderEvent | events.QuoteEvent)] == [
        quote,
        order,
        later,
    ]
