"""The checklist: who found what, when; all of it before a recommendation, and none of it about facts that changed."""

import pytest

from accounts import firms
from accounts.onboarding import applying, reviewing
from accounts.onboarding.models import Application, ChecklistItem, Review
from accounts.onboarding.states import StepRefused
from accounts.onboarding.tests.cast import add_document, asked, begun, checked, in_review, recommended, reported, terms

pytestmark = pytest.mark.django_db


def states(application: Application) -> dict[str, str]:
    return {str(check.item): check.state for check in reviewing.checklist(application)}


def test_a_finding_is_kept_with_who_and_when() -> None:
    application = in_review()
    evidence = add_document(
        application, "lists.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17) + b"IEND\xaeB`\x82"
    )
    reviewing.check(
        application,
        ChecklistItem.SANCTIONS,
        asked("rolf"),
        passed=True,
        note="EU, UN, OFAC: no hit.",
        evidence=evidence,
    )
    found = next(check for check in reviewing.checklist(application) if check.item == ChecklistItem.SANCTIONS)
    assert found.review is not None
    assert (found.review.by.username, found.review.note) == ("rolf", "EU, UN, OFAC: no hit.")
    assert found.review.evidence == evidence
    assert states(application)["sanctions"] == "passed"


def test_the_latest_finding_holds_and_all_are_kept() -> None:
    application = in_review()
    for passed in (True, False):
        reviewing.check(application, ChecklistItem.OWNERS, asked("rita"), passed=passed, note="Looked.")
    assert states(application)["owners"] == "failed"
    assert application.reviews.count() == 2


def test_a_finding_needs_a_note() -> None:
    with pytest.raises(StepRefused, match="what was found"):
        reviewing.check(in_review(), ChecklistItem.COMPANY, asked("rita"), passed=True, note="  ")


def test_evidence_is_of_the_same_application() -> None:
    other = add_document(begun())
    with pytest.raises(StepRefused, match="another application"):
        reviewing.check(in_review(), ChecklistItem.COMPANY, asked("rita"), passed=True, note="x", evidence=other)


def test_all_of_it_before_a_recommendation() -> None:
    application = in_review()
    reported(application)
    for item in list(ChecklistItem)[:-1]:
        reviewing.check(application, item, asked("rita"), passed=True, note="Seen.")
        with pytest.raises(StepRefused, match="Technical conformance"):
            reviewing.recommend(application, terms(application), "Good.", asked("rita"))
    reviewing.check(application, ChecklistItem.CONFORMANCE, asked("rita"), passed=True, note="Seen.")
    reviewing.recommend(application, terms(application), "Good.", asked("rita"))


def test_changed_facts_are_checked_anew() -> None:
    application = checked()
    reviewing.ask(application, "Who owns the rest?", asked("rita"))
    applying.correct(application, lambda: Application.objects.filter(pk=application.pk).update(country="DE"), asked())
    application.refresh_from_db()
    applying.answer(application, "Corrected.", asked())
    assert set(states(application).values()) == {"open", "passed"}
    assert states(application)["conformance"] == "passed"
    with pytest.raises(StepRefused, match="Beneficial owners"):
        reviewing.recommend(application, terms(application), "Good.", asked("rita"))


def test_terms_that_cannot_be_granted() -> None:
    application = checked()
    firms.create("TAKEN", accounts=("taken-1",))
    firms.create("SAMELEI", lei=checked().lei)
    for changes in ({"code": "TAKEN"}, {"account": "taken-1"}):
        with pytest.raises(StepRefused, match="already"):
            reviewing.recommend(application, terms(application, **changes), "Good.", asked("rita"))
    firms.create("OTHER", lei=application.lei)
    with pytest.raises(StepRefused, match=application.lei):
        reviewing.recommend(application, terms(application), "Good.", asked("rita"))


def test_a_recommendation_is_a_review() -> None:
    assert recommended().reviews.last().act == Review.Act.RECOMMEND  # type: ignore[union-attr]
