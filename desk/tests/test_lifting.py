"""A second person lifts a kill switch; nothing else gives free what it holds."""

import threading
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from desk.kill import switches
from desk.kill.refusals import NotEngaged, SecondPersonNeeded
from desk.models import KillSwitch
from desk.tests.stopping import Kind, key_of, status_of, target
from venue import holds, markets, participants
from venue.engine.terms import MarketStatus
from venue.holds import Held
from venue.tests.cast import Trader

pytestmark = pytest.mark.usefixtures("venue_lifted")

STOPPED = [Kind.KEY, Kind.ACCOUNT, Kind.FIRM, Kind.MARKET]


@pytest.mark.parametrize("kind", STOPPED)
def test_lifting_brings_back_what_was(first: User, second: User, alpha: Trader, kind: str) -> None:
    alpha.quote()
    switch = switches.engage(target(kind, alpha), first, "Drill")
    lifted = switches.lift(switch, second, "The drill is over")
    assert (lifted.state, lifted.lifted_by, lifted.lift_reason) == ("lifted", second, "The drill is over")
    assert alpha.get("/api/sdk/quotes").body["pagination"]["total"] == 1
    if kind != Kind.KEY:  # its sessions stay locked for as long as a command can be under way
        alpha.quote()


@pytest.mark.parametrize("kind", STOPPED)
def test_who_engaged_it_cannot_lift_it(first: User, alpha: Trader, kind: str) -> None:
    switch = switches.engage(target(kind, alpha), first, "Drill")
    with pytest.raises(SecondPersonNeeded):
        switches.lift(switch, first, "Never mind")
    assert KillSwitch.objects.get(pk=switch.pk).state == "engaged"


def test_a_superuser_is_no_exception(desk: Any, alpha: Trader) -> None:
    superuser = User.objects.get(username="desk")
    switch = switches.engage(target(Kind.FIRM, alpha), superuser, "Drill")
    with pytest.raises(SecondPersonNeeded):
        switches.lift(switch, superuser, "I may do anything")


def test_the_database_itself_refuses_one_person(first: User, alpha: Trader) -> None:
    switch = switches.engage(target(Kind.KEY, alpha), first, "Drill")
    by_hand = KillSwitch.objects.filter(pk=switch.pk)
    for change in ({"lifted_by": first, "lifted_at": timezone.now()}, {"lifted_at": timezone.now()}):
        with pytest.raises(IntegrityError, match="lifted_by_a_second_person"), transaction.atomic():
            by_hand.update(**change)


def test_lifting_twice(first: User, second: User, alpha: Trader) -> None:
    switch = switches.engage(target(Kind.FIRM, alpha), first, "Drill")
    switches.lift(switch, second, "Over")
    with pytest.raises(NotEngaged):
        switches.lift(switch, second, "Over again")


def test_two_who_lift_at_the_same_moment(first: User, second: User, alpha: Trader) -> None:
    """The state is looked at under the lock: the later one finds it lifted."""
    switch = switches.engage(target(Kind.FIRM, alpha), first, "Drill")
    found: list[str] = []

    def lift() -> None:
        try:
            switches.lift(switch, second, "Over")
            found.append("lifted")
        except NotEngaged:
            found.append("not engaged")
        finally:
            connection.close()

    lifters = [threading.Thread(target=lift) for _ in range(2)]
    for lifter in lifters:
        lifter.start()
    for lifter in lifters:
        lifter.join()
    assert sorted(found) == ["lifted", "not engaged"]


def test_nothing_else_gives_free_what_it_holds(first: User, alpha: Trader) -> None:
    for kind in (Kind.ACCOUNT, Kind.FIRM, Kind.MARKET):
        switches.engage(target(kind, alpha), first, "Drill")
    with pytest.raises(Held, match="Kill switch of firm"):
        participants.reinstate_firm(alpha.party.firm)
    with pytest.raises(Held, match="Kill switch of account"):
        participants.reinstate_account(alpha.party.account)
    for status in (MarketStatus.OPEN, MarketStatus.POST_ONLY, MarketStatus.CLOSED):
        with pytest.raises(Held, match="Kill switch of market"):
            markets.set_status(alpha.market, status)
    assert status_of(alpha) == MarketStatus.HALTED


def test_a_switch_that_is_engaged_while_a_market_is_being_opened(
    first: User, alpha: Trader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever opens looks again afterwards."""
    markets.set_status(alpha.market, MarketStatus.HALTED)
    answers = iter(["", "Kill switch of market"])
    monkeypatch.setattr(holds, "holder_of", lambda kind, number: next(answers))
    with pytest.raises(Held):
        markets.set_status(alpha.market, MarketStatus.OPEN)
    assert status_of(alpha) == MarketStatus.HALTED


def test_what_was_stopped_before_stays_stopped(first: User, second: User, alpha: Trader) -> None:
    markets.set_status(alpha.market, MarketStatus.POST_ONLY, "Opening")
    participants.suspend_account(alpha.party.account)
    for kind in (Kind.MARKET, Kind.ACCOUNT):
        switch = switches.engage(target(kind, alpha), first, "Drill")
        switches.lift(switch, second, "Over")
    assert status_of(alpha) == MarketStatus.POST_ONLY
    assert alpha.get("/api/sdk/quotes").code == "ACCOUNT_SUSPENDED"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_market_that_two_switches_hold(first: User, second: User, alpha: Trader, order: tuple[int, int]) -> None:
    engaged = [switches.engage(target(kind, alpha), first, "Drill") for kind in (Kind.MARKET, Kind.VENUE)]
    switches.lift(engaged[order[0]], second, "One")
    assert status_of(alpha) == MarketStatus.HALTED
    switches.lift(engaged[order[1]], second, "Both")
    assert status_of(alpha) == MarketStatus.OPEN


def test_an_unblocked_key_is_good_again(first: User, second: User, alpha: Trader) -> None:
    switch = switches.engage(target(Kind.KEY, alpha), first, "Drill")
    switches.lift(switch, second, "Over")
    assert key_of(alpha).blocked_at is None
    assert alpha.get("/api/sdk/quotes").status == 200
