"""Sessions, their settings of cancel-on-disconnect, and its firings: to be found and read."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.decorators import display

from accounts.models import Session
from staff.lists import LongListAdmin
from venue import markets
from venue.admin import figures
from venue.admin.matcher_rows import BY_FIRM, LargeTableAdmin, MatcherRowAdmin, by_choice
from venue.engine.terms import DisconnectScope
from venue.models import Disconnect, DisconnectFiring


@admin.register(Session)
class SessionAdmin(MatcherRowAdmin, LongListAdmin):
    sortable_by = ("number",)
    owners = ("key", "account__firm")
    list_display = ("number", "named", "of_key", "holder", "opened", "closed")
    list_filter = ("closed_at",)
    search_fields = ("name",)
    search_help_text = "Name, key, account or firm"
    fieldsets = (("Session", {"fields": ("number", "named", "of_key", "holder", "opened", "closed")}),)

    def of_owner(self, kind: str, number: int) -> Q:
        return Q(account_id=number) if kind == "account" else Q(account__firm_id=number)

    def named_like(self, word: str) -> Q:
        return Q(name=word) | Q(key__key_id=word)

    def matching(self, word: str) -> Q:
        return super().matching(word) | self.named_like(word)

    @display(description="Number", ordering="pk")
    def number(self, session: Session) -> SafeString:
        return figures.figure(str(session.pk))

    @display(description="Name")
    def named(self, session: Session) -> str:
        return session.name or figures.NOTHING

    @display(description="Key")
    def of_key(self, session: Session) -> SafeString:
        return figures.identifier(session.key.key_id)

    @display(description="Account")
    def holder(self, session: Session) -> SafeString:
        return figures.two_lines(session.account.name, session.account.firm.code)

    @display(description="Opened")
    def opened(self, session: Session) -> SafeString | str:
        return figures.stamp(session.opened_at)

    @display(description="Closed")
    def closed(self, session: Session) -> SafeString | str:
        return figures.stamp(session.closed_at)


class ScopeColumns(MatcherRowAdmin):
    """What settings and firings share."""

    list_filter = (by_choice("scope"), BY_FIRM)
    search_fields = ("session",)
    search_help_text = "Session number, account or firm"

    def named(self, word: str) -> Q:
        return Q(session=int(word)) if word.isdigit() and len(word) < 18 else super().named(word)

    @display(description="Session")
    def of_session(self, row: Any) -> SafeString:
        return figures.figure(str(row.session))

    @display(description="Scope")
    def in_scope(self, row: Any) -> str:
        terms = markets.by_number(row.market_id) if row.market_id else None
        return terms.symbol if terms else DisconnectScope(row.scope).name.lower()


@admin.register(Disconnect)
class DisconnectAdmin(ScopeColumns):
    list_display = ("of_session", "in_scope", "owner", "timeout", "state", "armed", "fired", "shard")
    fieldsets = (
        ("Setting", {"fields": ("of_session", "in_scope", ("account", "firm"), "timeout", "lock", "shard")}),
        ("State", {"fields": ("state", "armed", "fired")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).order_by("-armed_at")

    @display(description="Timeout")
    def timeout(self, row: Disconnect) -> SafeString:
        return figures.figure(f"{row.timeout_ms / 1000:g} s")

    @display(description="State", label={"armed": "success", "fired": "warning", "locked": "danger"})
    def state(self, row: Disconnect) -> str:
        if row.locked:
            return "locked"
        return "fired" if row.fired_at and row.fired_at > row.armed_at else "armed"

    @display(description="Armed")
    def armed(self, row: Disconnect) -> SafeString | str:
        return figures.stamp(row.armed_at)

    @display(description="Last fired")
    def fired(self, row: Disconnect) -> SafeString | str:
        return figures.stamp(row.fired_at)


@admin.register(DisconnectFiring)
class DisconnectFiringAdmin(ScopeColumns, LargeTableAdmin):
    moment = "cancelled_at"
    list_display = ("of_session", "in_scope", "owner", "passed", "took", "count", "at")
    fieldsets = (
        ("Firing", {"fields": ("of_session", "in_scope", ("account", "firm"), "count")}),
        ("Times", {"fields": ("passed", "took", "at")}),
    )

    @display(description="Deadline")
    def passed(self, row: DisconnectFiring) -> SafeString | str:
        return figures.stamp(row.deadline)

    @display(description="Detected after")
    def took(self, row: Any) -> SafeString:
        return figures.figure(f"{(row.detected_at - row.deadline).total_seconds() * 1000:.0f} ms")

    @display(description="Cancelled")
    def count(self, row: DisconnectFiring) -> SafeString:
        return figures.figure(f"{row.cancelled:,}")

    @display(description="Cancelled at")
    def at(self, row: DisconnectFiring) -> SafeString | str:
        return figures.stamp(row.cancelled_at)
