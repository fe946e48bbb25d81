"""Approval creates the firm, its account, its limits: all of it, or nothing that trades until it is done again."""

from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection

from accounts.models import ApiKey, Firm
from accounts.onboarding import applying, deciding, reviewing, sandbox
from accounts.onboarding.deciding import Unfinished
from accounts.onboarding.models import Application, ChecklistItem, Review
from accounts.onboarding.states import Status, StepRefused, locked, move
from accounts.onboarding.tests.cast import asked, in_review, recommended
from accounts.tests.cast import Caller, Party, tier_of
from venue.markets import Terms
from venue.models import AccountLimits, FirmStanding
from venue.tests.cast import MatcherProcess


def opened(firm: Firm) -> Party:
    return Party(firm, firm.accounts.get())


def caller_of(firm: Firm) -> Caller:
    return opened(firm).caller(tier=tier_of("standard"))


def limits_of(firm: Firm) -> tuple[int, int]:
    limits = AccountLimits.objects.get(account=firm.accounts.get())
    return limits.max_open_orders, limits.max_exposure


def test_approval_creates_firm_account_and_limits(running_matcher: MatcherProcess, market: Terms) -> None:
    application = recommended()
    firm = deciding.approve(application, "Good.", asked("ada"))
    assert (firm.code, firm.lei, firm.legal_name) == (f"NW{application.pk}", application.lei, application.legal_name)
    assert [account.name for account in firm.accounts.all()] == [f"nw-{application.pk}"]
    assert (firm.status, application.status, application.firm) == (Firm.Status.ACTIVE, Status.APPROVED, firm)
    assert limits_of(firm) == (500, 10**15)
    assert caller_of(firm).get("/api/sdk/quotes").status_code == 200


def test_a_silent_matcher_leaves_nothing_that_trades_and_again_finishes_it(
    running_matcher: MatcherProcess, market: Terms, settings: Any
) -> None:
    application = recommended()
    settings.SUBMIT_TIMEOUT_MS = 200
    running_matcher.pause()
    try:
        with pytest.raises(Unfinished, match="Approve again to finish"):
            deciding.approve(application, "Good.", asked("ada"))
    finally:
        running_matcher.resume()
    running_matcher.await_service()
    application.refresh_from_db()
    firm = Firm.objects.get(lei=application.lei)
    assert (application.status, firm.status) == (Status.OPENING, Firm.Status.APPLIED)
    caller = caller_of(firm)
    assert caller.get("/api/sdk/quotes").json()["code"] == "FIRM_NOT_ACTIVE"
    assert deciding.approve(application, "Again.", asked("ada")) == firm
    assert Firm.objects.filter(lei=application.lei).count() == 1
    assert limits_of(firm) == (500, 10**15)
    assert caller.get("/api/sdk/quotes").status_code == 200
    assert application.decision_reason == "Good."


def test_who_reviewed_cannot_finish_it_either(running_matcher: MatcherProcess, market: Terms, settings: Any) -> None:
    application = recommended("bert")
    settings.SUBMIT_TIMEOUT_MS = 200
    running_matcher.pause()
    try:
        with pytest.raises(Unfinished):
            deciding.approve(application, "Good.", asked("ada"))
    finally:
        running_matcher.resume()
    running_matcher.await_service()
    with pytest.raises(deciding.StepRefused, match="Four eyes"):
        deciding.approve(application, "Mine.", asked("bert"))


def test_a_finding_that_comes_while_it_is_decided_waits_and_is_refused(running_matcher: MatcherProcess) -> None:
    """The page of the one was read before the other's step: what counts is the row once its lock is free."""
    application = recommended()
    sent_back = Application.objects.get(pk=application.pk)
    deciding.send_back(sent_back, "Look again.", asked("ada"))
    begun, refusals = Event(), []

    def find() -> None:
        request = asked("rolf")
        begun.set()
        try:
            reviewing.check(sent_back, ChecklistItem.COMPANY, request, passed=True, note="Late.")
        except StepRefused as refusal:
            refusals.append(str(refusal))
        finally:
            connection.close()

    finding = Thread(target=find)
    with locked(application, Status.IN_REVIEW) as row:
        finding.start()
        assert begun.wait(10)
        finding.join(0.5)
        assert finding.is_alive(), "it did not wait for the lock"
        move(row, Status.INFORMATION_REQUESTED)
    finding.join(10)
    assert len(refusals) == 1
    assert not Review.objects.filter(application=application, note="Late.").exists()


@pytest.mark.parametrize("ending", ["refuse", "withdraw"])
def test_the_sandbox_ends_with_the_decision(
    running_matcher: MatcherProcess, market: Terms, settings: Any, ending: str
) -> None:
    settings.SANDBOX = True
    application = in_review()
    key = sandbox.issue_key(application, asked("rita")).key
    assert limits_of(key.account.firm) == (sandbox.MOST_OPEN_ORDERS, sandbox.MOST_EXPOSURE)
    if ending == "refuse":
        deciding.refuse(application, "No.", asked("ada"))
    else:
        applying.withdraw(application, asked())
    key = ApiKey.objects.select_related("account__firm").get(pk=key.pk)
    assert key.revoked_at is not None
    assert key.account.firm.status == Firm.Status.OFF_BOARDED
    assert FirmStanding.objects.get(firm=key.account.firm).suspended


def test_a_decision_stands_though_the_matcher_is_silent(
    running_matcher: MatcherProcess, market: Terms, settings: Any
) -> None:
    settings.SANDBOX = True
    application = in_review()
    key = sandbox.issue_key(application, asked("rita")).key
    settings.SUBMIT_TIMEOUT_MS = 200
    running_matcher.pause()
    try:
        deciding.refuse(application, "No.", asked("ada"))
    finally:
        running_matcher.resume()
    running_matcher.await_service()
    assert application.status == Status.REFUSED
    assert ApiKey.objects.get(pk=key.pk).revoked_at is not None
