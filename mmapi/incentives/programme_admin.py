"""Schedules, programmes and memberships, which operations edit, and what followed from them at each cut."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from mmapi.incentives import overlap, volume_report
from mmapi.incentives.models import Assignment, FeeSchedule, FeeTier, Membership, Programme
from mmapi.incentives.recorded_admin import RecordedAdmin
from venue import markets
from venue.admin import figures
from venue.admin.matcher_rows import BY_FIRM, MatcherRowAdmin, MatcherRowInline
from venue.models import Market

_SHOWN = ("tier", "maker_ppm", "taker_ppm", "effective_from")


def basis_points(ppm: int | None) -> str:
    return figures.NOTHING if ppm is None else f"{Decimal(ppm) / 100:f} bp"


def both(maker_ppm: int | None, taker_ppm: int | None) -> SafeString:
    """Maker above taker."""
    if maker_ppm is None:
        return figures.two_lines("market's own", "")
    return figures.two_lines(f"{basis_points(maker_ppm)} maker", f"{basis_points(taker_ppm)} taker")


class FeeTierInline(TabularInline):
    model = FeeTier
    fields = ("name", "min_volume", "min_compliance", "maker_bps", "taker_bps")
    ordering = ("min_volume",)
    extra = 0
    min_num = 1


@admin.register(FeeSchedule)
class FeeScheduleAdmin(RecordedAdmin):
    kin = ("tiers",)
    list_display = ("name", "steps", "used")
    search_fields = ("name",)
    inlines = (FeeTierInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FeeSchedule]:
        return super().get_queryset(request).prefetch_related("tiers", "programmes")

    @display(description="Tiers")
    def steps(self, schedule: FeeSchedule) -> SafeString:
        tiers = list(schedule.tiers.all())
        spans = f"{basis_points(tiers[0].maker_ppm)} to {basis_points(tiers[-1].maker_ppm)} maker" if tiers else ""
        return figures.two_lines(len(tiers), spans)

    @display(description="Programmes")
    def used(self, schedule: FeeSchedule) -> str:
        return ", ".join(one.name for one in schedule.programmes.all()) or figures.NOTHING


class ProgrammeForm(forms.ModelForm):
    markets = forms.TypedMultipleChoiceField(
        coerce=int,
        required=False,
        empty_value=[],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="None: all markets of the quote currency.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = Market.objects.values_list("number", "symbol", "quote_currency")
        self.fields["markets"].choices = [  # type: ignore[attr-defined]
            (number, f"{symbol} ({currency})") for number, symbol, currency in known
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = Market.objects.filter(number__in=cleaned.get("markets", []))
        foreign = [one.symbol for one in chosen if one.quote_currency != cleaned.get("quote_currency")]
        if foreign:
            self.add_error("markets", f"Not quoted in the programme's currency: {', '.join(foreign)}.")
        return cleaned


@admin.register(Programme)
class ProgrammeAdmin(RecordedAdmin):
    form = ProgrammeForm
    list_display = ("name", "schedule", "where", "daily", "window_days", "members", "running")
    list_filter = ("active", "quote_currency")
    list_select_related = ("schedule",)
    search_fields = ("name",)
    autocomplete_fields = ("schedule",)
    fieldsets = (
        ("Programme", {"fields": (("name", "active"), ("schedule", "quote_currency"), "markets")}),
        ("Days", {"fields": (("cut_at", "window_days"),)}),
    )
    actions_list = ("volumes",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Programme]:
        held = Count("memberships", filter=Q(memberships__until=None))
        return super().get_queryset(request).annotate(member_count=held)

    def get_urls(self) -> list[URLPattern]:
        report = self.admin_site.admin_view(volume_report.page)
        return [path("volumes/", report, name="mmapi_volume_report"), *super().get_urls()]

    def has_volumes_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(volume_report.PERMISSION)

    @action(description="Volumes by firm", icon="leaderboard", permissions=["volumes"])
    def volumes(self, request: HttpRequest) -> HttpResponse:
        return redirect("admin:mmapi_volume_report")

    @display(description="Markets")
    def where(self, programme: Programme) -> SafeString:
        named = [terms.symbol for number in programme.markets if (terms := markets.by_number(number))]
        return figures.two_lines(", ".join(named) or "all", programme.quote_currency)

    @display(description="Cut")
    def daily(self, programme: Programme) -> SafeString:
        return figures.figure(f"{programme.cut_at:%H:%M} UTC")

    @display(description="Members")
    def members(self, programme: Any) -> SafeString:
        return figures.figure(f"{programme.member_count:,}")

    @display(description="Status", label={"active": "success", "ended": "default"})
    def running(self, programme: Programme) -> str:
        return "active" if programme.active else "ended"


class MembershipForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            names = ("programme", "firm", "account", "since", "until")
            values = {name: cleaned[name] if name in cleaned else getattr(self.instance, name) for name in names}
            draft = Membership(pk=self.instance.pk, **values)
            other = overlap.of(draft)
            if other is not None:
                self.add_error("programme", f"It has rates in these markets already: {other}.")
        return cleaned


class AssignmentColumns:
    """What a membership's page and the list of assignments both show of one."""

    @display(description="Tier")
    def tier_name(self, one: Assignment) -> str:
        return one.tier or figures.NOTHING

    @display(description="Rates")
    def rates(self, one: Assignment) -> SafeString | str:
        return both(one.maker_ppm, one.taker_ppm)

    @display(description="Counted volume")
    def counted(self, one: Assignment) -> SafeString:
        compliance = "" if one.compliance is None else f"{figures.plain(one.compliance)}% compliance"
        return figures.two_lines(f"{figures.plain(one.volume)} {one.membership.programme.quote_currency}", compliance)


class AssignmentInline(AssignmentColumns, MatcherRowInline):
    model = Assignment
    verbose_name_plural = "Assignments"
    fields = ("holds_from", "tier_name", "rates", "counted", "announced", "standing")
    per_page = 30

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("membership__programme")

    @display(description="From")
    def holds_from(self, one: Assignment) -> SafeString | str:
        return figures.stamp(one.effective_from)

    @display(description="Announced")
    def announced(self, one: Assignment) -> SafeString | str:
        return figures.stamp(one.announced_at)

    @display(description="Standing")
    def standing(self, one: Assignment) -> str:
        return standing(one)


def standing(one: Assignment) -> str:
    if one.applied_at is not None:
        return "applied"
    return "announced" if one.effective_from > timezone.now() else "not applied"


STANDINGS = {"applied": "success", "announced": "info", "not applied": "danger"}


@admin.register(Membership)
class MembershipAdmin(RecordedAdmin):
    form = MembershipForm
    list_display = ("member", "programme", "now", "now_rates", "next", "since", "until")
    list_filter = ("programme", BY_FIRM)
    search_fields = ("firm__code", "account__name", "programme__name")
    autocomplete_fields = ("programme", "firm", "account")
    fields = ("programme", ("firm", "account"), ("since", "until"))
    inlines = (AssignmentInline,)
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """With the assignment in force and the announced one, of all members at once."""
        of_member, now = Assignment.objects.filter(membership=OuterRef("pk")), timezone.now()
        present = of_member.filter(effective_from__lte=now).order_by("-effective_from")
        coming = of_member.filter(effective_from__gt=now).order_by("effective_from")
        return (
            super()
            .get_queryset(request)
            .select_related("programme", "firm", "account")
            .annotate(**{f"present_{name}": Subquery(present.values(name)[:1]) for name in _SHOWN})
            .annotate(**{f"coming_{name}": Subquery(coming.values(name)[:1]) for name in _SHOWN})
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("programme", "firm", "account") if obj else ()

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What had rates once is ended, not forgotten."""
        assigned = obj is not None and obj.assignments.exists()
        return obj is not None and not assigned and super().has_delete_permission(request, obj)

    @display(description="Member", ordering="firm")
    def member(self, one: Membership) -> SafeString:
        return figures.two_lines(one.account or one.firm, one.firm if one.account else "whole firm")

    @display(description="Tier now")
    def now(self, one: Any) -> str:
        return one.present_tier or figures.NOTHING

    @display(description="Rates now")
    def now_rates(self, one: Any) -> SafeString | str:
        return both(one.present_maker_ppm, one.present_taker_ppm)

    @display(description="Announced")
    def next(self, one: Any) -> SafeString | str:
        if one.coming_effective_from is None:
            return figures.NOTHING
        return figures.two_lines(one.coming_tier or "market's own", f"{one.coming_effective_from:%Y-%m-%d %H:%M}")


@admin.register(Assignment)
class AssignmentAdmin(AssignmentColumns, MatcherRowAdmin):
    """What was announced, to be read: the beat makes it of memberships, schedules and volumes."""

    owners = ("membership__programme", "membership__firm", "membership__account")
    list_display = ("holds_from", "member", "of_programme", "tier_name", "rates", "counted", "changed", "state")
    list_filter = ("changes", "membership__programme")
    date_hierarchy = "effective_from"
    fieldsets = (
        ("Assignment", {"fields": (("member", "of_programme"), ("tier_name", "rates"), "where", ("changed", "state"))}),
        ("Counted", {"fields": (("counted", "threshold"), ("window_from", "window_to"))}),
        ("Times", {"fields": (("announced_at", "effective_from"), "applied_at")}),
    )

    def matching(self, word: str) -> Q:
        return Q(membership__firm__code__iexact=word) | Q(membership__account__name__iexact=word)

    search_fields = ("membership__firm__code",)
    search_help_text = "Account or firm"

    @display(description="From")
    def holds_from(self, one: Assignment) -> SafeString | str:
        return figures.stamp(one.effective_from)

    @display(description="Member")
    def member(self, one: Assignment) -> SafeString:
        whose = one.membership
        return figures.two_lines(whose.account or whose.firm, whose.firm if whose.account else "whole firm")

    @display(description="Programme")
    def of_programme(self, one: Assignment) -> str:
        return str(one.membership.programme)

    @display(description="From volume")
    def threshold(self, one: Assignment) -> str:
        return figures.NOTHING if one.min_volume is None else figures.plain(one.min_volume)

    @display(description="Markets")
    def where(self, one: Assignment) -> str:
        return ", ".join(terms.symbol for number in one.markets if (terms := markets.by_number(number)))

    @display(description="Changes", label={"changes": "warning", "stays": "default"})
    def changed(self, one: Assignment) -> str:
        return "changes" if one.changes else "stays"

    @display(description="Standing", label=STANDINGS)
    def state(self, one: Assignment) -> str:
        return standing(one)
