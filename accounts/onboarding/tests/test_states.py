"""An application's life is a table of transitions, and every step asks it under the row's lock."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from accounts.onboarding import applying, deciding, reviewing
from accounts.onboarding.models import APPLICATION_TRANSITIONS, ENDED, Application, ChecklistItem
from accounts.onboarding.states import Status, StepRefused, locked, move
from accounts.onboarding.tests.cast import add_document, asked, begun, checked, in_review, recommended, submitted, terms
from staff.models import AuditEntry

pytestmark = pytest.mark.django_db

STEPS: dict[str, tuple[Callable[[Application], object], set[Status]]] = {
    "submit": (lambda one: applying.submit(one, asked()), {Status.DRAFT}),
    "answer": (lambda one: applying.answer(one, "Here.", asked()), {Status.INFORMATION_REQUESTED}),
    "take_up": (lambda one: reviewing.take_up(one, asked("rita")), {Status.SUBMITTED}),
    "check": (
        lambda one: reviewing.check(one, ChecklistItem.COMPANY, asked("rita"), passed=True, note="Seen."),
        {Status.IN_REVIEW},
    ),
    "ask": (lambda one: reviewing.ask(one, "Which?", asked("rita")), {Status.IN_REVIEW}),
    "recommend": (lambda one: reviewing.recommend(one, terms(one), "Good.", asked("rita")), {Status.IN_REVIEW}),
    "send_back": (lambda one: deciding.send_back(one, "Look again.", asked("ada")), {Status.RECOMMENDED}),
    "approve": (lambda one: deciding.approve(one, "Good.", asked("ada")), {Status.RECOMMENDED}),
    "refuse": (
        lambda one: deciding.refuse(one, "No.", asked("ada")),
        {Status.IN_REVIEW, Status.INFORMATION_REQUESTED, Status.RECOMMENDED},
    ),
    "withdraw": (
        lambda one: applying.withdraw(one, asked()),
        set(Status) - ENDED - {Status.OPENING},
    ),
}


@pytest.mark.parametrize("status", [one for one in Status if one is not Status.OPENING])
@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_taken_from_its_states_and_no_other(name: str, status: Status) -> None:
    step, wanted = STEPS[name]
    application = recommended() if status in (Status.RECOMMENDED, Status.APPROVED) else checked()
    if status == Status.APPROVED:
        deciding.approve(application, "Good.", asked("ada"))
    Application.objects.filter(pk=application.pk).update(status=status)
    if status in wanted:
        step(application)
    else:
        told = AuditEntry.objects.exclude(action__endswith="_row")
        entries = told.count()
        with pytest.raises(StepRefused):
            step(application)
        assert Application.objects.get(pk=application.pk).status == status
        assert told.count() == entries


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("to", Status)
def test_a_move_is_one_of_the_table(status: Status, to: Status) -> None:
    application = begun()
    application.status = status
    if to not in APPLICATION_TRANSITIONS[status]:
        with pytest.raises(StepRefused):
            move(application, to)


def test_the_state_is_read_again_under_the_lock() -> None:
    seen = submitted()
    reviewing.take_up(Application.objects.get(pk=seen.pk), asked("rolf"))
    assert seen.status == Status.SUBMITTED  # what the page showed
    with pytest.raises(StepRefused, match="is in review"), locked(seen, Status.SUBMITTED):
        pass


def test_a_draft_without_documents_is_not_submitted() -> None:
    application = begun()
    with pytest.raises(StepRefused, match="at least one document"):
        applying.submit(application, asked())
    add_document(application)
    applying.submit(application, asked())
    assert application.submitted_at is not None


def test_each_step_has_its_permission() -> None:
    application = in_review()
    by_ada: list[Callable[[], object]] = [
        lambda: reviewing.check(application, ChecklistItem.COMPANY, asked("ada"), passed=True, note="Seen."),
        lambda: reviewing.ask(application, "Which?", asked("ada")),
        lambda: reviewing.recommend(application, terms(application), "Good.", asked("ada")),
    ]
    for step in by_ada:
        with pytest.raises(PermissionDenied):
            step()
    with pytest.raises(PermissionDenied):
        deciding.refuse(application, "No.", asked("rita"))
    with pytest.raises(PermissionDenied):
        deciding.approve(recommended(), "Good.", asked("rolf"))


def test_the_record_has_every_step() -> None:
    application = recommended()
    deciding.approve(application, "Good.", asked("ada"))
    actions = list(
        AuditEntry.objects.filter(subject_type="accounts.application").order_by("id").values_list("action", flat=True)
    )
    assert actions == [
        "begin_application",
        "add_document",
        "submit_application",
        "take_up_application",
        "store_conformance_report",
        *["check_item"] * 5,
        "recommend_application",
        "approve_application",
    ]
