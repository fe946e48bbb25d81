"""Kill switches, the lifted ones too: to be found and read, never changed."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from desk.models import KillSwitch
from venue.admin import figures
from venue.admin.matcher_rows import MatcherRowAdmin, by_choice

STATES = {"engaged": "danger", "unfinished": "danger", "lifted": "default"}


@admin.register(KillSwitch)
class KillSwitchAdmin(MatcherRowAdmin):
    owners = ("engaged_by", "lifted_by")
    list_display = ("of", "standing", "engaged", "reason", "cancelled", "lifted", "lift_reason")
    list_filter = (by_choice("kind"), ("lifted_at", admin.EmptyFieldListFilter))
    search_fields = ("subject",)
    search_help_text = "Key, account, firm or market"
    ordering = ("-id",)
    list_display_links = None
    fieldsets = (
        ("Switch", {"fields": ("kind", "subject", "standing", "cancelled")}),
        ("Engaged", {"fields": ("engaged", "reason")}),
        ("Lifted", {"fields": ("lifted", "lift_reason")}),
    )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[KillSwitch], search_term: str
    ) -> tuple[QuerySet[KillSwitch], bool]:
        word = search_term.strip()
        return (queryset.filter(subject__iexact=word) if word else queryset), False

    @display(description="Switch")
    def of(self, switch: KillSwitch) -> SafeString:
        address = reverse("desk:switch", args=[switch.pk])
        return format_html('<a class="desk-link" href="{}">{} {}</a>', address, switch.kind, switch.subject)

    @display(description="State", label=STATES)
    def standing(self, switch: KillSwitch) -> str:
        return switch.state

    @display(description="Engaged")
    def engaged(self, switch: KillSwitch) -> SafeString:
        return figures.two_lines(switch.engaged_by, figures.moment(switch.engaged_at))

    @display(description="Lifted")
    def lifted(self, switch: KillSwitch) -> SafeString | str:
        if switch.lifted_at is None:
            return figures.NOTHING
        return figures.two_lines(switch.lifted_by, figures.moment(switch.lifted_at))
