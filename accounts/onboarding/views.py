"""The public pages: the application, and the private page on which the applicant follows it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST
from django_countries import countries

from accounts.onboarding import applying, documents, links
from accounts.onboarding.documents import ADDABLE, MOST_REQUEST_BYTES
from accounts.onboarding.forms import AnswerForm, DocumentForm
from accounts.onboarding.models import Application
from accounts.onboarding.pages import ApplicationPage
from accounts.onboarding.states import EDITABLE, OPEN, Status, StepRefused
from accounts.onboarding.visits import bounded

View = Callable[..., HttpResponse]
# What the applicant is told; who recommends and who approves is the venue's own affair.
EXPLANATIONS: Final = {
    Status.DRAFT: "Nobody looks at it yet. Add your documents, then submit it.",
    Status.SUBMITTED: "We have it, and an officer will take it up.",
    Status.IN_REVIEW: "An officer reviews it. Questions appear on this page.",
    Status.INFORMATION_REQUESTED: "We need something from you before we can go on.",
    Status.RECOMMENDED: "An officer reviews it. Questions appear on this page.",
    Status.OPENING: "It is approved, and your firm is being set up.",
    Status.APPROVED: "Welcome. Your firm is open, and your contact at the venue hands you your keys.",
    Status.REFUSED: "We cannot admit you.",
    Status.WITHDRAWN: "You have withdrawn it.",
}
# Nothing from elsewhere, no script, no frame. SecurityMiddleware keeps the address, a secret, from other sites.
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def public_page(view: View) -> View:
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Content-Security-Policy"] = POLICY
        response["X-Robots-Tag"] = "noindex"
        return response

    return never_cache(page)


def small_enough(view: View) -> View:
    """Refuses a body by its length before anything reads it, the check against forged forms included."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_REQUEST_BYTES:
            return render(request, "onboarding/too_large.html", status=413)
        return csrf_protect(view)(request, *args, **kwargs)

    return csrf_exempt(guarded)


def of_applicant(view: View) -> View:
    """Gives a view the application whose link it is; who guesses at links is soon told to wait."""

    @bounded("links", 300, "GET", "POST")
    @wraps(view)
    def found(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        application = links.find(token)
        if application is None:
            raise Http404
        return view(request, application, token, **kwargs)

    return found


@small_enough
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@bounded("applications", 20, "POST")
def apply(request: HttpRequest) -> HttpResponse:
    page = ApplicationPage(request.POST if request.method == "POST" else None)
    if request.method == "POST" and page.is_valid():
        return redirect("onboarding:status", token=page.begin(request))
    return render(request, "onboarding/apply.html", page.context(), status=400 if page.faults else 200)


@public_page
@require_http_methods(["GET", "HEAD"])
@of_applicant
def status(request: HttpRequest, application: Application, token: str) -> HttpResponse:
    return status_page(request, application, token)


def status_page(
    request: HttpRequest, application: Application, token: str, *, code: int = 200, **forms: Any
) -> HttpResponse:
    now = Status(application.status)
    context = {
        "application": application,
        "state": {"label": state_label(now), "explanation": EXPLANATIONS[now]},
        "country": countries.name(application.country),
        "documents": application.documents.all(),
        "messages_exchanged": application.messages.all(),
        "token": token,
        "link": request.build_absolute_uri(reverse("onboarding:status", args=[token])),
        "editable": now in EDITABLE,
        "addable": now in ADDABLE,
        "withdrawable": now in OPEN - {Status.OPENING},
        "document_form": DocumentForm(),
        "answer_form": AnswerForm(),
        **forms,
    }
    return render(request, "onboarding/status.html", context, status=code)


@small_enough
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@of_applicant
def edit(request: HttpRequest, application: Application, token: str) -> HttpResponse:
    if application.status not in EDITABLE:
        return redirect("onboarding:status", token=token)
    page = ApplicationPage(request.POST if request.method == "POST" else None, application)
    if request.method == "POST" and page.is_valid():
        page.correct(request)
        return redirect("onboarding:status", token=token)
    context = {**page.context(), "token": token, "application": application}
    return render(request, "onboarding/apply.html", context, status=400 if page.faults else 200)


@small_enough
@public_page
@require_POST
@of_applicant
def add_document(request: HttpRequest, application: Application, token: str) -> HttpResponse:
    form = DocumentForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            documents.add(application, form.cleaned_data["kind"], form.cleaned_data["file"], request)
        except (ValidationError, StepRefused) as refusal:
            form.add_error("file", said(refusal))
    if form.is_valid():
        return redirect("onboarding:status", token=token)
    return status_page(request, application, token, code=400, document_form=form)


@small_enough
@public_page
@require_POST
@of_applicant
def answer(request: HttpRequest, application: Application, token: str) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return status_page(request, application, token, code=400, answer_form=form)
    return stepped(
        request, application, token, lambda: applying.answer(application, form.cleaned_data["text"], request)
    )


@small_enough
@public_page
@require_POST
@of_applicant
def submit(request: HttpRequest, application: Application, token: str) -> HttpResponse:
    return stepped(request, application, token, lambda: applying.submit(application, request))


@small_enough
@public_page
@require_POST
@of_applicant
def withdraw(request: HttpRequest, application: Application, token: str) -> HttpResponse:
    if "sure" not in request.POST:
        refusal = "Tick the box to withdraw."
        return status_page(request, application, token, code=400, refusal=refusal)
    return stepped(request, application, token, lambda: applying.withdraw(application, request))


def state_label(now: Status) -> str:
    shown = Status.IN_REVIEW if now == Status.RECOMMENDED else now
    return str(shown.label)


def stepped(request: HttpRequest, application: Application, token: str, step: Callable[[], None]) -> HttpResponse:
    try:
        step()
    except StepRefused as refusal:
        application.refresh_from_db()
        return status_page(request, application, token, code=409, refusal=said(refusal))
    return redirect("onboarding:status", token=token)


def said(refusal: Exception) -> str:
    return " ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)
