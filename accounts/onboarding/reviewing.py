"""What reviewers do: take an application up, tick its checklist, ask back, recommend terms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from accounts.models import ACCOUNT_NAME, FIRM_CODE, ColocationProfile, Firm, Tier, TradingAccount
from accounts.onboarding import conformance
from accounts.onboarding.models import (
    Application,
    ChecklistItem,
    ConformanceReport,
    Document,
    Message,
    Review,
)
from accounts.onboarding.officers import officer
from accounts.onboarding.states import Status, StepRefused, locked, move
from staff import audit


@dataclass(frozen=True, slots=True)
class Check:
    """How an item of the checklist stands. What was found before the facts changed is `stale` and does not count."""

    item: ChecklistItem
    review: Review | None
    stale: bool = False

    @property
    def passed(self) -> bool:
        return self.review is not None and bool(self.review.passed) and not self.stale

    @property
    def state(self) -> str:
        if self.review is None or self.stale:
            return "open"
        return "passed" if self.review.passed else "failed"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the firm is to get. Limits are as the engine counts them: 0 is no limit."""

    code: str
    account: str
    tier: Tier
    colocation: ColocationProfile | None = None
    open_orders: int = 0
    exposure: int = 0


def checklist(application: Application) -> list[Check]:
    checks = application.reviews.filter(act=Review.Act.CHECK).select_related("by", "evidence", "report")
    latest = {review.item: review for review in checks}
    return [judged(application, item, latest.get(item)) for item in ChecklistItem]


def judged(application: Application, item: ChecklistItem, review: Review | None) -> Check:
    # A run of the API says the same of the key whatever the company is called.
    about_facts = item != ChecklistItem.CONFORMANCE
    stale = review is not None and about_facts and review.at < application.facts_changed_at
    return Check(item, review, stale)


def missing(application: Application) -> list[str]:
    return [check.item.label for check in checklist(application) if not check.passed]


def reviewers(application: Application) -> set[int]:
    """Whoever checked anything, asked back or recommended."""
    return set(application.reviews.values_list("by_id", flat=True))


def take_up(application: Application, request: HttpRequest) -> None:
    officer(request, "review_application")
    with locked(application, Status.SUBMITTED) as row:
        move(row, Status.IN_REVIEW)
        audit.record(request, "take_up_application", row)


def check(
    application: Application,
    item: ChecklistItem,
    request: HttpRequest,
    *,
    passed: bool,
    note: str,
    evidence: Document | None = None,
) -> Review:
    """Ticks an item, or finds it failed. The latest finding holds; all of them are kept."""
    by = officer(request, "review_application")
    with locked(application, Status.IN_REVIEW) as row:
        if not note.strip():
            raise StepRefused("Say what was found, and where.")
        if evidence is not None and evidence.application_id != row.pk:
            raise StepRefused("The evidence is a document of another application.")
        review = Review.objects.create(
            application=row,
            act=Review.Act.CHECK,
            item=item,
            passed=passed,
            note=note,
            evidence=evidence,
            report=passing_report(row) if passed and item == ChecklistItem.CONFORMANCE else None,
            by=by,
        )
        audit.record(request, "check_item", row, reason=note, after={"item": str(item), "passed": passed})
    return review


def passing_report(application: Application) -> ConformanceReport:
    """The newest one, as long as it passed and its signature is good."""
    report = application.conformance_reports.first()
    if report is None or not report.passed:
        raise StepRefused("Technical conformance needs a passing report: run manage.py conformance.")
    conformance.verify(report)
    return report


def ask(application: Application, question: str, request: HttpRequest) -> None:
    by = officer(request, "review_application")
    with locked(application, Status.IN_REVIEW) as row:
        Message.objects.create(application=row, author=by, text=question)
        Review.objects.create(application=row, act=Review.Act.ASK, note=question[:500], by=by)
        move(row, Status.INFORMATION_REQUESTED)
        audit.record(request, "ask_applicant", row, reason=question[:500])


def recommend(application: Application, terms: Terms, note: str, request: HttpRequest) -> None:
    """Puts a complete checklist and the terms before whoever is to approve."""
    by = officer(request, "review_application")
    with locked(application, Status.IN_REVIEW) as row:
        if absent := missing(row):
            raise StepRefused(f"Not passed yet: {', '.join(absent)}.")
        check_terms(terms, row)
        Review.objects.create(application=row, act=Review.Act.RECOMMEND, note=note, by=by)
        row.recommended_by = by
        changed = grant(row, terms)
        move(row, Status.RECOMMENDED, ["recommended_by", *changed])
        audit.record(request, "recommend_application", row, reason=note, after=described(row))


def check_terms(terms: Terms, application: Application) -> None:
    FIRM_CODE(terms.code)
    ACCOUNT_NAME(terms.account)
    if Firm.objects.filter(code=terms.code).exists():
        raise StepRefused(f"There is a firm {terms.code} already.")
    if TradingAccount.objects.filter(name=terms.account).exists():
        raise StepRefused(f"There is a trading account {terms.account} already.")
    if Firm.objects.filter(lei=application.lei).exists():
        raise StepRefused(f"There is a firm with the LEI {application.lei} already.")


def grant(row: Application, terms: Terms) -> list[str]:
    granted: Mapping[str, Any] = {
        "granted_code": terms.code,
        "granted_account": terms.account,
        "granted_tier": terms.tier,
        "granted_colocation": terms.colocation,
        "granted_open_orders": terms.open_orders,
        "granted_exposure": terms.exposure,
    }
    for name, value in granted.items():
        setattr(row, name, value)
    return list(granted)


def described(row: Application) -> dict[str, Any]:
    return {
        "firm": row.granted_code,
        "account": row.granted_account,
        "tier": str(row.granted_tier or ""),
        "colocation": str(row.granted_colocation or ""),
        "openOrders": row.granted_open_orders,
        "exposure": row.granted_exposure,
    }
