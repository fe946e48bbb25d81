"""Positions, and what the engines know of accounts and firms: limits and standing."""

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.decorators import display

from venue.admin import figures
from venue.admin.figures import terms_of
from venue.admin.matcher_rows import BY_FIRM, BY_MARKET, MatcherRowAdmin
from venue.models import AccountLimits, FirmStanding, Position

SUSPENDED = {"suspended": "danger", "active": "success"}


def signed(text: str, number: int) -> SafeString:
    return figures.figure(f"+{text}" if number > 0 else text)


class PositionColumns:
    """A position in words; what it made or lost is reckoned at the price of its last fill."""

    @display(description="Net")
    def net_size(self, position: Position) -> SafeString:
        return signed(figures.size(terms_of(position), position.net), position.net)

    @display(description="Cost")
    def cost_amount(self, position: Position) -> SafeString:
        return figures.figure(figures.notional(terms_of(position), position.cost))

    @display(description="Last fill")
    def last(self, position: Position) -> SafeString:
        return figures.figure(figures.price(terms_of(position), position.last_price))

    @display(description="Worth")
    def worth(self, position: Position) -> SafeString:
        return figures.figure(figures.notional(terms_of(position), position.net * position.last_price))

    @display(description="Profit and loss")
    def result(self, position: Position) -> SafeString:
        made = position.net * position.last_price - position.cost
        return signed(figures.notional(terms_of(position), made), made)

    @display(description="Own limit")
    def limit(self, position: Position) -> str:
        return figures.size(terms_of(position), position.max_position) if position.max_position else "the market's"


@admin.register(Position)
class PositionAdmin(PositionColumns, MatcherRowAdmin):
    list_display = ("owner", "in_market", "net_size", "cost_amount", "last", "worth", "result", "limit")
    list_filter = (BY_MARKET, BY_FIRM)
    ordering = ("firm_id", "account_id", "market_id")
    search_fields = ("account__name",)
    search_help_text = "Account or firm"
    fieldsets = (
        ("Position", {"fields": (("account", "firm"), "market", ("net_size", "limit"))}),
        ("Money", {"fields": (("cost_amount", "last"), ("worth", "result"))}),
    )


class LimitsColumns:
    @display(description="Open orders at most")
    def open_orders(self, limits: AccountLimits) -> str:
        return f"{limits.max_open_orders:,}" if limits.max_open_orders else "no limit"

    @display(description="Exposure at most")
    def exposure(self, limits: AccountLimits) -> str:
        return figures.plain(figures.value(limits.max_exposure)) if limits.max_exposure else "no limit"

    @display(description="Standing", label=SUSPENDED)
    def standing(self, row: Any) -> str:
        return "suspended" if row.suspended else "active"


@admin.register(AccountLimits)
class AccountLimitsAdmin(LimitsColumns, MatcherRowAdmin):
    list_display = ("owner", "shard", "open_orders", "exposure", "standing")
    list_filter = ("suspended", BY_FIRM)
    ordering = ("firm_id", "account_id", "shard")
    search_fields = ("account__name",)
    search_help_text = "Account or firm"
    fieldsets = (("Limits", {"fields": ("account", "firm", "shard", "open_orders", "exposure", "standing")}),)


@admin.register(FirmStanding)
class FirmStandingAdmin(LimitsColumns, MatcherRowAdmin):
    owners = ("firm",)
    list_display = ("firm", "shard", "standing")
    list_filter = ("suspended",)
    ordering = ("firm_id", "shard")
    search_fields = ("firm__code",)
    search_help_text = "Firm"
    fieldsets = (("Standing", {"fields": ("firm", "shard", "standing")}),)
