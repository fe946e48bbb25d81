"""Who reviewed cannot approve: not by the pages' functions, a superuser neither, and not past them in the database."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Firm
from accounts.onboarding import applying, deciding, reviewing
from accounts.onboarding.models import Application, ChecklistItem, Review
from accounts.onboarding.states import Status, StepRefused
from accounts.onboarding.tests.cast import asked, checked, officer, recommended, terms

pytestmark = pytest.mark.django_db


def refused(application: Application, username: str) -> None:
    with pytest.raises(StepRefused, match="Four eyes"):
        deciding.approve(application, "Mine.", asked(username))
    application.refresh_from_db()
    assert application.status == Status.RECOMMENDED
    assert not Firm.objects.filter(lei=application.lei).exists()


def test_another_officer_approves() -> None:
    application = recommended("bert")
    firm = deciding.approve(application, "Good.", asked("ada"))
    assert (application.status, firm.status) == (Status.APPROVED, Firm.Status.ACTIVE)
    assert application.approved_by == officer("ada")


def test_who_recommended_cannot_approve() -> None:
    refused(recommended("bert"), "bert")


@pytest.mark.parametrize("passed", [True, False])
def test_who_checked_a_single_item_cannot_approve(passed: bool) -> None:
    application = checked("rita")
    reviewing.check(application, ChecklistItem.COMPANY, asked("bert"), passed=passed, note="I looked, too.")
    reviewing.check(application, ChecklistItem.COMPANY, asked("rita"), passed=True, note="Seen again.")
    reviewing.recommend(application, terms(application), "Good.", asked("rita"))
    refused(application, "bert")


def test_who_asked_back_cannot_approve() -> None:
    application = checked("rita")
    reviewing.ask(application, "Which?", asked("bert"))
    applying.answer(application, "This.", asked())
    reviewing.recommend(application, terms(application), "Good.", asked("rita"))
    refused(application, "bert")


def test_a_superuser_cannot_override() -> None:
    refused(recommended("sam"), "sam")


def test_who_recommended_before_it_was_sent_back_cannot_approve() -> None:
    application = recommended("bert")
    deciding.send_back(application, "Look again.", asked("ada"))
    reviewing.recommend(application, terms(application), "Looked.", asked("rita"))
    refused(application, "bert")


def approve_by_hand(application: Application, username: str) -> None:
    with transaction.atomic():
        Application.objects.filter(pk=application.pk).update(approved_by=officer(username))


def test_the_database_knows_who_reviewed() -> None:
    application = recommended("rita")
    reviewing_too = officer("rolf")
    Review.objects.create(application=application, act="ask", note="Which?", by=reviewing_too)
    for username in ("rita", "rolf"):
        with pytest.raises(IntegrityError, match="cannot approve"):
            approve_by_hand(application, username)
    approve_by_hand(application, "ada")


def test_the_database_takes_no_review_of_the_approver() -> None:
    application = recommended("rita")
    approve_by_hand(application, "ada")
    with pytest.raises(IntegrityError, match="cannot review"), transaction.atomic():
        Review.objects.create(application=application, act="ask", note="Late.", by=officer("ada"))


@pytest.mark.parametrize("change", ["UPDATE accounts_review SET note = 'x'", "DELETE FROM accounts_review"])
def test_a_review_stays(change: str) -> None:
    recommended("rita")
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_nothing_is_approved_without_a_second_person() -> None:
    application = recommended("rita")
    with pytest.raises(IntegrityError, match="application_approved_by_two"), transaction.atomic():
        Application.objects.filter(pk=application.pk).update(status=Status.APPROVED)
