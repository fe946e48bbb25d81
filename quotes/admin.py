"""Two-sided quotes with their fills."""

from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.decorators import display

from quotes.models import Quote
from quotes.serializers import STATUS_WORDS
from venue.admin import figures
from venue.admin.figures import terms_of
from venue.admin.matcher_rows import BY_FIRM_OF_ACCOUNTS, BY_MARKET, STATUS_COLOURS, StatusFilter
from venue.admin.orders import FilledAdmin
from venue.engine.terms import OPEN_STATUSES, Kind


class QuoteStatus(StatusFilter):
    words = STATUS_WORDS


@admin.register(Quote)
class QuoteAdmin(FilledAdmin):
    kind = "quote"
    row_kind = Kind.QUOTE
    list_display = (
        "ids",
        "in_market",
        "owner",
        "bid",
        "ask",
        "filled",
        "state",
        "entered",
        "until",
    )
    list_filter = (QuoteStatus, BY_MARKET, BY_FIRM_OF_ACCOUNTS)
    fieldsets = (
        ("Quote", {"fields": (("number", "named_by_client"), ("account", "firm"), "market", ("state", "why"))}),
        ("Bid", {"fields": (("bid_limit", "bid_total"), ("bid_done", "bid_leaves"))}),
        ("Ask", {"fields": (("ask_limit", "ask_total"), ("ask_done", "ask_leaves"))}),
        ("Terms", {"fields": (("validity", "expiry"), "metadata")}),
        ("Journal", {"fields": (("entered_at", "entered_by"), ("changed_at", "closed_by"))}),
    )

    @display(description="Status", label=STATUS_COLOURS)
    def state(self, quote: Quote) -> str:
        return STATUS_WORDS[quote.status]  # type: ignore[index]

    @display(description="Bid")
    def bid(self, quote: Quote) -> SafeString:
        return self.side(quote, quote.bid_price, quote.bid_size)

    @display(description="Ask")
    def ask(self, quote: Quote) -> SafeString:
        return self.side(quote, quote.ask_price, quote.ask_size)

    def side(self, quote: Quote, ticks: int, lots: int) -> SafeString:
        terms = terms_of(quote)
        return figures.two_lines(figures.price(terms, ticks), figures.size(terms, lots))

    @display(description="Filled bid / ask")
    def filled(self, quote: Quote) -> SafeString:
        terms = terms_of(quote)
        return figures.two_lines(figures.size(terms, quote.bid_filled), figures.size(terms, quote.ask_filled))

    @display(description="Expires")
    def until(self, quote: Quote) -> SafeString | str:
        return figures.stamp(quote.expires_at)

    @display(description="Price")
    def bid_limit(self, quote: Quote) -> str:
        return figures.price(terms_of(quote), quote.bid_price)

    @display(description="Price")
    def ask_limit(self, quote: Quote) -> str:
        return figures.price(terms_of(quote), quote.ask_price)

    @display(description="Size")
    def bid_total(self, quote: Quote) -> str:
        return figures.size(terms_of(quote), quote.bid_size)

    @display(description="Size")
    def ask_total(self, quote: Quote) -> str:
        return figures.size(terms_of(quote), quote.ask_size)

    @display(description="Filled")
    def bid_done(self, quote: Quote) -> str:
        return figures.size(terms_of(quote), quote.bid_filled)

    @display(description="Filled")
    def ask_done(self, quote: Quote) -> str:
        return figures.size(terms_of(quote), quote.ask_filled)

    @display(description="Leaves")
    def bid_leaves(self, quote: Quote) -> str:
        return self.leaves(quote, quote.bid_size - quote.bid_filled)

    @display(description="Leaves")
    def ask_leaves(self, quote: Quote) -> str:
        return self.leaves(quote, quote.ask_size - quote.ask_filled)

    def leaves(self, quote: Quote, lots: int) -> str:
        return figures.size(terms_of(quote), lots if quote.status in OPEN_STATUSES else 0)

    @display(description="Valid for")
    def validity(self, quote: Quote) -> str:
        return f"{quote.valid_for_ms / 1000:g} s"
