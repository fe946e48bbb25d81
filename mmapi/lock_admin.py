"""What mass cancels have locked: to be read. `manage.py unlockaccount` lifts it."""

import time
from typing import Final

from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.decorators import display

from mmapi.models import AccountLocks
from venue import markets
from venue.admin import figures
from venue.admin.matcher_rows import BY_FIRM, MatcherRowAdmin
from venue.engine.terms import Kind, Side
from venue.notation import moment

KINDS: Final = {Kind.ANY: "", Kind.ORDER: "orders", Kind.QUOTE: "quotes"}
SIDES: Final = {0: "", Side.BUY: "buys", Side.SELL: "sells"}


@admin.register(AccountLocks)
class AccountLocksAdmin(MatcherRowAdmin):
    list_display = ("account", "firm", "standing", "scopes", "shard")
    list_filter = (BY_FIRM,)
    ordering = ("account", "shard")
    fieldsets = (("Locks", {"fields": ("account", "firm", "standing", "scopes", "shard")}),)

    @display(description="Standing", label={"locked": "warning", "free": "default"})
    def standing(self, row: AccountLocks) -> str:
        now = time.time_ns() // 1_000_000
        return "locked" if any(not until or until > now for until, *_ in row.locks) else "free"

    @display(description="What, and until when")
    def scopes(self, row: AccountLocks) -> SafeString | str:
        return figures.figure("; ".join(described(*lock) for lock in row.locks) or "-")


def described(until: int, market: int, kind: int, side: int, session: int) -> str:
    """One lock in words."""
    terms = markets.by_number(market) if market else None
    scope = [
        terms.symbol if terms else "",
        SIDES.get(side, ""),
        KINDS.get(Kind(kind), ""),
        f"session {session}" if session else "",
    ]
    words = " ".join(word for word in scope if word) or "everything"
    return f"{words} until {moment(until) if until else 'it is reset'}"
