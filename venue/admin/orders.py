"""One-sided orders with their fills."""

from typing import Any, Final

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from venue.admin import figures
from venue.admin.figures import terms_of
from venue.admin.matcher_rows import (
    BY_FIRM_OF_ACCOUNTS,
    BY_MARKET,
    STATUS_COLOURS,
    EntityAdmin,
    StatusFilter,
    by_choice,
)
from venue.engine.terms import OPEN_STATUSES, Kind
from venue.models import Order, Trade, journal_id
from venue.notation import entity_id
from venue.serializers import (
    SELF_TRADE_PREVENTION_WORDS,
    SIDE_WORDS,
    STATUS_WORDS,
    TIME_IN_FORCE_WORDS,
    TYPE_WORDS,
)

SIDE_COLOURS: Final = {"buy": "success", "sell": "danger"}
FILLS_SHOWN: Final = 50
AVERAGE_PLACES: Final = 8


class OrderStatus(StatusFilter):
    words = STATUS_WORDS


def journal_link(market_row: Any, sequence: int) -> SafeString | str:
    """To the command of that number in the market's shard."""
    terms = terms_of(market_row)
    if not (terms and sequence):
        return figures.NOTHING
    address = reverse("admin:venue_command_change", args=[journal_id(terms.shard, sequence)])
    return format_html('<a class="desk-link" href="{}">command {}</a>', address, sequence)


def fills_of(kind: Kind, row: Any) -> list[dict[str, Any]]:
    """The newest fills of an order or quote, as written."""
    number = row.pk
    found = Trade.objects.filter(
        Q(maker_kind=kind, maker_entity_id=number) | Q(taker_kind=kind, taker_entity_id=number)
    ).order_by("-pk")[:FILLS_SHOWN]
    return [fill(trade, "maker" if trade.maker_entity_id == number else "taker") for trade in found]


def fill(trade: Trade, party: str) -> dict[str, Any]:
    terms = terms_of(trade)
    buys = (trade.aggressor_side == 1) == (party == "taker")
    return {
        "address": reverse("admin:venue_trade_change", args=[trade.pk]),
        "id": entity_id("trade", trade.pk),
        "side": "buy" if buys else "sell",
        "price": figures.price(terms, trade.price),
        "size": figures.size(terms, trade.size),
        "fee": figures.fee(terms, trade.maker_fee if party == "maker" else trade.taker_fee),
        "liquidity": party,
        "at": figures.moment(trade.executed_at),
    }


class FilledAdmin(EntityAdmin):
    """What both orders and quotes show; `row_kind` is how trades name them."""

    row_kind: Kind
    change_form_outer_after_template = "venue/fills.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        fills = fills_of(self.row_kind, row) if row else []
        return super().change_view(request, object_id, form_url, {"fills": fills, **(extra_context or {})})

    @display(description="Id")
    def number(self, row: Any) -> SafeString:
        return figures.identifier(entity_id(self.kind, row.pk))

    @display(description="Id, client id", ordering="pk")
    def ids(self, row: Any) -> SafeString:
        return figures.two_lines(self.number(row), row.client_id)

    @display(description="Client id")
    def named_by_client(self, row: Any) -> SafeString | str:
        return figures.identifier(row.client_id) if row.client_id else figures.NOTHING

    @display(description="Entered")
    def entered(self, row: Any) -> SafeString | str:
        return figures.stamp(row.created_at)

    @display(description="Entered at")
    def entered_at(self, row: Any) -> str:
        return figures.moment(row.created_at)

    @display(description="Updated at")
    def changed_at(self, row: Any) -> str:
        return figures.moment(row.updated_at)

    @display(description="Expires at")
    def expiry(self, row: Any) -> str:
        return figures.moment(row.expires_at)

    @display(description="Entered by")
    def entered_by(self, row: Any) -> SafeString | str:
        return journal_link(row, row.created_sequence)

    @display(description="Closed by")
    def closed_by(self, row: Any) -> SafeString | str:
        return journal_link(row, row.closed_sequence)

    @display(description="Reason")
    def why(self, row: Any) -> str:
        return figures.reason_of(row)


@admin.register(Order)
class OrderAdmin(FilledAdmin):
    kind = "order"
    row_kind = Kind.ORDER
    list_display = (
        "ids",
        "in_market",
        "owner",
        "side_word",
        "limit_price",
        "ordered",
        "filled_size",
        "state",
        "entered",
    )
    list_filter = (
        OrderStatus,
        BY_MARKET,
        BY_FIRM_OF_ACCOUNTS,
        by_choice("side"),
        by_choice("type"),
        by_choice("time_in_force"),
    )
    fieldsets = (
        (
            "Order",
            {
                "fields": (
                    ("number", "named_by_client"),
                    ("account", "firm"),
                    ("market", "type_word"),
                    ("side_word", "limit_price"),
                    ("state", "why"),
                )
            },
        ),
        ("Size", {"fields": (("ordered", "filled_size"), ("leaves", "average_price"), "filled_for")}),
        ("Terms", {"fields": (("lifetime", "expiry"), ("post_only", "self_trade"))}),
        ("Journal", {"fields": (("entered_at", "entered_by"), ("changed_at", "closed_by"))}),
    )

    @display(description="Side", label=SIDE_COLOURS)
    def side_word(self, order: Order) -> str:
        return SIDE_WORDS[order.side]  # type: ignore[index]

    @display(description="Type")
    def type_word(self, order: Order) -> str:
        return TYPE_WORDS[order.type]  # type: ignore[index]

    @display(description="Price")
    def limit_price(self, order: Order) -> SafeString:
        return figures.figure(figures.price(terms_of(order), order.price) if order.price else "market")

    @display(description="Size")
    def ordered(self, order: Order) -> SafeString:
        return figures.figure(figures.size(terms_of(order), order.size))

    @display(description="Filled")
    def filled_size(self, order: Order) -> SafeString:
        return figures.figure(figures.size(terms_of(order), order.filled))

    @display(description="Leaves")
    def leaves(self, order: Order) -> SafeString:
        lots = order.size - order.filled if order.status in OPEN_STATUSES else 0
        return figures.figure(figures.size(terms_of(order), lots))

    @display(description="Average price")
    def average_price(self, order: Order) -> str:
        terms = terms_of(order)
        if not (terms and order.filled):
            return figures.NOTHING
        average = terms.price(order.filled_value) / order.filled
        return figures.plain(round(average, AVERAGE_PLACES))

    @display(description="Filled for")
    def filled_for(self, order: Order) -> str:
        return figures.notional(terms_of(order), order.filled_value)

    @display(description="Status", label=STATUS_COLOURS)
    def state(self, order: Order) -> str:
        return STATUS_WORDS[order.status]  # type: ignore[index]

    @display(description="Time in force")
    def lifetime(self, order: Order) -> str:
        return TIME_IN_FORCE_WORDS[order.time_in_force]  # type: ignore[index]

    @display(description="Self-trade prevention")
    def self_trade(self, order: Order) -> str:
        return SELF_TRADE_PREVENTION_WORDS[order.self_trade_prevention]  # type: ignore[index]
