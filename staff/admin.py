"""Staff, their roles, their sessions and the audit trail, in the desk's theme."""

from importlib import import_module
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter, TextFilter
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from staff import audit, members, two_factor
from staff.lists import BetweenMoments, ExportAdmin, LongListAdmin
from staff.models import AuditEntry, StaffSession
from staff.recorded import RECORDED
from staff.rights import needs
from staff.roles import ROLES

# Django's own pages of people, and those of the second factor, which would show its secrets.
for module in ("django.contrib.auth", "django_otp.plugins.otp_totp", "django_otp.plugins.otp_static"):
    import_module(f"{module}.admin")
admin.site.unregister([User, Group, TOTPDevice, StaticDevice])


class ReadOnly:
    """Shown as they are."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=200, widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}), help_text="Kept in the record."
    )
    title: ClassVar[str]
    explanation: ClassVar[str]
    button: ClassVar[str]
    dangerous = True


class ResetTwoFactor(ReasonForm):
    title = "Reset the second factor of"
    explanation = (
        "Be sure of who asks. At the next sign-in with the password alone a new authenticator app is set up; "
        "until then whoever has the password can do that."
    )
    button = "Reset the second factor"


class SignOut(ReasonForm):
    title = "Sign out"
    explanation = "Ends all open sessions at once."
    button = "Sign out everywhere"


class Unlock(ReasonForm):
    title = "Unlock"
    explanation = "Forgets the failed sign-ins of this name, whatever address they came from."
    button = "Unlock"
    dangerous = False


def roles_field() -> forms.ModelMultipleChoiceField:
    every = Group.objects.order_by("name")
    return forms.ModelMultipleChoiceField(
        every, required=False, label="Roles", widget=UnfoldAdminCheckboxSelectMultipleWidget
    )


class NewStaffForm(UserCreationForm):
    groups = roles_field()


class StaffUserForm(UserChangeForm):
    groups = roles_field()

    def clean_groups(self) -> Any:
        chosen = self.cleaned_data["groups"]
        actor: User = self.acting
        if self.instance.pk == actor.pk and not actor.is_superuser and set(chosen) != set(actor.groups.all()):
            raise forms.ValidationError("Nobody changes their own roles.")
        return chosen

    acting: ClassVar[Any]


@admin.register(User)
class StaffAdmin(UserAdmin, ExportAdmin):
    form = StaffUserForm
    add_form = NewStaffForm
    change_password_form = AdminPasswordChangeForm
    change_list_template = ExportAdmin.change_list_template  # type: ignore[misc]
    list_display = ("username", "roles", "first_name", "last_name", "is_active", "second_factor", "last_login")
    list_filter = ("is_active", "is_superuser", "groups")
    export_fields = ("username", "first_name", "last_name", "email", "is_active", "is_superuser", "last_login")
    readonly_fields = ("last_login", "date_joined", "second_factor")
    actions_detail = ("reset_two_factor", {"title": "More", "items": ["sign_out", "unlock"]})
    filter_horizontal = ()
    has_reset_two_factor_permission = needs("staff.reset_two_factor")
    has_sign_out_permission = needs("staff.sign_out_staff")
    has_unlock_permission = needs("staff.unlock_staff")
    add_fieldsets = ((None, {"fields": ("username", "password1", "password2", "groups")}),)
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": (("first_name", "last_name"), "email")}),
        ("Rights", {"fields": ("is_active", "groups")}),
        ("Sign-in", {"fields": (("last_login", "date_joined"), "second_factor")}),
    )
    superuser_fieldset = ("Beyond roles", {"fields": ("is_superuser",)})

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups", "totpdevice_set")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return (*fieldsets, self.superuser_fieldset) if obj and is_superuser(request) else fieldsets

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **options: Any) -> Any:
        form = super().get_form(request, obj, change=change, **options)
        return type(form.__name__, (form,), {"acting": request.user})

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """A superuser is beyond administrators."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not obj.is_superuser or is_superuser(request))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # the record refers to them: made inactive instead

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        if change:
            form.standing_before = members.standing(User.objects.get(pk=obj.pk))  # type: ignore[attr-defined]
        obj.is_staff = True
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change:
            members.note_standing(request, form.instance, form.standing_before)  # type: ignore[attr-defined]

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        audit.record(request, "add_staff", obj, after=members.standing(obj))
        return super().log_addition(request, obj, message)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        answer: HttpResponse = super().user_change_password(request, id, form_url)
        user = self.get_object(request, id)
        if request.method == "POST" and answer.status_code == 302 and user is not None:
            if user.pk != request.user.pk:
                members.sign_out_everywhere(request, user, "password set by another")
            audit.record(request, "set_password", user)
        return answer

    def operate(
        self, request: HttpRequest, object_id: str, form_class: type[ReasonForm], carry_out: Any, done: str
    ) -> HttpResponse:
        user = self.get_object(request, object_id)
        if user is None:
            raise Http404
        form = form_class(request.POST if request.method == "POST" else None)
        page = reverse("admin:auth_user_change", args=[user.pk])
        if form.is_valid():
            try:
                carry_out(request, user, form.cleaned_data["reason"])
            except two_factor.MayNot as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, f"{user} {done}", messages.SUCCESS)
                return redirect(page)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{form.title} {user}",
            "opts": self.opts,
            "original": user,
            "form": form,
            "back": page,
        }
        return TemplateResponse(request, "venue/operation.html", context)

    @action(
        description="Reset second factor",
        icon="phonelink_erase",
        variant=ActionVariant.DANGER,
        permissions=["reset_two_factor"],
    )
    def reset_two_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(
            request, object_id, ResetTwoFactor, two_factor.reset, "sets up a new one at the next sign-in."
        )

    @action(description="Sign out everywhere", icon="logout", permissions=["sign_out"])
    def sign_out(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, SignOut, members.sign_out_everywhere, "is signed out everywhere.")

    @action(description="Unlock", icon="lock_open", permissions=["unlock"])
    def unlock(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, Unlock, members.unlock, "may sign in again.")

    @display(description="Roles")
    def roles(self, user: User) -> str:
        return "superuser" if user.is_superuser else ", ".join(sorted(group.name for group in user.groups.all())) or "-"

    @display(description="Second factor", label={"set up": "success", "none yet": "warning"})
    def second_factor(self, user: User) -> str:
        devices = user.totpdevice_set.all()  # type: ignore[attr-defined]
        return "set up" if any(device.confirmed for device in devices) else "none yet"


def is_superuser(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_superuser


@admin.register(Group)
class RoleAdmin(ReadOnly, ModelAdmin):
    """The roles are the program's own table; a change of it is a change of the program."""

    list_display = ("name", "how_many")
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", "may")
    readonly_fields = ("name", "may")

    @display(description="Permissions")
    def how_many(self, role: Group) -> int:
        return len(ROLES.get(role.name, ()))

    @display(description="May")
    def may(self, role: Group) -> SafeString:
        names = ((name,) for name in sorted(ROLES.get(role.name, ())))
        return format_html('<ul class="desk-id">{}</ul>', format_html_join("", "<li>{}</li>", names))


@admin.register(StaffSession)
class StaffSessionAdmin(ReadOnly, LongListAdmin):
    list_display = ("signed_in", "user", "seen_at", "address", "browser", "ended_at", "ended_because")
    list_filter = ("user",)
    list_select_related = ("user",)
    search_fields = ("user__username",)
    sortable_by = ("signed_in",)
    fields = ("user", "signed_in_at", "seen_at", "address", "browser", "ended_at", "ended_because")

    @display(description="Signed in", ordering="pk")
    def signed_in(self, session: StaffSession) -> str:
        return f"{session.signed_in_at:%Y-%m-%d %H:%M:%S}"


class ActionFilter(TextFilter):
    title = "action"
    parameter_name = "action"

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


class ActorFilter(DropdownFilter):
    title = "who"
    parameter_name = "actor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in User.objects.order_by("username").values_list("username", flat=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(actor_name=self.value()) if self.value() else queryset


class SubjectFilter(DropdownFilter):
    title = "kind of subject"
    parameter_name = "subject"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = {model._meta.label_lower for model in admin.site._registry} | set(RECORDED)
        return [(name, name) for name in sorted(names)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        return queryset.filter(subject_type=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, LongListAdmin):
    list_display = ("when", "who", "action", "of", "reason", "changed")
    list_filter = (ActorFilter, ActionFilter, SubjectFilter, ("at", BetweenMoments))
    list_filter_submit = True
    sortable_by = ("when",)
    search_fields = ("subject_id",)
    search_help_text = "Who, action, request, or what it was done to"
    readonly_fields = ("moment", "who", "deed", "of", "reason", "changes", "together", "sealed")
    fieldsets = (
        ("Entry", {"fields": (("moment", "who"), ("deed", "of"), "reason")}),
        ("Before and after", {"fields": ("changes",)}),
        ("Record", {"fields": ("together", "sealed")}),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """One index each."""
        word = search_term.strip()
        if not word:
            return queryset, False
        named = {label: recorded.name for label, recorded in RECORDED.items()}
        of_subject = Q(subject_type__in=[*named, *known_subjects()], subject_id=word)
        return queryset.filter(Q(actor_name=word) | Q(action=word) | Q(request_id=word) | of_subject), False

    @display(description="Time", ordering="pk")
    def when(self, entry: AuditEntry) -> SafeString:
        return format_html(
            '<span class="desk-figure">{}<small>{}</small></span>', f"{entry.at:%H:%M:%S}", f"{entry.at:%Y-%m-%d}"
        )

    @display(description="Time")
    def moment(self, entry: AuditEntry) -> str:
        return f"{entry.at:%Y-%m-%d %H:%M:%S.%f} UTC"

    @display(description="Who")
    def who(self, entry: AuditEntry) -> SafeString:
        return format_html(
            '<span class="desk-figure">{}<small>{}</small></span>', entry.actor_name, entry.address or ""
        )

    @display(description="Action")
    def deed(self, entry: AuditEntry) -> str:
        return entry.action

    @display(description="Subject")
    def of(self, entry: AuditEntry) -> SafeString:
        kind = f"{entry.subject_type} {entry.subject_id}".strip()
        return format_html('<span class="desk-figure">{}<small>{}</small></span>', entry.subject or "-", kind)

    @display(description="Changed")
    def changed(self, entry: AuditEntry) -> str:
        names = sorted({*entry.before, *entry.after})
        return ", ".join(names[:4]) + (" …" if len(names) > 4 else "") or "-"

    @display(description="Changes")
    def changes(self, entry: AuditEntry) -> SafeString | str:
        names = sorted({*entry.before, *entry.after})
        if not names:
            return "-"
        rows = (
            (
                "desk-same" if entry.before.get(name) == entry.after.get(name) else "desk-changed",
                name,
                *sides(entry, name),
            )
            for name in names
        )
        body = format_html_join("", '<tr class="{}"><th scope="row">{}</th><td>{}</td><td>{}</td></tr>', rows)
        head = '<thead><tr><th scope="col">Field</th><th scope="col">Before</th><th scope="col">After</th></tr></thead>'
        return format_html('<table class="desk-changes">' + head + "<tbody>{}</tbody></table>", body)

    @display(description="In the same request")
    def together(self, entry: AuditEntry) -> SafeString | str:
        if not entry.request_id:
            return "-"
        others = AuditEntry.objects.filter(request_id=entry.request_id).exclude(pk=entry.pk).order_by("pk")[:50]
        links = (
            (reverse("admin:staff_auditentry_change", args=[other.pk]), other.action, other.subject) for other in others
        )
        return format_html_join("", '<a class="desk-link" href="{}">{} {}</a><br>', links) or "-"

    @display(description="Seal")
    def sealed(self, entry: AuditEntry) -> SafeString | str:
        seal = getattr(entry, "seal", None)
        return format_html('<span class="desk-id">{} {}</span>', seal.number, seal.hash) if seal else "-"


def known_subjects() -> list[str]:
    return [model._meta.label_lower for model in admin.site._registry]


def sides(entry: AuditEntry, name: str) -> tuple[str, str]:
    return shown(entry.before, name), shown(entry.after, name)


def shown(values: dict[str, Any], name: str) -> str:
    if name not in values:
        return ""
    value = values[name]
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
