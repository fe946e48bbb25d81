"""Market-maker protection: what each account has set, what is frozen, and what triggered it."""

import time

from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.decorators import display

from venue import markets
from venue.admin import figures
from venue.admin.matcher_rows import BY_FIRM, BY_MARKET, LargeTableAdmin, MatcherRowAdmin, by_choice
from venue.admin.payloads import measure
from venue.admin.reports import LIMIT_UNITS
from venue.admin.trades import trade_link
from venue.engine.protection import UNTIL_RESET
from venue.engine.terms import ProtectionLimit
from venue.fields import from_millis
from venue.markets import Terms
from venue.models import Protection, ProtectionTrigger

STANDING = {"frozen": "warning", "active": "success"}


@admin.register(Protection)
class ProtectionAdmin(MatcherRowAdmin):
    list_display = ("owner", "named", "covered", "standing", "until", "limits", "window", "last")
    list_filter = (BY_FIRM,)
    ordering = ("firm_id", "account_id", "group", "market_id")
    search_fields = ("account__name",)
    search_help_text = "Account or firm"
    fieldsets = (
        ("Protection", {"fields": (("account", "firm"), ("named", "covered"), ("standing", "until"))}),
        ("Terms", {"fields": (("limits", "window"), ("freeze", "include_orders"), "last")}),
    )

    @display(description="Market or group")
    def named(self, row: Protection) -> str:
        return row.group or symbol(row.market_id)

    @display(description="Markets")
    def covered(self, row: Protection) -> str:
        return ", ".join(map(symbol, row.markets))

    @display(description="Standing", label=STANDING)
    def standing(self, row: Protection) -> str:
        return "frozen" if is_frozen(row) else "active"

    @display(description="Frozen until")
    def until(self, row: Protection) -> SafeString | str:
        if not is_frozen(row):
            return figures.NOTHING
        return "reset" if row.frozen_until == UNTIL_RESET else figures.stamp(from_millis(row.frozen_until))

    @display(description="Limits")
    def limits(self, row: Protection) -> str:
        terms = markets.by_number(row.markets[0])
        numbers = (row.gross_quantity, row.net_quantity, row.notional, row.trade_count)
        pairs = [(cause, number) for cause, number in zip(ProtectionLimit, numbers, strict=True) if number]
        return ", ".join(f"{word(cause)} {shown(cause, number, terms)}" for cause, number in pairs)

    @display(description="Window")
    def window(self, row: Protection) -> str:
        return f"{row.window_ms:,} ms"

    @display(description="Freeze")
    def freeze(self, row: Protection) -> str:
        return f"{row.frozen_ms:,} ms" if row.frozen_ms else "until reset"

    @display(description="Last triggered by")
    def last(self, row: Protection) -> SafeString | str:
        return trade_link(row.last_trigger)


@admin.register(ProtectionTrigger)
class ProtectionTriggerAdmin(LargeTableAdmin):
    moment = "triggered_at"
    by_market = True
    list_display = ("happened", "owner", "named", "why", "trade", "end")
    list_filter = (by_choice("cause"), BY_MARKET, BY_FIRM)
    search_fields = ("account__name",)
    search_help_text = "Account or firm"
    fieldsets = (
        ("Trigger", {"fields": (("account", "firm"), ("named", "covered"), "at")}),
        ("Cause", {"fields": ("why", ("trade", "in_market"))}),
        ("Freeze", {"fields": ("end",)}),
    )

    @display(description="Time", ordering="pk")
    def happened(self, row: ProtectionTrigger) -> SafeString | str:
        return figures.stamp(row.triggered_at)

    @display(description="Time")
    def at(self, row: ProtectionTrigger) -> str:
        return figures.moment(row.triggered_at)

    @display(description="Market or group")
    def named(self, row: ProtectionTrigger) -> str:
        return row.group or symbol(row.market_id)

    @display(description="Markets")
    def covered(self, row: ProtectionTrigger) -> str:
        return ", ".join(map(symbol, row.markets))

    @display(description="Why")
    def why(self, row: ProtectionTrigger) -> str:
        cause, terms = ProtectionLimit(row.cause), markets.by_number(row.market_id)
        reached = f"{shown(cause, row.observed, terms)} of {shown(cause, row.limit, terms)}"
        return f"{word(cause)} {reached} within {row.window_ms:,} ms"

    @display(description="By")
    def trade(self, row: ProtectionTrigger) -> SafeString | str:
        return trade_link(row.pk)

    @display(description="Frozen until")
    def end(self, row: ProtectionTrigger) -> SafeString | str:
        if row.ended_at:
            return figures.two_lines(figures.stamp(row.ended_at), "reset or removed")
        return "reset" if row.frozen_until == UNTIL_RESET else figures.stamp(from_millis(row.frozen_until))


def is_frozen(row: Protection) -> bool:
    return time.time_ns() // 1_000_000 < row.frozen_until


def symbol(market: int) -> str:
    terms = markets.by_number(market)
    return terms.symbol if terms else str(market)


def word(cause: ProtectionLimit) -> str:
    return cause.name.lower().replace("_", " ")


def shown(cause: ProtectionLimit, number: int, terms: Terms | None) -> str:
    return measure(LIMIT_UNITS[cause], number, terms)
