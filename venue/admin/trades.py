"""Trades, with both parties."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from venue.admin import figures
from venue.admin.figures import terms_of
from venue.admin.matcher_rows import BY_MARKET, LargeTableAdmin, by_choice
from venue.admin.orders import SIDE_COLOURS, journal_link
from venue.engine.terms import Kind
from venue.models import Trade
from venue.notation import entity_id, entity_number
from venue.serializers import KIND_WORDS, SIDE_WORDS

PAGES = {Kind.ORDER: "admin:venue_order_change", Kind.QUOTE: "admin:quotes_quote_change"}


def entity_link(kind: int, number: int) -> SafeString | str:
    """To the page of an order or quote."""
    if not number or kind not in KIND_WORDS:
        return figures.NOTHING
    known = Kind(kind)
    address, text = reverse(PAGES[known], args=[number]), entity_id(KIND_WORDS[known], number)
    return format_html('<a class="desk-id desk-link" href="{}">{}</a>', address, text)


def trade_link(number: int) -> SafeString | str:
    if not number:
        return figures.NOTHING
    address, text = reverse("admin:venue_trade_change", args=[number]), entity_id("trade", number)
    return format_html('<a class="desk-id desk-link" href="{}">{}</a>', address, text)


@admin.register(Trade)
class TradeAdmin(LargeTableAdmin):
    moment = "executed_at"
    by_market = True
    owners = ("maker_account", "maker_firm", "taker_account", "taker_firm")
    list_display = ("number", "in_market", "traded_price", "traded_size", "side", "maker", "taker", "fees", "executed")
    list_filter = (BY_MARKET, by_choice("aggressor_side"))
    search_fields = ("maker_client_id",)
    search_help_text = "Trade, quote or order id, account or firm"
    fieldsets = (
        (
            "Trade",
            {
                "fields": (
                    ("number", "market"),
                    ("traded_price", "traded_size"),
                    ("traded_value", "side"),
                    ("at", "caused_by"),
                )
            },
        ),
        (
            "Maker",
            {"fields": (("maker_account", "maker_firm"), ("maker_entity", "maker_client_id"), "maker_paid")},
        ),
        (
            "Taker",
            {"fields": (("taker_account", "taker_firm"), ("taker_entity", "taker_client_id"), "taker_paid")},
        ),
    )

    def matching(self, word: str) -> Q:
        for kind in ("trade", *KIND_WORDS.values()):
            number = entity_number(kind, word.lower())
            if number is not None:
                return Q(pk=number) if kind == "trade" else Q(maker_entity_id=number) | Q(taker_entity_id=number)
        return super().matching(word)

    def of_owner(self, kind: str, number: int) -> Q:
        return Q(**{f"maker_{kind}_id": number}) | Q(**{f"taker_{kind}_id": number})

    @display(description="Id", ordering="pk")
    def number(self, trade: Trade) -> SafeString:
        return figures.identifier(entity_id("trade", trade.pk))

    @display(description="Price")
    def traded_price(self, trade: Trade) -> SafeString:
        return figures.figure(figures.price(terms_of(trade), trade.price))

    @display(description="Size")
    def traded_size(self, trade: Trade) -> SafeString:
        return figures.figure(figures.size(terms_of(trade), trade.size))

    @display(description="Value")
    def traded_value(self, trade: Trade) -> str:
        return figures.notional(terms_of(trade), trade.price * trade.size)

    @display(description="Aggressor", label=SIDE_COLOURS)
    def side(self, trade: Trade) -> str:
        return SIDE_WORDS[trade.aggressor_side]  # type: ignore[index]

    @display(description="Maker")
    def maker(self, trade: Trade) -> SafeString:
        return figures.two_lines(trade.maker_account.name, trade.maker_firm.code)

    @display(description="Taker")
    def taker(self, trade: Trade) -> SafeString:
        return figures.two_lines(trade.taker_account.name, trade.taker_firm.code)

    @display(description="Fees maker / taker")
    def fees(self, trade: Trade) -> SafeString:
        return figures.two_lines(self.maker_paid(trade), self.taker_paid(trade))

    @display(description="Fee")
    def maker_paid(self, trade: Trade) -> str:
        return figures.fee(terms_of(trade), trade.maker_fee)

    @display(description="Fee")
    def taker_paid(self, trade: Trade) -> str:
        return figures.fee(terms_of(trade), trade.taker_fee)

    @display(description="Traded")
    def executed(self, trade: Trade) -> Any:
        return figures.stamp(trade.executed_at)

    @display(description="Executed at")
    def at(self, trade: Trade) -> str:
        return figures.moment(trade.executed_at)

    @display(description="Caused by")
    def caused_by(self, trade: Trade) -> Any:
        return journal_link(trade, trade.sequence)

    @display(description="Quote or order")
    def maker_entity(self, trade: Trade) -> Any:
        return entity_link(trade.maker_kind, trade.maker_entity_id)

    @display(description="Quote or order")
    def taker_entity(self, trade: Trade) -> Any:
        return entity_link(trade.taker_kind, trade.taker_entity_id)
