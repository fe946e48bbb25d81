"""The desk shows how obligations stand today and what a firm earns; tiers by compliance ask the same days."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.utils import timezone

from desk import owed
from mmapi.incentives import compliance
from mmapi.models import FeeSchedule, Membership, ObligationDay, ObligationProgramme, Programme
from venue.tests.cast import Trader

TODAY = timezone.now().date()
HOUR = 3_600_000


@pytest.fixture
def programme(alpha: Trader) -> ObligationProgramme:
    return ObligationProgramme.objects.create(market_id=alpha.market.number)


def kept(trader: Trader, compliant: int, one_sided: int, day: Any = TODAY, presence: int = 5_000) -> None:
    """A day of so many hours; presence in basis points."""
    reasons = ("no_quote", "too_wide", "too_small", "size_ratio", "protection_frozen", "disconnected")
    sums = dict.fromkeys((*reasons, "halted", "exceptional", "quoted", "spread", "bid", "ask"), 0)
    ObligationDay.objects.create(
        account=trader.party.account,
        market_id=trader.market.number,
        day=day,
        compliant=compliant * HOUR,
        one_sided=one_sided * HOUR,
        required=(compliant + one_sided) * HOUR * presence,
        **sums,
    )


def today_of(trader: Trader) -> Any:
    return owed.obligations_today([trader.party.account.pk]).get(trader.party.account.pk)


def test_an_account_that_meets_what_it_owes(alpha: Trader, beta: Trader, programme: ObligationProgramme) -> None:
    kept(alpha, 3, 1)
    told = today_of(alpha)
    assert (told.met, told.text) == (True, f"{alpha.market.symbol} 75.0%")
    assert told.link == f"/admin/mmapi/obligationprogramme/{programme.pk}/change/"
    assert today_of(beta) is None


def test_one_that_does_not(alpha: Trader, programme: ObligationProgramme) -> None:
    kept(alpha, 4, 0, TODAY - timedelta(days=1))
    kept(alpha, 1, 3)
    assert (today_of(alpha).met, today_of(alpha).text) == (False, f"{alpha.market.symbol} 25.0%")


def test_a_day_on_which_nothing_is_asked(alpha: Trader, programme: ObligationProgramme) -> None:
    kept(alpha, 0, 0)
    assert (today_of(alpha).met, today_of(alpha).text) == (None, f"{alpha.market.symbol} -")


def test_tiers_by_compliance_ask_the_same_days(alpha: Trader, settings: Any) -> None:
    """Half of what is asked on one day, all of it on the other, and nothing on a third."""
    first = TODAY - timedelta(days=10)
    kept(alpha, 1, 3, first)
    kept(alpha, 4, 0, first + timedelta(days=1))
    since = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=10)
    account, market = alpha.party.account.pk, alpha.market.number
    assert compliance.percent([account], [market], since, since + timedelta(days=3)) == Decimal(75)
    assert owed.part_of(ObligationDay.objects.get(account=account, day=first)) == Fraction(1, 2)


def test_what_a_firm_earns(alpha: Trader) -> None:
    schedule = FeeSchedule.objects.create(name=f"owed-{alpha.market.number}")
    programme = Programme.objects.create(name=schedule.name, schedule=schedule, quote_currency="USD")
    Membership.objects.create(programme=programme, firm=alpha.party.firm, since=TODAY)
    (line,) = owed.rebates_of(alpha.party.firm.pk)
    assert (line.title, line.amount) == (f"{schedule.name}, whole firm", "no tier")
