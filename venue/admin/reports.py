"""Execution reports: what happened, in FIX words."""

from typing import Any, Final

from django.apps import apps
from django.contrib import admin
from django.db.models import Q
from django.utils.safestring import SafeString
from unfold.decorators import display

from accounts.models import TradingAccount
from venue import chains
from venue.admin import figures
from venue.admin.figures import terms_of
from venue.admin.journal import journal_number
from venue.admin.matcher_rows import BY_FIRM, BY_MARKET, LargeTableAdmin, by_choice
from venue.admin.orders import journal_link
from venue.admin.payloads import measure
from venue.admin.trades import entity_link, trade_link
from venue.chains import Bounds
from venue.engine.rejects import RejectCode
from venue.engine.terms import ExecType, Kind, Liquidity, ProtectionLimit
from venue.models import ExecutionReport
from venue.notation import entity_number
from venue.rejections import RULES, Unit
from venue.serializers import KIND_WORDS, LIQUIDITY_WORDS, SIDE_WORDS

EXEC_TYPE_COLOURS: Final = {
    "new": "info",
    "replaced": "info",
    "trade": "success",
    "canceled": "default",
    "expired": "warning",
    "rejected": "danger",
    "triggered": "warning",
}
# Of a limit of market-maker protection.
LIMIT_UNITS: Final = {
    ProtectionLimit.GROSS_QUANTITY: Unit.SIZE,
    ProtectionLimit.NET_QUANTITY: Unit.SIZE,
    ProtectionLimit.NOTIONAL: Unit.VALUE,
    ProtectionLimit.TRADE_COUNT: Unit.PLAIN,
}
TWO_SIDED: Final = "two-sided"
ENTITIES: Final = ("venue.order", "quotes.quote")
NEWEST: Final = 1_000  # reports of an order or quote that a search lists


@admin.register(ExecutionReport)
class ExecutionReportAdmin(LargeTableAdmin):
    moment = "transact_time"
    list_display = (
        "place",
        "happened",
        "owner",
        "in_market",
        "ids",
        "what",
        "side_word",
        "own",
        "other",
        "last",
    )
    list_filter = (by_choice("exec_type"), BY_MARKET, BY_FIRM, by_choice("kind"))
    search_fields = ("client_id",)
    search_help_text = "Quote, order or trade id, client id, account or firm"
    fieldsets = (
        ("Report", {"fields": (("place", "firm_sequence"), ("at", "caused_by"), ("kind_of_report", "status"))}),
        ("Whose", {"fields": (("account", "firm"), ("entity", "client_id"), ("market", "side_word"))}),
        ("Order, or bid of a quote", {"fields": (("price_of_own", "size_of_own"), ("cum_of_own", "leaves_of_own"))}),
        ("Ask of a quote", {"fields": (("price_of_ask", "size_of_ask"), ("cum_of_ask", "leaves_of_ask"))}),
        ("Fill", {"fields": (("trade", "liquidity_word"), ("last_px", "last_qty"), "paid")}),
        ("Reason", {"fields": ("why", ("limit_of_rule", "seen_by_rule"))}),
    )

    def matching(self, word: str) -> Q:
        for kind, name in KIND_WORDS.items():
            number = entity_number(name, word.lower())
            if number is not None:
                return Q(kind=kind) & self.of_entities([number])
        trade = entity_number("trade", word.lower())
        return Q(trade_id=trade) if trade is not None else super().matching(word)

    def named(self, word: str) -> Q:
        """By a client id: reports have no index on it, but what it names has, and so have refusals at the door."""
        accounts = TradingAccount.objects.values("pk")
        named: list[int] = []
        for label in ENTITIES:
            rows = apps.get_model(label)._default_manager
            named += rows.filter(client_id=word, account__in=accounts).values_list("pk", flat=True)
        refused = Q(entity_id=0, client_id=word, account__in=accounts)
        return refused | self.of_entities(named) if named else refused

    def of_entities(self, numbers: list[int]) -> Q:
        """The newest reports of each order and quote, and refusals that name it."""
        ends: list[int] = []
        for label in ENTITIES:
            rows = apps.get_model(label)._default_manager
            ends += rows.filter(pk__in=numbers).values_list("last_report_id", flat=True)
        links = chains.walk(ends, Bounds(0, NEWEST))
        refused = Q(entity_id__in=numbers, entity_id__gt=0, exec_type=ExecType.REJECTED)
        return Q(pk__in=[link.id for link in links]) | refused

    @display(description="Number", ordering="pk")
    def place(self, report: ExecutionReport) -> SafeString:
        return journal_number(report)

    @display(description="Time")
    def happened(self, report: ExecutionReport) -> SafeString | str:
        return figures.stamp(report.transact_time)

    @display(description="Transact time")
    def at(self, report: ExecutionReport) -> str:
        return figures.moment(report.transact_time)

    @display(description="Caused by")
    def caused_by(self, report: ExecutionReport) -> SafeString | str:
        return journal_link(report, report.sequence)

    @display(description="Quote or order")
    def entity(self, report: ExecutionReport) -> SafeString | str:
        return entity_link(report.kind, report.entity_id)

    @display(description="Quote or order, client id")
    def ids(self, report: ExecutionReport) -> SafeString:
        return figures.two_lines(self.entity(report), report.client_id)

    @display(description="Exec type")
    def what(self, report: ExecutionReport) -> SafeString:
        word = self.kind_of_report(report)
        return figures.label(word, EXEC_TYPE_COLOURS[word], self.why(report) if report.reason else "")

    @display(description="Exec type")
    def kind_of_report(self, report: ExecutionReport) -> str:
        return ExecType(report.exec_type).name.lower()

    @display(description="Ord status")
    def status(self, report: Any) -> str:
        return str(report.get_ord_status_display())

    @display(description="Side")
    def side_word(self, report: ExecutionReport) -> str:
        if report.kind == Kind.QUOTE and not report.side:
            return TWO_SIDED
        return SIDE_WORDS.get(report.side, figures.NOTHING)  # type: ignore[call-overload]

    # In the list a side is its price over what was filled of it.

    @display(description="Order or bid")
    def own(self, report: ExecutionReport) -> SafeString:
        return self.side(report, report.price, report.size, report.filled)

    @display(description="Ask")
    def other(self, report: ExecutionReport) -> SafeString:
        return self.side(report, report.ask_price, report.ask_size, report.ask_filled)

    def side(self, report: ExecutionReport, ticks: int, lots: int, filled: int) -> SafeString:
        terms = terms_of(report)
        if not lots:
            return figures.figure(figures.NOTHING)
        return figures.two_lines(
            figures.price(terms, ticks), f"{figures.size(terms, filled)} of {figures.size(terms, lots)}"
        )

    @display(description="Last fill")
    def last(self, report: ExecutionReport) -> SafeString:
        if not report.last_size:
            return figures.figure(figures.NOTHING)
        return figures.two_lines(self.last_px(report), self.last_qty(report))

    @display(description="Reason")
    def why(self, report: ExecutionReport) -> str:
        return figures.reason_of_report(report)

    @display(description="Price")
    def price_of_own(self, report: ExecutionReport) -> str:
        return figures.price(terms_of(report), report.price)

    @display(description="Size")
    def size_of_own(self, report: ExecutionReport) -> str:
        return figures.size(terms_of(report), report.size)

    @display(description="Cum qty")
    def cum_of_own(self, report: ExecutionReport) -> str:
        return figures.size(terms_of(report), report.filled)

    @display(description="Leaves qty")
    def leaves_of_own(self, report: ExecutionReport) -> str:
        return figures.size(terms_of(report), report.leaves)

    @display(description="Price")
    def price_of_ask(self, report: ExecutionReport) -> str:
        return figures.price(terms_of(report), report.ask_price)

    @display(description="Size")
    def size_of_ask(self, report: ExecutionReport) -> str:
        return figures.size(terms_of(report), report.ask_size)

    @display(description="Cum qty")
    def cum_of_ask(self, report: ExecutionReport) -> str:
        return figures.size(terms_of(report), report.ask_filled)

    @display(description="Leaves qty")
    def leaves_of_ask(self, report: ExecutionReport) -> str:
        return figures.size(terms_of(report), report.ask_leaves)

    @display(description="Trade")
    def trade(self, report: ExecutionReport) -> SafeString | str:
        return trade_link(report.trade_id)

    @display(description="Last px")
    def last_px(self, report: ExecutionReport) -> str:
        return figures.price(terms_of(report), report.last_price)

    @display(description="Last qty")
    def last_qty(self, report: ExecutionReport) -> str:
        return figures.size(terms_of(report), report.last_size)

    @display(description="Liquidity")
    def liquidity_word(self, report: ExecutionReport) -> str:
        return LIQUIDITY_WORDS[Liquidity(report.liquidity)] if report.liquidity else figures.NOTHING

    @display(description="Fee")
    def paid(self, report: ExecutionReport) -> str:
        return figures.fee(terms_of(report), report.fee)

    @display(description="Limit of the rule")
    def limit_of_rule(self, report: ExecutionReport) -> str:
        return self.of_rule(report, report.rule_limit)

    @display(description="Observed")
    def seen_by_rule(self, report: ExecutionReport) -> str:
        return self.of_rule(report, report.observed)

    def of_rule(self, report: ExecutionReport, number: int) -> str:
        if report.exec_type == ExecType.TRIGGERED:
            return measure(LIMIT_UNITS[ProtectionLimit(report.reason)], number, terms_of(report))
        if report.exec_type != ExecType.REJECTED:
            return figures.NOTHING
        unit = RULES[RejectCode(report.reason)].unit
        return figures.NOTHING if unit is Unit.NONE else measure(unit, number, terms_of(report))
