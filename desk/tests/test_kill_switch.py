"""Each kind of kill switch closes the doors and cancels what rests of its subject, and of nothing else."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from accounts.scopes import Scope
from desk.kill import switches
from desk.kill.refusals import NothingToKill, NotPermitted
from desk.kill.targets import FirmTarget
from desk.models import KillSwitch
from desk.tests.stopping import Kind, key_of, status_of, target
from quotes.models import Quote
from staff.models import AuditEntry
from venue.engine.terms import CancelReason, MarketStatus, OrdStatus
from venue.models import Order
from venue.tests.admin.conftest import number_of
from venue.tests.cast import Trader

pytestmark = pytest.mark.usefixtures("venue_lifted")


def rests(quote: Any) -> bool:
    return Quote.objects.get(pk=number_of(quote["quoteId"])).status == OrdStatus.NEW


def order_rests(order: Any) -> bool:
    return Order.objects.get(pk=number_of(order["orderId"])).status == OrdStatus.NEW


def test_a_key(first: User, alpha: Trader) -> None:
    other = alpha.another()
    quote, others = alpha.quote(), other.quote()
    switch = switches.engage(target(Kind.KEY, alpha), first, "Leaked")
    assert (switch.state, switch.cancelled) == ("engaged", 1)
    assert alpha.get("/api/sdk/quotes").code == "KEY_BLOCKED"
    assert (rests(quote), rests(others)) == (False, True)
    assert Quote.objects.get(pk=number_of(quote["quoteId"])).reason == CancelReason.OPERATIONS
    other.quote()


def test_a_key_that_has_no_sessions(first: User, alpha: Trader) -> None:
    taker, same = alpha.another(scopes=(Scope.READ, Scope.TRADE)), alpha.another(scopes=(Scope.READ, Scope.TRADE))
    orders = taker.order("buy", 1, 49000), same.order("buy", 1, 49000)
    assert Order.objects.get(pk=number_of(orders[0]["orderId"])).session == 0
    switch = switches.engage(target(Kind.KEY, taker), first, "Leaked")
    assert switch.cancelled == 1
    assert [order_rests(order) for order in orders] == [False, True]


def test_what_a_closed_session_of_a_key_has_left(first: User, alpha: Trader) -> None:
    quote = alpha.quote()
    session = alpha.caller.key.sessions.get()
    session.close()
    switches.engage(target(Kind.KEY, alpha), first, "Leaked")
    assert not rests(quote)


def test_an_account(first: User, alpha: Trader, beta: Trader) -> None:
    quotes = alpha.quote(), alpha.another().quote(), beta.quote(bidPrice=49800, askPrice=50200)
    switch = switches.engage(target(Kind.ACCOUNT, alpha), first, "Runaway")
    assert switch.cancelled == 2
    assert [rests(quote) for quote in quotes] == [False, False, True]
    assert alpha.get("/api/sdk/quotes").code == "ACCOUNT_SUSPENDED"


def test_a_firm(first: User, alpha: Trader, beta: Trader) -> None:
    quotes = alpha.quote(), beta.quote(bidPrice=49800, askPrice=50200)
    switch = switches.engage(target(Kind.FIRM, alpha), first, "Margin call")
    assert switch.cancelled == 1
    assert [rests(quote) for quote in quotes] == [False, True]
    assert alpha.get("/api/sdk/quotes").code == "FIRM_SUSPENDED"


def test_a_market(first: User, alpha: Trader, beta: Trader) -> None:
    quote, order = alpha.quote(), beta.order("buy", 1, 49000)
    switch = switches.engage(target(Kind.MARKET, alpha), first, "Index outage")
    assert switch.cancelled == 2
    assert not rests(quote)
    assert not order_rests(order)
    assert status_of(alpha) == MarketStatus.HALTED
    assert alpha.post("/api/sdk/quotes", alpha.quote_body()).code == "MARKET_HALTED"


def test_the_venue(first: User, alpha: Trader) -> None:
    quote = alpha.quote()
    switches.engage(target(Kind.VENUE, alpha), first, "Security incident")
    assert not rests(quote)
    assert status_of(alpha) == MarketStatus.HALTED


def test_every_step_is_in_the_record(first: User, alpha: Trader) -> None:
    alpha.quote()
    switch = switches.engage(target(Kind.FIRM, alpha), first, "Margin call")
    told = AuditEntry.objects.exclude(action__endswith="_row").order_by("id")
    steps = told.filter(subject_type="accounts.firm", subject_id=alpha.party.firm.pk)
    assert [step.action for step in steps] == ["engage_kill_switch", "confirm_kill_switch"]
    engaged, confirmed = steps
    assert (engaged.reason, engaged.before) == ("Margin call", {"status": "active"})
    assert confirmed.after == {"switch": switch.pk, "by": "first", "cancelled": 1}


def test_killing_again_is_the_same_switch(first: User, second: User, alpha: Trader) -> None:
    once = switches.engage(target(Kind.FIRM, alpha), first, "Margin call")
    again = switches.engage(target(Kind.FIRM, alpha), second, "Me too")
    assert (again.pk, again.reason) == (once.pk, "Margin call")


def test_who_may_not(alpha: Trader, viewer: Any) -> None:
    quote = alpha.quote()
    with pytest.raises(NotPermitted):
        switches.engage(target(Kind.KEY, alpha), User.objects.get(username="onlooker"), "Please")
    assert rests(quote)
    assert key_of(alpha).blocked_at is None


def test_what_does_not_go_cannot_be_stopped(first: User, alpha: Trader) -> None:
    firm = alpha.party.firm
    firm.status = "off_boarded"
    firm.save()
    with pytest.raises(NothingToKill):
        switches.engage(FirmTarget(firm), first, "Twice")
    assert not KillSwitch.objects.filter(kind=Kind.FIRM, subject_id=firm.pk).exists()
