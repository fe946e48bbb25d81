"""A matcher that is silent: the doors are closed first, the switch holds, and it is repeated until all is confirmed."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from accounts.refusals import Refusal
from desk.kill import switches
from desk.kill.refusals import KillUnfinished
from desk.kill.repeating import finish_switches
from desk.models import KillSwitch
from desk.tests.stopping import Kind, status_of, target
from quotes.models import Quote
from staff.models import AuditEntry
from venue.engine.terms import MarketStatus, OrdStatus
from venue.tests.admin.conftest import number_of
from venue.tests.cast import MatcherProcess, Trader

STOPPED = [Kind.KEY, Kind.ACCOUNT, Kind.FIRM, Kind.MARKET]


def resumed(matcher: MatcherProcess) -> None:
    matcher.resume()
    matcher.await_service()


def age(switch: KillSwitch) -> None:
    """As if the click were long ago."""
    KillSwitch.objects.filter(pk=switch.pk).update(engaged_at=timezone.now() - timedelta(minutes=1))


@pytest.mark.parametrize("kind", STOPPED)
def test_it_is_finished_once_the_matcher_answers(
    first: User, alpha: Trader, running_matcher: MatcherProcess, settings: Any, kind: str
) -> None:
    quote = alpha.quote()
    settings.SUBMIT_TIMEOUT_MS = 200
    running_matcher.pause()
    with pytest.raises(KillUnfinished, match="is engaged and holds"):
        switches.engage(target(kind, alpha), first, "Runaway")
    switch = KillSwitch.objects.get(lifted_at=None, kind=kind, subject_id=target(kind, alpha).number)
    assert switch.state == "unfinished"
    if kind != Kind.MARKET:
        assert alpha.get("/api/sdk/quotes").status in {401, 403}
    age(switch)
    finish_switches()
    switch.refresh_from_db()
    assert switch.state == "unfinished"
    resumed(running_matcher)
    settings.SUBMIT_TIMEOUT_MS = 5_000
    finish_switches()
    switch.refresh_from_db()
    assert switch.state == "engaged"
    assert Quote.objects.get(pk=number_of(quote["quoteId"])).status == OrdStatus.CANCELED


def test_the_failure_is_in_the_record(first: User, alpha: Trader, silent: None) -> None:
    with pytest.raises(KillUnfinished):
        switches.engage(target(Kind.FIRM, alpha), first, "Runaway")
    steps = AuditEntry.objects.filter(subject_type="accounts.firm", subject_id=alpha.party.firm.pk).order_by("id")
    assert [step.action for step in steps.exclude(action__endswith="_row")] == [
        "engage_kill_switch",
        "fail_kill_switch",
    ]


@pytest.mark.parametrize("kind", [Kind.FIRM, Kind.MARKET])
def test_lifting_is_everywhere_or_nowhere(
    first: User, second: User, alpha: Trader, running_matcher: MatcherProcess, settings: Any, kind: str
) -> None:
    switch = switches.engage(target(kind, alpha), first, "Runaway")
    settings.SUBMIT_TIMEOUT_MS = 200
    running_matcher.pause()
    with pytest.raises(Refusal, match="No reply came in time"):
        switches.lift(switch, second, "Over")
    resumed(running_matcher)
    settings.SUBMIT_TIMEOUT_MS = 5_000
    switch.refresh_from_db()
    assert (switch.state, switch.lifted_by) == ("unfinished", None)
    age(switch)
    finish_switches()
    switch.refresh_from_db()
    assert switch.state == "engaged"
    if kind == Kind.MARKET:
        assert status_of(alpha) == MarketStatus.HALTED
