"""The ledger of fees, its accounts, and the fee rates that the matchers have: to be read."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.utils.safestring import SafeString
from unfold.decorators import display

from mmapi.incentives.models import LedgerAccount, LedgerEntry
from mmapi.incentives.programme_admin import basis_points
from venue.admin import figures
from venue.admin.figures import terms_of
from venue.admin.matcher_rows import BY_FIRM, BY_MARKET, LargeTableAdmin, MatcherRowAdmin, by_choice
from venue.admin.trades import trade_link
from venue.models import FeeRates, journal_place
from venue.notation import entity_number
from venue.serializers import LIQUIDITY_WORDS, SIDE_WORDS


@admin.register(LedgerEntry)
class LedgerEntryAdmin(LargeTableAdmin):
    moment = "executed_at"
    owners = ("account", "firm", "debit", "credit")
    list_display = ("executed", "owner", "in_market", "of_trade", "role", "fill", "paid", "booked")
    list_filter = (BY_MARKET, BY_FIRM, by_choice("liquidity"))
    search_fields = ("trade_id",)
    search_help_text = "Trade id, account or firm"
    fieldsets = (
        (
            "Fill",
            {"fields": (("of_trade", "report"), ("account", "firm"), ("in_market", "executed"), ("fill", "role"))},
        ),
        ("Fee", {"fields": ("paid", ("debited", "credited"))}),
    )

    def named(self, word: str) -> Q:
        number = entity_number("trade", word.lower())
        return Q(trade_id=number) if number is not None else super().named(word)

    @display(description="Executed", ordering="executed_at")
    def executed(self, entry: LedgerEntry) -> SafeString | str:
        return figures.stamp(entry.executed_at)

    @display(description="Trade")
    def of_trade(self, entry: LedgerEntry) -> SafeString | str:
        return trade_link(entry.trade_id)

    @display(description="Report")
    def report(self, entry: LedgerEntry) -> str:
        shard, number = journal_place(entry.pk)
        return f"{number} of shard {shard}"

    @display(description="Fill")
    def fill(self, entry: LedgerEntry) -> SafeString:
        terms = terms_of(entry)
        terms_of_fill = f"{figures.size(terms, entry.size)} @ {figures.price(terms, entry.price)}"
        return figures.two_lines(terms_of_fill, figures.notional(terms, entry.price * entry.size))

    @display(description="As")
    def role(self, entry: LedgerEntry) -> SafeString:
        return figures.two_lines(LIQUIDITY_WORDS[entry.liquidity], SIDE_WORDS[entry.side])  # type: ignore[index]

    @display(description="Fee")
    def paid(self, entry: LedgerEntry) -> SafeString:
        sign = "" if entry.credit.kind == LedgerAccount.Kind.FEES or not entry.amount else "-"
        return figures.two_lines(f"{sign}{figures.plain(entry.amount)} {entry.currency}", basis_points(entry.rate_ppm))

    @display(description="Debit / credit")
    def booked(self, entry: LedgerEntry) -> SafeString:
        return figures.two_lines(self.debited(entry), self.credited(entry))

    @display(description="Debit")
    def debited(self, entry: LedgerEntry) -> str:
        return self._named(entry, entry.debit)

    @display(description="Credit")
    def credited(self, entry: LedgerEntry) -> str:
        return self._named(entry, entry.credit)

    def _named(self, entry: LedgerEntry, account: LedgerAccount) -> str:
        member = account.kind == LedgerAccount.Kind.MEMBER
        return entry.account.name if member else account.get_kind_display().lower()


@admin.register(LedgerAccount)
class LedgerAccountAdmin(MatcherRowAdmin):
    owners = ("account__firm",)
    list_display = ("named_account", "kind_word", "currency", "debited", "credited", "balance")
    list_filter = (by_choice("kind"), "currency")
    fieldsets = (
        ("Account", {"fields": ("named_account", "kind_word", "currency", ("debited", "credited"), "balance")}),
    )
    ordering = ("currency", "kind", "account")

    @display(description="Account")
    def named_account(self, one: LedgerAccount) -> SafeString | str:
        if one.account_id is None:
            return one.get_kind_display()
        return figures.two_lines(one.account.name, one.account.firm.code)

    @display(description="Kind", label={"member": "info", "fees": "success", "rebates": "warning"})
    def kind_word(self, one: LedgerAccount) -> str:
        return one.kind

    @display(description="Debits")
    def debited(self, one: LedgerAccount) -> SafeString:
        return figures.figure(figures.plain(one.debits))

    @display(description="Credits")
    def credited(self, one: LedgerAccount) -> SafeString:
        return figures.figure(figures.plain(one.credits))

    @display(description="Balance")
    def balance(self, one: LedgerAccount) -> SafeString:
        """Of a member: what it owes, less what it is owed."""
        left = one.debits - one.credits
        words = {True: "debit", False: "credit"}[left >= 0] if left else ""
        return figures.two_lines(figures.plain(abs(left)), words)


@admin.register(FeeRates)
class FeeRatesAdmin(MatcherRowAdmin):
    """What the matchers charge accounts that do not pay the market's own rates."""

    list_display = ("owner", "in_market", "maker", "taker", "set_at")
    list_filter = (BY_MARKET, BY_FIRM)
    search_fields = ("account",)
    search_help_text = "Account or firm"
    ordering = ("account", "market")
    fieldsets = (("Rates", {"fields": (("account", "firm"), "in_market", ("maker", "taker"), "set_at")}),)

    @display(description="Maker")
    def maker(self, one: Any) -> SafeString:
        return figures.figure(basis_points(one.maker_ppm))

    @display(description="Taker")
    def taker(self, one: Any) -> SafeString:
        return figures.figure(basis_points(one.taker_ppm))

    @display(description="Since")
    def set_at(self, one: Any) -> SafeString | str:
        return figures.stamp(one.since)
