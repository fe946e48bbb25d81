"""The desk's sidebar: the market, its participants, the journal, the staff."""

from typing import Any, Final, NamedTuple

from django.http import HttpRequest
from django.urls import reverse


class Entry(NamedTuple):
    title: str
    icon: str  # of Material Symbols
    model: str


GROUPS: Final[dict[str, tuple[Entry, ...]]] = {
    "Market": (
        Entry("Markets", "candlestick_chart", "venue.market"),
        Entry("Quotes", "swap_vert", "quotes.quote"),
        Entry("Orders", "receipt_long", "venue.order"),
        Entry("Trades", "handshake", "venue.trade"),
        Entry("Kill switches", "emergency", "desk.killswitch"),
        Entry("Positions", "account_balance_wallet", "venue.position"),
    ),
    "Participants": (
        Entry("Applications", "assignment_ind", "accounts.application"),
        Entry("Firms", "apartment", "accounts.firm"),
        Entry("Trading accounts", "account_balance", "accounts.tradingaccount"),
        Entry("API keys", "key", "accounts.apikey"),
        Entry("Tiers", "speed", "accounts.tier"),
        Entry("Co-location profiles", "dns", "accounts.colocationprofile"),
        Entry("Account limits", "shield", "venue.accountlimits"),
        Entry("Firm standings", "gpp_maybe", "venue.firmstanding"),
        Entry("Protections", "emergency_home", "venue.protection"),
    ),
    "Market making": (
        Entry("Obligations", "timeline", "mmapi.obligationprogramme"),
        Entry("Sessions", "sensors", "accounts.session"),
        Entry("Cancel-on-disconnect", "sensors_off", "venue.disconnect"),
        Entry("Firings", "bolt", "venue.disconnectfiring"),
        Entry("Mass-cancel locks", "lock_clock", "mmapi.accountlocks"),
    ),
    "Fees and incentives": (
        Entry("Programmes", "workspace_premium", "mmapi.programme"),
        Entry("Fee schedules", "stairs", "mmapi.feeschedule"),
        Entry("Memberships", "group_add", "mmapi.membership"),
        Entry("Assignments", "campaign", "mmapi.assignment"),
        Entry("Fee rates", "percent", "venue.feerates"),
        Entry("Statements", "receipt", "mmapi.statement"),
        Entry("Ledger", "menu_book", "mmapi.ledgerentry"),
        Entry("Ledger accounts", "balance", "mmapi.ledgeraccount"),
    ),
    "Journal": (
        Entry("Execution reports", "fact_check", "venue.executionreport"),
        Entry("Protection triggers", "front_hand", "venue.protectiontrigger"),
        Entry("Commands", "terminal", "venue.command"),
        Entry("Shards", "hub", "venue.shard"),
        Entry("Drop-copy consumers", "rss_feed", "mmapi.consumer"),
    ),
    "Staff": (
        Entry("Users", "person", "auth.user"),
        Entry("Roles", "group", "auth.group"),
        Entry("Staff sessions", "devices", "staff.staffsession"),
        Entry("Audit trail", "history_edu", "staff.auditentry"),
    ),
}


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """What the one who asks may see."""
    groups = {title: [item(entry) for entry in entries if visible(request, entry)] for title, entries in GROUPS.items()}
    return [{"title": title, "items": items} for title, items in groups.items() if items]


def visible(request: HttpRequest, entry: Entry) -> bool:
    app, model = entry.model.split(".")
    return bool(request.user.has_perm(f"{app}.view_{model}"))


def item(entry: Entry) -> dict[str, Any]:
    address = reverse(f"admin:{entry.model.replace('.', '_')}_changelist")
    return {"title": entry.title, "icon": entry.icon, "link": address}
