"""The desk's pages on firms, accounts, keys, tiers and co-location profiles."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.fields import ArrayField
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.admin import TabularInline
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from accounts import credentials, keys, standing
from accounts.firms import TransitionRefused
from accounts.models import ApiKey, ColocationProfile, Firm, Tier, TradingAccount
from accounts.refusals import Refusal
from accounts.scopes import Scope
from staff import audit
from staff.lists import ExportAdmin
from staff.rights import needs

ONE_LINE = {ArrayField: {"widget": UnfoldAdminTextInputWidget}}


class KeptAdmin(ExportAdmin):
    """Rows that trades refer to: suspended or revoked, never deleted."""

    # Their code or name is quoted in reports, so it stays what it was.
    fixed_fields: ClassVar[tuple[str, ...]] = ()

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return (*self.readonly_fields, *self.fixed_fields) if obj else tuple(self.readonly_fields)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        credentials.invalidate()

    def change_standing(
        self, request: HttpRequest, members: QuerySet, verb: str, change: Callable[[Any], None]
    ) -> None:
        for member in members:
            action, before = f"{verb}_{self.opts.model_name}", {"status": member.status}
            try:
                change(member)
            except (TransitionRefused, Refusal) as refusal:
                member.refresh_from_db(fields=["status"])
                after = {"failure": str(refusal), "status": member.status}
                audit.record(request, f"try_{action}", member, before=before, after=after)
                self.message_user(request, str(refusal), messages.ERROR)
            else:
                audit.record(request, action, member, before=before, after={"status": member.status})
                self.log_change(request, member, f"Status changed to {member.get_status_display()}.")
                self.message_user(request, f"{member} is {member.get_status_display().lower()}.", messages.SUCCESS)


class TradingAccountInline(TabularInline):
    model = TradingAccount
    fields = ("name", "status")
    readonly_fields = ("status",)
    extra = 0
    can_delete = False
    show_change_link = True

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Firm)
class FirmAdmin(KeptAdmin):
    list_display = ("code", "legal_name", "lei", "status", "created_at")
    list_filter = ("status",)
    search_fields = ("code", "legal_name", "lei", "accounts__name")
    readonly_fields = ("status", "created_at", "updated_at")
    fields = ("code", "legal_name", "lei", "status", "created_at", "updated_at")
    fixed_fields = ("code",)
    inlines = (TradingAccountInline,)
    actions = ("reinstate",)

    has_suspend_permission = needs("accounts.suspend_firm")
    has_off_board_permission = needs("accounts.off_board_firm")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A firm comes by its application, which two officers have seen."""
        return False

    @admin.action(description="Reinstate", permissions=["suspend"])
    def reinstate(self, request: HttpRequest, members: QuerySet[Firm]) -> None:
        self.change_standing(request, members, "reinstate", standing.function_of("reinstate_firm"))


@admin.register(TradingAccount)
class TradingAccountAdmin(KeptAdmin):
    list_display = ("name", "firm", "status", "created_at")
    list_filter = ("status", "firm")
    search_fields = ("name", "firm__code", "firm__legal_name")
    list_select_related = ("firm",)
    readonly_fields = ("status", "created_at", "updated_at")
    fields = ("name", "firm", "status", "created_at", "updated_at")
    fixed_fields = ("name", "firm")
    actions = ("reinstate",)
    has_suspend_permission = needs("accounts.suspend_tradingaccount")

    @admin.action(description="Reinstate", permissions=["suspend"])
    def reinstate(self, request: HttpRequest, members: QuerySet[TradingAccount]) -> None:
        self.change_standing(request, members, "reinstate", standing.function_of("reinstate_account"))


class LimitsAdmin(ExportAdmin):
    """Rows that credentials hold a copy of; those in use cannot be deleted."""

    def save_model(self, request: HttpRequest, obj: Model, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        credentials.invalidate()


@admin.register(Tier)
class TierAdmin(LimitsAdmin):
    list_display = ("name", "requests_per_second", "order_operations_per_second", "max_batch_size", "lane")
    list_filter = ("lane",)
    search_fields = ("name",)


@admin.register(ColocationProfile)
class ColocationProfileAdmin(LimitsAdmin):
    formfield_overrides = ONE_LINE
    list_display = ("name", "network_list")
    search_fields = ("name",)

    @admin.display(description="Networks")
    def network_list(self, profile: ColocationProfile) -> str:
        return ", ".join(map(str, profile.networks))


REVOKED = ("revoked_at", admin.EmptyFieldListFilter)


class ApiKeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(choices=Scope.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget)

    class Meta:
        model = ApiKey
        fields = (
            "account",
            "label",
            "scopes",
            "firm_wide",
            "networks",
            "tier",
            "colocation",
            "expires_at",
            "algorithm",
            "public_key",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self.instance.pk is None:
            keys.check(ApiKey(**cleaned))
        return cleaned


@admin.register(ApiKey)
class ApiKeyAdmin(ExportAdmin):
    form = ApiKeyForm
    formfield_overrides = ONE_LINE
    list_display = ("key_id", "label", "account", "scope_list", "tier", "status", "expires_at", "created_at")
    list_filter = ("algorithm", "tier", "colocation", "firm_wide", "account__firm", REVOKED)
    search_fields = ("key_id", "label", "account__name", "account__firm__code")
    list_select_related = ("account", "tier")
    autocomplete_fields = ("account",)
    actions = ("revoke",)
    has_revoke_permission = needs("accounts.revoke_apikey")
    issued_fields = (
        "key_id",
        "account",
        "algorithm",
        "public_key",
        "status",
        "blocked_at",
        "created_at",
        "created_by",
        "revoked_at",
        "revoked_by",
        "revocation_reason",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApiKey]:
        # No page needs the secret, so none can show it, and none fails where it cannot be read.
        return super().get_queryset(request).defer("secret")

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return self.issued_fields if obj else ()

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        names = list(ApiKeyForm.Meta.fields)
        return [*names, *(name for name in self.issued_fields if name not in names)] if obj else names

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the address of the page names, such as the terms of an application; scopes as READ,TRADE."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        return {**initial, "scopes": initial["scopes"].split(",")} if "scopes" in initial else initial

    def save_model(self, request: HttpRequest, obj: ApiKey, form: forms.ModelForm, change: bool) -> None:
        if change:
            keys.amend(obj)
        else:
            # Handed to response_add, which shows the secret this once.
            request.issued_key = keys.issue(obj, request.user.get_username())  # type: ignore[attr-defined]
            audit.record(request, "issue_api_key", obj, after=keys.describe(obj))

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        issued = request.issued_key  # type: ignore[attr-defined]
        context = {**self.admin_site.each_context(request), "title": "API key issued", "issued": issued}
        response = TemplateResponse(request, "accounts/issued_key.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.display(description="Scopes")
    def scope_list(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @admin.display(description="Status")
    def status(self, key: ApiKey) -> str:
        return key.status_at(timezone.now())

    @admin.action(description="Revoke for good", permissions=["revoke"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiKey]) -> None:
        for key in chosen:
            if keys.revoke(key, "Revoked in the admin.", request.user.get_username()):
                audit.record(request, "revoke_api_key", key, reason="Revoked in the admin.")
                self.log_change(request, key, "Revoked.")
                self.message_user(request, f"{key} is revoked.", messages.SUCCESS)
            else:
                self.message_user(request, f"{key} was revoked before.", messages.WARNING)
