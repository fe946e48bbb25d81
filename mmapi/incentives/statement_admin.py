"""Statements: issued, corrected by another version, read, downloaded and printed; never changed."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import Firm, TradingAccount
from accounts.refusals import Refusal
from mmapi.incentives import own_statements, statements, volumes
from mmapi.incentives.models import Statement
from mmapi.incentives.statements import Subject
from staff import audit
from venue.admin import figures
from venue.admin.matcher_rows import BY_FIRM, MatcherRowAdmin

PERMISSION: Final = "mmapi.issue_statement"
MOST_PRINTED: Final = 5_000
TYPES: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


class IssueForm(forms.Form):
    """Whose statement of which month; of an account, or of a firm with all its accounts."""

    title = "Issue a statement"
    explanation = (
        "The fills of the month as the ledger has them. A statement that was issued stays; if the ledger has changed "
        "since, another version corrects it, and the reason is told to the firm."
    )
    button = "Issue"
    dangerous = False

    month = forms.RegexField(
        r"^\d{4}-(0[1-9]|1[0-2])$",
        widget=UnfoldAdminTextInputWidget({"placeholder": "2026-10"}),
        help_text="YYYY-MM, UTC.",
    )
    firm = forms.ModelChoiceField(Firm.objects.all(), widget=UnfoldAdminSelectWidget)
    account = forms.ModelChoiceField(
        TradingAccount.objects.all(), required=False, widget=UnfoldAdminSelectWidget, help_text="Empty: the firm's."
    )
    reason = forms.CharField(
        max_length=500, required=False, widget=UnfoldAdminTextInputWidget, help_text="Needed for a correction."
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        account, firm = cleaned.get("account"), cleaned.get("firm")
        if account is not None and firm is not None and account.firm_id != firm.pk:
            self.add_error("account", "The account is not of this firm.")
        if not self.errors and not cleaned["reason"] and self.corrects():
            self.add_error("reason", "It was issued before: say why it is corrected.")
        return cleaned

    def subject(self) -> Subject:
        return Subject(self.cleaned_data["firm"], self.cleaned_data["account"])

    def first_day(self) -> date:
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")

    def corrects(self) -> bool:
        return bool(statements.of(self.subject()).filter(month=self.first_day()).exists())


@admin.register(Statement)
class StatementAdmin(MatcherRowAdmin):
    owners = ("firm", "account")
    list_display = ("number_of", "whose", "fill_count", "to_pay", "issued", "corrected")
    list_filter = (BY_FIRM, "month")
    search_fields = ("firm__code",)
    search_help_text = "Account or firm"
    change_form_outer_after_template = "mmapi/statement_totals.html"
    actions_list = ("issue_one",)
    actions_detail = ("printable", "as_csv", "as_json")
    fieldsets = (
        (
            "Statement",
            {
                "fields": (
                    ("number_of", "whose"),
                    ("issued_at", "issued_by"),
                    ("fill_count", "version"),
                    "reason",
                    "digest",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("lines")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("issue/", view(self.issue_page), name="mmapi_statement_issue"),
            path("<int:number>/print/", view(self.print_page), name="mmapi_statement_print"),
            path("<int:number>/file.<str:form>", view(self.file), name="mmapi_statement_file"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        statement = self.get_object(request, object_id)
        shown = {**(extra_context or {}), "totals": totals_of(statement) if statement else []}
        return super().change_view(request, object_id, form_url, shown)

    def matching(self, word: str) -> Q:
        return Q(firm__code__iexact=word) | Q(account__name__iexact=word)

    def has_issue_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(PERMISSION)

    # What staff do

    @action(description="Issue a statement", icon="receipt", permissions=["issue"])
    def issue_one(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:mmapi_statement_issue")

    def issue_page(self, request: HttpRequest) -> HttpResponse:
        if not self.has_issue_permission(request):
            raise PermissionDenied
        last = volumes.month_of(timezone.now()).since - timedelta(days=1)
        form = IssueForm(request.POST if request.method == "POST" else None, initial={"month": f"{last:%Y-%m}"})
        if form.is_valid() and (issued := self.carried_out(request, form)) is not None:
            return redirect("admin:mmapi_statement_change", issued.pk)
        context = {**self.admin_site.each_context(request), "title": form.title, "opts": self.opts, "form": form}
        context["back"] = reverse("admin:mmapi_statement_changelist")
        return TemplateResponse(request, "venue/operation.html", context)

    def carried_out(self, request: HttpRequest, form: IssueForm) -> Statement | None:
        reason = form.cleaned_data["reason"]
        try:
            with transaction.atomic():
                by = request.user.get_username()
                statement = statements.issue(form.subject(), form.first_day(), by, reason)
                after = {"number": statement.number, "totals": statement.totals, "digest": statement.digest}
                audit.record(request, "issue_statement", statement, reason=reason, after=after)
        except Refusal as refusal:
            form.add_error(None, str(refusal.detail))
            return None
        self.message_user(request, f"{statement} is issued.", messages.SUCCESS)
        return statement

    @action(description="Printable", icon="print", permissions=["view"])
    def printable(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:mmapi_statement_print", object_id)

    @action(description="CSV", icon="download", permissions=["view"])
    def as_csv(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:mmapi_statement_file", object_id, "csv")

    @action(description="JSON", icon="data_object", permissions=["view"])
    def as_json(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect("admin:mmapi_statement_file", object_id, "json")

    def wanted(self, request: HttpRequest, number: int) -> Statement:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = Statement.objects.select_related("firm", "account").filter(pk=number).first()
        if found is None:
            raise Http404
        return found

    def print_page(self, request: HttpRequest, number: int) -> HttpResponse:
        statement = self.wanted(request, number)
        lines = statements.lines_of(statement)
        context = {"statement": statement, "totals": totals_of(statement), "lines": lines[:MOST_PRINTED]}
        context["left_out"] = max(0, len(lines) - MOST_PRINTED)
        return TemplateResponse(request, "mmapi/statement_print.html", context)

    def file(self, request: HttpRequest, number: int, form: str) -> HttpResponse:
        statement = self.wanted(request, number)
        if form not in TYPES:
            raise Http404
        whole = own_statements.whole
        content = statements.as_csv(statement) if form == "csv" else msgspec.json.encode(whole(statement))
        name = f"{own_statements.file_name(statement)}.{form}"
        return HttpResponse(
            content, content_type=TYPES[form], headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    # What is shown

    @display(description="Statement")
    def number_of(self, statement: Statement) -> SafeString:
        return figures.two_lines(f"{statement.month:%Y-%m}", f"version {statement.version}")

    @display(description="Of")
    def whose(self, statement: Statement) -> SafeString:
        below = statement.firm.code if statement.account else "whole firm"
        return figures.two_lines(statement.account or statement.firm, below)

    @display(description="Fills")
    def fill_count(self, statement: Statement) -> SafeString:
        return figures.figure(f"{statement.fills:,}")

    @display(description="Payable")
    def to_pay(self, statement: Statement) -> SafeString:
        return figures.figure(", ".join(f"{one['payable']} {one['currency']}" for one in totals_of(statement)) or "-")

    @display(description="Issued")
    def issued(self, statement: Statement) -> SafeString | str:
        return figures.stamp(statement.issued_at)

    @display(description="Corrects", label={"correction": "warning", "first": "default"})
    def corrected(self, statement: Statement) -> str:
        return "correction" if statement.version > 1 else "first"


def totals_of(statement: Statement) -> list[dict[str, Any]]:
    """For eyes: with thousands apart."""
    return [
        {name: f"{Decimal(value):,f}" if name not in {"currency", "fills"} else value for name, value in one.items()}
        for one in statement.totals
    ]
