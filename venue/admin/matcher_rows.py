"""Pages of rows that the matcher alone writes: to be found and read, never added, changed or deleted."""

from typing import Any, ClassVar, Final

from django.contrib.admin import ShowFacets
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RelatedDropdownFilter
from unfold.decorators import display
from unfold.paginator import InfinitePaginator
from unfold.views import ChangeList

from accounts.models import Firm, TradingAccount
from venue.admin import figures
from venue.engine.terms import OPEN_STATUSES, OrdStatus, first_id
from venue.models import Market
from venue.notation import entity_number

STATUS_COLOURS: Final = {
    "open": "success",
    "active": "success",
    "partially_filled": "info",
    "filled": "primary",
    "rejected": "danger",
    "expired": "warning",
    "cancelled": "default",
}
BY_MARKET: Final = ("market", RelatedDropdownFilter)
BY_FIRM: Final = ("firm", RelatedDropdownFilter)


def by_choice(field: str) -> tuple[str, type]:
    return (field, ChoicesDropdownFilter)


class ReadOnly:
    """Shown as they are."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class MatcherRowAdmin(ReadOnly, ModelAdmin):
    """Columns and fields are methods where a row holds ticks and lots."""

    fieldsets: Any = ()
    list_per_page = 50
    list_filter_submit = True
    sortable_by = ()
    # Read in one query each for a page. No join: the journal may name what has no row.
    owners: ClassVar[tuple[str, ...]] = ("account", "firm")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related(*self.owners)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return flatten_fieldsets(self.get_fieldsets(request, obj))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        word = search_term.strip()
        return (queryset.filter(self.matching(word)) if word else queryset), False

    def matching(self, word: str) -> Q:
        """What a search for the word finds; one index each, so that no search reads a whole table twice."""
        firm = Firm.objects.filter(code__iexact=word).first()
        if firm is not None:
            return self.of_owner("firm", firm.pk)
        account = TradingAccount.objects.filter(name__iexact=word).first()
        if account is not None:
            return self.of_owner("account", account.pk)
        return self.named(word)

    def of_owner(self, kind: str, number: int) -> Q:
        return Q(**{f"{kind}_id": number})

    def named(self, word: str) -> Q:
        """Any other word."""
        return Q(pk__in=[])

    # Columns of most rows.

    @display(description="Market")
    def in_market(self, row: Any) -> SafeString:
        terms = figures.terms_of(row)
        return figures.figure(terms.symbol if terms else figures.NOTHING)

    @display(description="Account")
    def owner(self, row: Any) -> SafeString:
        return figures.two_lines(row.account.name, row.firm.code)


class MatcherRowInline(ReadOnly, TabularInline):
    """The same rows on the page of what they belong to."""

    extra = 0
    can_delete = False
    hide_title = True

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return self.fields


class Uncounted(ChangeList):
    """Does not say how many there are."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count


class LargeTableAdmin(MatcherRowAdmin):
    """Pages on and on: a large table is never counted."""

    paginator = InfinitePaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return Uncounted


class NewestFirst(InfinitePaginator):
    """Ids run in time within a market only, so every market offers its newest and the newest of all are shown.

    One statement that reads no more rows than it offers, whatever the size of the table.
    """

    moment = "created_at"

    def page(self, number: Any) -> Any:
        number = self.validate_number(number)
        bottom, order = number * self.per_page, (f"-{self.moment}", "-pk")
        offers = [
            self.object_list.filter(pk__gt=first_id(market), pk__lt=first_id(market + 1)).order_by("-pk")[:bottom]
            for market in Market.objects.values_list("number", flat=True)
        ]
        if not offers:
            return self._get_page([], number, self)
        newest = offers[0].union(*offers[1:], all=True).order_by(*order)
        return self._get_page(newest[bottom - self.per_page : bottom], number, self)


class EntityAdmin(LargeTableAdmin):
    """Orders and quotes: found by id, client id, account or firm."""

    paginator = NewestFirst
    kind: ClassVar[str]
    search_fields = ("client_id",)
    search_help_text = "Id, client id, account or firm"

    def matching(self, word: str) -> Q:
        number = entity_number(self.kind, word.lower())
        return Q(pk=number) if number is not None else super().matching(word)

    def named(self, word: str) -> Q:
        # With the accounts named too, the index on account and client id serves.
        return Q(client_id=word, account__in=TradingAccount.objects.values_list("pk", flat=True))


class StatusFilter(DropdownFilter):
    """By the API's words."""

    title = "status"
    parameter_name = "status"
    words: ClassVar[dict[OrdStatus, str]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("resting", "resting"), *((word, word) for word in self.words.values())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        if chosen == "resting":
            return queryset.filter(status__in=OPEN_STATUSES)
        numbers = [number for number, word in self.words.items() if word == chosen]
        return queryset.filter(status__in=numbers) if numbers else queryset
