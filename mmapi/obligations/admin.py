"""Obligation programmes at the desk: terms, states, members, and how each maker stands and stood."""

import time
from datetime import date
from typing import Any, Final

from django.contrib import admin
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from mmapi.obligations import asked, compliance, shaping
from mmapi.obligations.forms import DeclareState, EndState, Join, Leave, SetTerms
from mmapi.obligations.integration.frames import state_at
from mmapi.obligations.integration.terms import Condition
from mmapi.obligations.models import DeclaredState, ObligationMembership, ObligationProgramme, ObligationTerms
from mmapi.obligations.programmes import OPEN_ENDED
from staff import audit
from venue.admin import figures
from venue.admin.matcher_rows import MatcherRowInline
from venue.admin.operations import OperationForm, OperationsAdmin
from venue.markets import existing

STATE_COLOURS: Final = {"normal": "success", "stressed": "warning", "exceptional": "danger"}


class TermsInline(MatcherRowInline):
    model = ObligationTerms
    verbose_name_plural = "Terms, the last ones first"
    ordering = ("-effective_from",)
    fields = ("in_force", "hours", "normal", "stressed", "set_by", "reason")

    @display(description="In force from")
    def in_force(self, row: ObligationTerms) -> SafeString | str:
        return figures.stamp(row.effective_from)

    @display(description="Hours")
    def hours(self, row: ObligationTerms) -> SafeString:
        return hours_of(row)

    @display(description="Normal")
    def normal(self, row: ObligationTerms) -> SafeString:
        return bounds(row, "normal")

    @display(description="Stressed")
    def stressed(self, row: ObligationTerms) -> SafeString:
        return bounds(row, "stressed")


def hours_of(row: ObligationTerms) -> SafeString:
    days = " ".join(shaping.DAYS[day - 1] for day in row.days)
    clock = f"{shaping.minutes(row.opens)}-{shaping.minutes(row.closes)} {row.time_zone}"
    return figures.two_lines(clock, "every day" if len(row.days) == 7 else days)


def bounds(row: ObligationTerms, condition: str) -> SafeString:
    presence, spread, size, ratio = (
        getattr(row, f"{condition}_{name}") for name in ("presence", "spread", "size", "ratio")
    )
    market = existing(row.programme.market_id)
    return figures.two_lines(
        f"{shaping.hundredths(presence).normalize():f}% within {shaping.hundredths(spread).normalize():f} bp",
        f"{market.size(size):f} {market.base_asset} a side, {shaping.hundredths(ratio).normalize():f} to 1",
    )


class StatesInline(MatcherRowInline):
    model = DeclaredState
    verbose_name_plural = "Declared states"
    fields = ("state", "reason", "begins", "planned", "ended", "declared_by", "ended_by")

    @display(description="State", label=STATE_COLOURS)
    def state(self, row: DeclaredState) -> str:
        return Condition(row.condition).name.lower()

    @display(description="From")
    def begins(self, row: DeclaredState) -> SafeString | str:
        return figures.stamp(row.starts_at)

    @display(description="Planned until")
    def planned(self, row: DeclaredState) -> SafeString | str:
        return figures.stamp(row.planned_end)

    @display(description="Ended by hand")
    def ended(self, row: DeclaredState) -> SafeString | str:
        return figures.stamp(row.ended_at)


class MembersInline(MatcherRowInline):
    model = ObligationMembership
    verbose_name_plural = "Members"
    fields = ("member", "joined", "joined_by", "left", "left_by")

    @display(description="Account")
    def member(self, row: ObligationMembership) -> SafeString:
        return figures.two_lines(row.account.name, row.firm.code)

    @display(description="Joined")
    def joined(self, row: ObligationMembership) -> SafeString | str:
        return figures.stamp(row.joined_at)

    @display(description="Left")
    def left(self, row: ObligationMembership) -> SafeString | str:
        return figures.stamp(row.left_at)


@admin.register(ObligationProgramme)
class ObligationProgrammeAdmin(OperationsAdmin):
    """A programme is made for a market; everything else is done to it by operations of its page."""

    list_display = ("market", "state", "normal", "stressed", "hours", "members")
    list_per_page = 50
    sortable_by = ()
    fields = ("market",)
    inlines = (TermsInline, StatesInline, MembersInline)
    change_form_outer_before_template = "mmapi/obligations_panel.html"
    actions_detail = (
        "declare",
        "end_state",
        "set_terms",
        {"title": "Members", "items": ["join", "leave"]},
    )

    class Media:
        css = {"all": ("mmapi/obligations.css",)}

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("market",) if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.inlines if obj else ()

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_terms_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("mmapi.change_obligationprogramme"))

    def has_states_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("mmapi.declare_state"))

    def has_members_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return bool(request.user.has_perm("mmapi.manage_members"))

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record(request, "create_obligation_programme", obj)

    def carried_out(self, request: HttpRequest, form: OperationForm) -> bool:
        form.request = request  # type: ignore[attr-defined]
        return super().carried_out(request, form)

    # The panel

    def get_urls(self) -> list[URLPattern]:
        panel = self.admin_site.admin_view(self.panel)
        return [path("<path:object_id>/panel/", panel, name="mmapi_obligationprogramme_panel"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        programme = self.get_object(request, object_id)
        shown = {**self.panel_context(request, programme), **(extra_context or {})} if programme else extra_context
        return super().change_view(request, object_id, form_url, shown)

    def panel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The panel alone, with which the page renews itself."""
        programme = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if programme is None:
            raise Http404
        return TemplateResponse(request, "mmapi/obligations.html", self.panel_context(request, programme))

    def panel_context(self, request: HttpRequest, programme: ObligationProgramme) -> dict[str, Any]:
        context = compliance.context(programme, day_of(request))
        return {**context, "state_label": self.state_label(programme)}

    def state_label(self, programme: ObligationProgramme) -> SafeString:
        word = self.state(programme)
        return figures.label(word, STATE_COLOURS[word])

    # Operations

    @action(description="Declare a state", icon="warning", variant=ActionVariant.DANGER, permissions=["states"])
    def declare(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, DeclareState)

    @action(description="End the state", icon="check_circle", permissions=["states"])
    def end_state(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, EndState)

    @action(description="New terms", icon="edit_note", permissions=["terms"])
    def set_terms(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, SetTerms)

    @action(description="A member joins", icon="person_add", permissions=["members"])
    def join(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, Join)

    @action(description="A member leaves", icon="person_remove", variant=ActionVariant.DANGER, permissions=["members"])
    def leave(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, Leave)

    # Columns

    @display(description="State", label=STATE_COLOURS)
    def state(self, programme: ObligationProgramme) -> str:
        now = time.time_ns() // 1_000_000
        states = asked.of_markets([programme.market_id]).programmes[programme.market_id].states
        return state_at(states, now)[0].name.lower()

    def in_force(self, programme: ObligationProgramme) -> ObligationTerms | None:
        return programme.terms.filter(effective_from__lte=time.time_ns() // 1_000_000).last()

    @display(description="Normal")
    def normal(self, programme: ObligationProgramme) -> SafeString | str:
        terms = self.in_force(programme)
        return bounds(terms, "normal") if terms else figures.NOTHING

    @display(description="Stressed")
    def stressed(self, programme: ObligationProgramme) -> SafeString | str:
        terms = self.in_force(programme)
        return bounds(terms, "stressed") if terms else figures.NOTHING

    @display(description="Hours")
    def hours(self, programme: ObligationProgramme) -> SafeString | str:
        terms = self.in_force(programme)
        return hours_of(terms) if terms else figures.NOTHING

    @display(description="Members")
    def members(self, programme: ObligationProgramme) -> SafeString:
        return figures.figure(str(programme.members.filter(left_at=OPEN_ENDED).count()))


def day_of(request: HttpRequest) -> date | None:
    """What `?day=` asks for; anything that is no day is today."""
    try:
        return date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
