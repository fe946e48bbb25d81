"""Markets: their live books, and what operations do to them."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display
from unfold.enums import ActionVariant

from staff.rights import needs
from venue import books
from venue.admin import figures
from venue.admin.market_operations import Close, Halt, MoveReference, PostOnly, Resume, Rules
from venue.admin.matcher_rows import MatcherRowAdmin
from venue.admin.operations import OperationsAdmin
from venue.books import PublishedBook
from venue.engine.terms import MarketStatus
from venue.markets import Terms, by_number
from venue.models import Market
from venue.serializers import MARKET_STATUS_WORDS

LEVELS_SHOWN = 10
IDLE = {
    MarketStatus.OPEN: "resume",
    MarketStatus.POST_ONLY: "post_only",
    MarketStatus.HALTED: "halt",
    MarketStatus.CLOSED: "close",
}
STATUS_COLOURS = {"open": "success", "post_only": "warning", "halted": "danger", "closed": "default"}


def terms_of(market: Market) -> Terms:
    terms = by_number(market.number)
    assert terms is not None
    return terms


def book_of(market: Market) -> PublishedBook:
    """Read once for a row of the list."""
    if "published" not in vars(market):
        vars(market)["published"] = books.read(market.number) or PublishedBook(market.number, 0, [], [])
    book: PublishedBook = vars(market)["published"]
    return book


def levels(market: Market) -> list[dict[str, str]]:
    """The best levels as written, bids beside asks."""
    terms, book = terms_of(market), book_of(market)
    deepest = min(LEVELS_SHOWN, max(len(book.bids), len(book.asks)))
    return [
        {
            f"{side}_{name}": write(terms, level[at][column]) if at < len(level) else ""
            for side, level in (("bid", book.bids), ("ask", book.asks))
            for column, (name, write) in enumerate((("price", figures.price), ("size", figures.size)))
        }
        for at in range(deepest)
    ]


def spread_of(market: Market) -> tuple[str, str]:
    """As a price, and in basis points of the middle."""
    book = book_of(market)
    if not (book.bids and book.asks):
        return figures.NOTHING, ""
    bid, ask = book.bids[0][0], book.asks[0][0]
    return figures.price(terms_of(market), ask - bid), f"{20_000 * (ask - bid) / (ask + bid):.2f} bp"


@admin.register(Market)
class MarketAdmin(OperationsAdmin, MatcherRowAdmin):
    list_display = ("symbol", "state", "best_bid", "best_ask", "spread", "last", "reference", "band")
    list_filter = (("status", ChoicesDropdownFilter), "base_asset", "quote_currency")
    search_fields = ("symbol", "base_asset")
    search_help_text = "Symbol or asset"
    owners = ()
    change_form_outer_before_template = "venue/market_book.html"
    has_operate_permission = needs("venue.operate_market")
    has_move_reference_permission = needs("venue.move_reference")
    has_configure_permission = needs("venue.configure_market")
    actions_detail = (
        "halt",
        "resume",
        "move_reference",
        "edit_rules",
        {"title": "More", "items": ["post_only", "close"]},
    )
    fieldsets = (
        (
            "Now",
            {"fields": (("state", "status_reason"), ("last", "reference_source"), ("reference", "reference_moved"))},
        ),
        (
            "Rules",
            {
                "fields": (
                    ("band", "reference_age"),
                    ("largest_order", "largest_position"),
                    ("least_notional", "most_notional"),
                    ("maker_fee", "taker_fee"),
                )
            },
        ),
        (
            "Terms",
            {"fields": (("symbol", "shard"), ("base_asset", "quote_currency"), ("tick", "lot"), "is_asset_default")},
        ),
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return ModelAdmin.get_search_results(self, request, queryset, search_term)

    def get_urls(self) -> list[URLPattern]:
        book = self.admin_site.admin_view(self.book)
        return [path("<path:object_id>/book/", book, name="venue_market_book"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        market = self.get_object(request, object_id)
        shown = {**self.book_context(market), **(extra_context or {})} if market else extra_context
        return super().change_view(request, object_id, form_url, shown)

    def book(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The book alone, with which the market's page renews itself."""
        market = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if market is None:
            raise Http404
        return TemplateResponse(request, "venue/book.html", self.book_context(market))

    def book_context(self, market: Market) -> dict[str, Any]:
        state, book = self.state(market), book_of(market)
        return {
            "market": market,
            "status": figures.label(state, STATUS_COLOURS[state]),
            "levels": levels(market),
            "spread": " / ".join(spread_of(market)),
            "sequence": book.sequence,
        }

    def idle_operation(self, subject: Market) -> str:
        return IDLE[MarketStatus(subject.status)]

    @action(description="Halt", icon="block", variant=ActionVariant.DANGER, permissions=["operate"])
    def halt(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, Halt)

    @action(description="Resume", icon="play_arrow", variant=ActionVariant.SUCCESS, permissions=["operate"])
    def resume(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, Resume)

    @action(description="Post-only", icon="hourglass_top", permissions=["operate"])
    def post_only(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, PostOnly)

    @action(description="Close market", icon="lock", variant=ActionVariant.DANGER, permissions=["operate"])
    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, Close)

    @action(description="Reference price", icon="my_location", permissions=["move_reference"])
    def move_reference(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, MoveReference)

    @action(description="Rules", icon="tune", permissions=["configure"])
    def edit_rules(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self.operate(request, object_id, Rules)

    @display(description="Status", label=STATUS_COLOURS)
    def state(self, market: Market) -> str:
        return MARKET_STATUS_WORDS[MarketStatus(market.status)]

    @display(description="Best bid")
    def best_bid(self, market: Market) -> SafeString:
        return self.best(market, book_of(market).bids)

    @display(description="Best ask")
    def best_ask(self, market: Market) -> SafeString:
        return self.best(market, book_of(market).asks)

    def best(self, market: Market, side: books.Levels) -> SafeString:
        if not side:
            return figures.figure(figures.NOTHING)
        terms, (ticks, lots) = terms_of(market), side[0]
        return figures.two_lines(figures.price(terms, ticks), figures.size(terms, lots))

    @display(description="Spread")
    def spread(self, market: Market) -> SafeString:
        return figures.two_lines(*spread_of(market))

    @display(description="Last price")
    def last(self, market: Market) -> SafeString:
        return figures.figure(figures.price(terms_of(market), market.last_price))

    @display(description="Reference")
    def reference(self, market: Market) -> SafeString:
        return figures.figure(figures.price(terms_of(market), market.reference_price))

    @display(description="Reference moved")
    def reference_moved(self, market: Market) -> str:
        return figures.moment(market.reference_at)

    @display(description="Price band")
    def band(self, market: Market) -> str:
        return f"\N{PLUS-MINUS SIGN}{market.band_bps / 100:g}%" if market.band_bps else "none"

    @display(description="Largest age of the reference")
    def reference_age(self, market: Market) -> str:
        return f"{market.reference_max_age_ms / 1000:g} s" if market.reference_max_age_ms else "no limit"

    @display(description="Largest order")
    def largest_order(self, market: Market) -> str:
        return self.size_limit(market, market.max_order_size)

    @display(description="Largest position")
    def largest_position(self, market: Market) -> str:
        return self.size_limit(market, market.max_position)

    def size_limit(self, market: Market, lots: int) -> str:
        return f"{figures.size(terms_of(market), lots)} {market.base_asset}" if lots else "no limit"

    @display(description="Least notional")
    def least_notional(self, market: Market) -> str:
        return self.value_limit(market, market.min_notional)

    @display(description="Largest notional")
    def most_notional(self, market: Market) -> str:
        return self.value_limit(market, market.max_notional)

    def value_limit(self, market: Market, nanos: int) -> str:
        return figures.money(terms_of(market), figures.value(nanos)) if nanos else "no limit"

    @display(description="Maker fee")
    def maker_fee(self, market: Market) -> str:
        return f"{market.maker_fee_ppm / 100:g} bp"

    @display(description="Taker fee")
    def taker_fee(self, market: Market) -> str:
        return f"{market.taker_fee_ppm / 100:g} bp"

    @display(description="Tick size")
    def tick(self, market: Market) -> str:
        return f"{terms_of(market).tick_size:f} {market.quote_currency}"

    @display(description="Lot size")
    def lot(self, market: Market) -> str:
        return f"{terms_of(market).lot_size:f} {market.base_asset}"
