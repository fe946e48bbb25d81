"""The desk's pages of applications: the checklist, the documents, the correspondence, and each step by a form."""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import content_disposition_header
from django_countries import countries
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from accounts.onboarding import documents, links, reviewing, sandbox
from accounts.onboarding.models import Application, BeneficialOwner, Contact, Document
from accounts.onboarding.states import OPEN, Status, StepRefused
from venue.admin import application_forms as steps
from venue.admin import figures
from venue.admin.operations import FAILURES, OperationForm, OperationsAdmin

STATUS_COLOURS: Final = {
    Status.DRAFT: "default",
    Status.SUBMITTED: "info",
    Status.IN_REVIEW: "info",
    Status.INFORMATION_REQUESTED: "warning",
    Status.RECOMMENDED: "primary",
    Status.OPENING: "warning",
    Status.APPROVED: "success",
    Status.REFUSED: "danger",
    Status.WITHDRAWN: "default",
}
# In which states a step is offered; the functions behind the steps have the last word.
STEPS: Final[dict[str, frozenset[Status]]] = {
    "take_up": frozenset({Status.SUBMITTED}),
    "check_item": frozenset({Status.IN_REVIEW}),
    "ask": frozenset({Status.IN_REVIEW}),
    "sandbox_key": frozenset({Status.IN_REVIEW, Status.INFORMATION_REQUESTED}),
    "recommend": frozenset({Status.IN_REVIEW}),
    "approve": frozenset({Status.RECOMMENDED, Status.OPENING}),
    "send_back": frozenset({Status.RECOMMENDED}),
    "refuse": frozenset({Status.IN_REVIEW, Status.INFORMATION_REQUESTED, Status.RECOMMENDED}),
    "new_link": OPEN,
}
# The checks of permission that the steps below name.
REVIEW: Final = ["review"]
APPROVE: Final = ["approve"]


class FactsInline(TabularInline):
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.has_perm("accounts.view_application"))


class ContactsInline(FactsInline):
    model = Contact
    fields = ("name", "role", "email", "phone")


class OwnersInline(FactsInline):
    model = BeneficialOwner
    fields = ("name", "date_of_birth", "country", "share")


@admin.register(Application)
class ApplicationDesk(OperationsAdmin):
    list_display = ("reference", "legal_name", "state", "country", "submitted_at", "recommended_by", "approved_by")
    list_filter = ("status", "country")
    search_fields = ("reference", "legal_name", "lei", "contacts__name", "contacts__email", "owners__name")
    list_select_related = ("recommended_by", "approved_by")
    readonly_fields = ("registered_in",)
    fields = (
        ("legal_name", "lei"),
        ("registered_in", "registered_address"),
        ("requested_markets", "requested_networks"),
        ("requested_tier", "created_at"),
        ("submitted_at", "facts_changed_at"),
        ("recommended_by", "approved_by"),
        "decided_at",
    )
    inlines = (ContactsInline, OwnersInline)
    change_form_outer_before_template = "venue/application.html"
    actions_detail = (
        "take_up",
        "ask",
        "recommend",
        "approve",
        "send_back",
        "refuse",
        {"title": "More", "items": ["check_item", "sandbox_key", "new_link"]},
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_review_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("accounts.review_application"))

    def has_approve_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("accounts.approve_application"))

    @display(description="Status", label=STATUS_COLOURS, ordering="status")
    def state(self, application: Application) -> tuple[str, str]:
        return application.status, application.get_status_display()

    @display(description="Country")
    def registered_in(self, application: Application) -> str:
        return f"{countries.name(application.country)} ({application.country})"

    def get_urls(self) -> list[URLPattern]:
        download = path(
            "<int:application>/documents/<int:document>/",
            self.admin_site.admin_view(self.download),
            name="accounts_application_document",
        )
        return [download, *super().get_urls()]

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        subject = self.get_object(request, str(object_id))
        offered = super().get_actions_detail(request, object_id)
        return [one for one in offered if subject is not None and self.offers(request, subject, one.path)]

    def offers(self, request: HttpRequest, application: Application, step: str) -> bool:
        if step == "approve" and request.user.pk in reviewing.reviewers(application):
            return False
        return Status(application.status) in STEPS[step]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        application = self.get_object(request, object_id)
        seen = {} if application is None else self.seen(request, application)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **seen})

    def seen(self, request: HttpRequest, application: Application) -> dict[str, Any]:
        """What stands above the facts."""
        now = Status(application.status)
        return {
            "application": application,
            "status_label": figures.label(application.get_status_display(), STATUS_COLOURS[now]),
            "checks": reviewing.checklist(application),
            "checking": now == Status.IN_REVIEW and self.has_review_permission(request),
            "reviewed_by_me": request.user.pk in reviewing.reviewers(application),
            "documents": application.documents.all(),
            "may_download": request.user.has_perm("accounts.download_document"),
            "exchanged": application.messages.select_related("author"),
            "reports": application.conformance_reports.all()[:5],
            "terms": terms_of(application),
            "namesakes": Application.objects.filter(lei=application.lei).exclude(pk=application.pk),
            "key_address": key_address(application),
        }

    def download(self, request: HttpRequest, application: int, document: int) -> HttpResponse:
        found = get_object_or_404(Document, pk=document, application_id=application)
        try:
            raw = documents.read(found, request)
        except StepRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(self.page_of(found.application))
        answer = HttpResponse(raw, found.content_type)
        answer.headers["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "sandbox"
        answer["Cache-Control"] = "no-store"
        return answer

    def carried_out(self, request: HttpRequest, form: OperationForm) -> bool:
        """Each step writes its own record, with what it was about."""
        assert isinstance(form, steps.StepForm)
        try:
            done = form.take(request)
        except (*FAILURES, ValidationError) as failure:
            form.add_error(None, failure if isinstance(failure, ValidationError) else str(failure))
            return False
        self.message_user(request, done, messages.SUCCESS)
        return True

    @action(description="Take up", icon="rate_review", variant=ActionVariant.PRIMARY, permissions=REVIEW)
    def take_up(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, steps.TakeUp)

    @action(description="Check an item", icon="checklist", permissions=REVIEW)
    def check_item(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, steps.check_of(request.GET.get("item", "")))

    @action(description="Ask the applicant", icon="contact_support", permissions=REVIEW)
    def ask(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, steps.Ask)

    @action(description="Recommend", icon="thumb_up", variant=ActionVariant.PRIMARY, permissions=REVIEW)
    def recommend(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, steps.Recommend)

    @action(description="Approve", icon="verified", variant=ActionVariant.SUCCESS, permissions=APPROVE)
    def approve(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, steps.Approve)

    @action(description="Send back", icon="undo", permissions=APPROVE)
    def send_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, steps.SendBack)

    @action(description="Refuse", icon="block", variant=ActionVariant.DANGER, permissions=APPROVE)
    def refuse(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, steps.Refuse)

    @action(description="Sandbox key", icon="key", permissions=REVIEW)
    def sandbox_key(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def issue(application: Application) -> HttpResponse:
            issued = sandbox.issue_key(application, request)
            return self.shown_once(request, "accounts/issued_key.html", "Sandbox key issued", issued=issued)

        return self.hand_over(request, object_id, steps.SandboxKey, issue)

    @action(description="New status link", icon="link", permissions=REVIEW)
    def new_link(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def replace(application: Application) -> HttpResponse:
            token = links.replace(application, request)
            link = request.build_absolute_uri(reverse("onboarding:status", args=[token]))
            return self.shown_once(request, "venue/new_link.html", "New status link", link=link)

        return self.hand_over(request, object_id, steps.NewLink, replace)

    def hand_over(
        self,
        request: HttpRequest,
        object_id: str,
        form_class: type[steps.StepForm],
        make: Callable[[Application], HttpResponse],
    ) -> HttpResponse:
        """For what is shown once: the answer to the form is the page itself, which nobody keeps."""
        application = self.get_object(request, object_id)
        if application is None or request.method != "POST":
            return self.operate(request, object_id, form_class)
        try:
            return make(application)
        except FAILURES as failure:
            self.message_user(request, str(failure), messages.ERROR)
            return redirect(self.page_of(application))

    def shown_once(self, request: HttpRequest, template: str, title: str, **shown: Any) -> HttpResponse:
        response = TemplateResponse(
            request, template, {**self.admin_site.each_context(request), "title": title, **shown}
        )
        response["Cache-Control"] = "no-store"
        return response


def terms_of(application: Application) -> list[tuple[str, str]]:
    """What was recommended, as an officer reads it."""
    if application.granted_tier is None:
        return []
    return [
        ("Firm", application.granted_code),
        ("Trading account", application.granted_account),
        ("Tier", str(application.granted_tier)),
        ("Co-location", str(application.granted_colocation or "none")),
        ("Open orders and quotes", f"{application.granted_open_orders:,}"),
        ("Exposure", figures.plain(figures.value(application.granted_exposure))),
    ]


def key_address(application: Application) -> str:
    """The page that issues a key, filled in with what was granted."""
    if application.status != Status.APPROVED or application.firm is None:
        return ""
    account = application.firm.accounts.get(name=application.granted_account)
    granted = {
        "account": account.pk,
        "tier": application.granted_tier_id,
        "networks": ",".join(map(str, application.requested_networks)),
        "scopes": "READ,MARKET_MAKING",
    }
    if application.granted_colocation_id:
        granted["colocation"] = application.granted_colocation_id
    return f"{reverse('admin:accounts_apikey_add')}?{urlencode(granted)}"
