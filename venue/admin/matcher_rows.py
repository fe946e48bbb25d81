"""Pages of rows that the matcher alone writes: to be found and read, never added, changed or deleted."""

from typing import Any, ClassVar, Final

from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import Field, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from accounts.models import Firm, TradingAccount
from staff.admin import ReadOnly
from staff.lists import ExportAdmin, LongChangeList, LongListAdmin, Walk
from venue.admin import exports, figures
from venue.admin.newest import NewestFirst, of_markets, of_shards
from venue.engine.terms import OPEN_STATUSES, OrdStatus
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


class OfItsAccounts(RelatedDropdownFilter):
    """By firm, where the index is on the account."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        filtered = super().queryset(request, queryset)
        firm = self.value()
        accounts = TradingAccount.objects.filter(firm=firm).values_list("pk", flat=True) if firm else []
        return filtered.filter(account__in=list(accounts)) if firm else filtered


BY_FIRM_OF_ACCOUNTS: Final = ("firm", OfItsAccounts)


def by_choice(field: str) -> tuple[str, type]:
    return (field, ChoicesDropdownFilter)


class MatcherRowAdmin(ReadOnly, ExportAdmin):
    """Columns and fields are methods where a row holds ticks and lots."""

    fieldsets: Any = ()
    list_per_page = 50
    list_filter_submit = True
    sortable_by: ClassVar[tuple[str, ...]] = ()
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

    def export_value(self, row: Any, field: Field) -> Any:
        return exports.in_units(row, field)

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


class LargeTableAdmin(MatcherRowAdmin, LongListAdmin):
    """Never counted. Sorted by its first column, both ways, and no other: the tables have no more indexes."""

    moment: ClassVar[str]
    by_market: ClassVar[bool] = False

    def get_sortable_by(self, request: HttpRequest) -> tuple[str, ...]:
        return tuple(self.list_display[:1])

    def walk_of(self, changes: LongChangeList) -> Walk:
        only = changes.params.get("market__number__exact")
        return NewestFirst(self.moment, of_markets(only) if self.by_market else of_shards())


class EntityAdmin(LargeTableAdmin):
    """Orders and quotes: found by id, client id, account or firm."""

    moment = "created_at"
    by_market = True
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
