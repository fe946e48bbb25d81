"""What the applicant does: begin, correct, submit, answer, withdraw."""

from collections.abc import Callable

from django.http import HttpRequest
from django.utils import timezone

from accounts.onboarding import links, sandbox
from accounts.onboarding.models import Application, Message
from accounts.onboarding.states import EDITABLE, OPEN, Status, StepRefused, locked, move
from staff import audit


def begin(draft: Application, save_related: Callable[[], object], request: HttpRequest) -> str:
    """Saves a new application with what belongs to it, in the caller's transaction; answers the link's token, once."""
    token = links.make_token()
    draft.reference = links.make_reference()
    draft.link_hash = links.digest(token)
    draft.save(force_insert=True)
    save_related()
    audit.record(request, "begin_application", draft, after={"lei": draft.lei, "country": draft.country})
    return token


def correct(changed: Application, save: Callable[[], object], request: HttpRequest) -> None:
    """Saves changed facts. Whatever was checked before is open again."""
    before = facts_of(Application.objects.get(pk=changed.pk))
    with locked(Application(pk=changed.pk), *EDITABLE):
        save()
        Application.objects.filter(pk=changed.pk).update(facts_changed_at=timezone.now())
        audit.record(request, "correct_application", changed, before=before, after=facts_of(changed))


def submit(application: Application, request: HttpRequest) -> None:
    with locked(application, Status.DRAFT) as row:
        if not row.documents.exists():
            raise StepRefused("Add at least one document, such as the certificate of incorporation.")
        row.submitted_at = timezone.now()
        move(row, Status.SUBMITTED, ["submitted_at"])
        audit.record(request, "submit_application", row)


def answer(application: Application, text: str, request: HttpRequest) -> None:
    """To what was asked; the application goes back to its reviewers."""
    with locked(application, Status.INFORMATION_REQUESTED) as row:
        Message.objects.create(application=row, text=text)
        move(row, Status.IN_REVIEW)
        audit.record(request, "answer_question", row)


def withdraw(application: Application, request: HttpRequest) -> None:
    with locked(application, *(OPEN - {Status.OPENING})) as row:
        before = row.status
        row.decided_at = timezone.now()
        move(row, Status.WITHDRAWN, ["decided_at"])
        audit.record(request, "withdraw_application", row, before={"status": before})
    sandbox.close(application, request, "The application was withdrawn.")


def facts_of(application: Application) -> dict[str, str]:
    names = ("legal_name", "lei", "country", "registered_address", "requested_markets", "requested_networks")
    return {name: str(getattr(application, name)) for name in names}
