"""What those who approve do: approve, refuse, send back. Who reviewed cannot approve, a superuser neither."""

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from accounts import firms, standing
from accounts.models import Firm, TradingAccount
from accounts.onboarding import reviewing, sandbox
from accounts.onboarding.models import Application
from accounts.onboarding.officers import officer
from accounts.onboarding.states import Status, StepRefused, locked, move
from accounts.refusals import Refusal
from staff import audit


class Unfinished(Refusal):
    """Approved, but the market did not confirm the limits. The firm cannot trade; approving again finishes it."""

    status_code = 503
    code = "UNFINISHED"


def approve(application: Application, reason: str, request: HttpRequest) -> Firm:
    """Makes the firm and its account, sets the limits, and lets the firm trade: in this order, and no sooner."""
    by = officer(request, "approve_application")
    firm, account = open_firm(application, reason, by, request)
    set_limits(application, account)
    with locked(application, Status.OPENING) as row:
        firms.admit(firm)
        move(row, Status.APPROVED)
        audit.record(request, "approve_application", row, reason=reason, after=reviewing.described(row))
    sandbox.close(application, request, "The application was approved.")
    return firm


def open_firm(application: Application, reason: str, by: User, request: HttpRequest) -> tuple[Firm, TradingAccount]:
    """The firm, not yet admitted; that of an approval which was left unfinished is taken up again."""
    with locked(application, Status.RECOMMENDED, Status.OPENING) as row:
        demand_four_eyes(row, by)
        if row.firm is None:
            if absent := reviewing.missing(row):
                raise StepRefused(f"Not passed: {', '.join(absent)}.")
            row.firm = create_firm(row)
            row.approved_by, row.decided_at, row.decision_reason = by, timezone.now(), reason
            move(row, Status.OPENING, ["firm", "approved_by", "decided_at", "decision_reason"])
            audit.record(request, "open_firm", row.firm, reason=reason, after=reviewing.described(row))
        return row.firm, row.firm.accounts.get(name=row.granted_account)


def demand_four_eyes(row: Application, by: User) -> None:
    if by.pk in reviewing.reviewers(row) or by.pk == row.recommended_by_id:
        raise StepRefused(f"Four eyes: {by} reviewed {row.reference} and cannot approve it.")


def create_firm(row: Application) -> Firm:
    try:
        return firms.create(
            row.granted_code,
            row.legal_name,
            accounts=(row.granted_account,),
            status=Firm.Status.APPLIED,
            lei=row.lei,
        )
    except ValidationError as error:
        raise StepRefused(" ".join(error.messages)) from None


def set_limits(application: Application, account: TradingAccount) -> None:
    try:
        standing.function_of("set_risk_limits")(
            account, max_open_orders=application.granted_open_orders, max_exposure=application.granted_exposure
        )
    except Refusal as refusal:
        raise Unfinished(
            f"{application.reference} is approved and {application.granted_code} exists, but the matcher did not "
            f"confirm its limits, so it cannot trade. Approve again to finish. ({refusal.detail})"
        ) from refusal


def refuse(application: Application, reason: str, request: HttpRequest) -> None:
    officer(request, "approve_application")
    with locked(application, Status.IN_REVIEW, Status.INFORMATION_REQUESTED, Status.RECOMMENDED) as row:
        before = row.status
        row.decided_at, row.decision_reason = timezone.now(), demanded(reason)
        move(row, Status.REFUSED, ["decided_at", "decision_reason"])
        audit.record(request, "refuse_application", row, reason=reason, before={"status": before})
    sandbox.close(application, request, "The application was refused.")


def send_back(application: Application, reason: str, request: HttpRequest) -> None:
    """To the reviewers, who recommend anew."""
    officer(request, "approve_application")
    with locked(application, Status.RECOMMENDED) as row:
        row.recommended_by = None
        move(row, Status.IN_REVIEW, ["recommended_by"])
        audit.record(request, "send_application_back", row, reason=demanded(reason))


def demanded(reason: str) -> str:
    if not reason.strip():
        raise StepRefused("A reason is needed.")
    return reason
