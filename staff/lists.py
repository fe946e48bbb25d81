"""Lists of tables of any size: paged by the key of the last row shown, never counted, and exported as CSV."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any, ClassVar, Final, Protocol

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, transaction
from django.db.models import Field, QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import URLPattern, path, reverse
from psycopg.errors import QueryCanceled
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.utils import parse_datetime_str
from unfold.views import ChangeList

from staff import audit, exports

OLDER, NEWER, ORDER = "older", "newer", "o"
# A filter that finds next to nothing among hundreds of millions of rows is given up, not waited for.
LONGEST_MS: Final = 5_000


class Walk(Protocol):
    """One way through a table, up and down."""

    def place_of(self, row: Any) -> str:
        """The row's place, as it stands in a page's address."""

    def beyond(self, rows: QuerySet[Any], place: str, *, down: bool, most: int) -> Iterable[Any]:
        """The next rows from there, without it; an empty place is the end one comes from. ValueError: no place."""


class ByKey:
    """By the primary key, where it runs in time."""

    def place_of(self, row: Any) -> str:
        return str(row.pk)

    def beyond(self, rows: QuerySet[Any], place: str, *, down: bool, most: int) -> Iterable[Any]:
        if place:
            rows = rows.filter(**{f"pk__{'lt' if down else 'gt'}": int(place)})
        return rows.order_by("-pk" if down else "pk")[:most]


class Pages:
    """What the list's foot needs in place of page numbers."""

    template_name = "staff/pages.html"
    num_pages = 1

    def __init__(self, per_page: int) -> None:
        self.per_page = per_page


class LongChangeList(ChangeList):
    """Reads one row more than it shows, and so knows whether there are others."""

    def __init__(self, request: HttpRequest, *arguments: Any, **named: Any) -> None:
        """The place is no filter: it is forgotten when a filter changes, so nothing else sees it in the address."""
        asked = request.GET.copy()
        older, newer = (asked.pop(name, [""])[-1] for name in (OLDER, NEWER))
        self.place, self.backwards = newer or older, bool(newer)
        request.GET = asked  # type: ignore[assignment]
        super().__init__(request, *arguments, **named)

    def get_results(self, request: HttpRequest) -> None:
        admin: LongListAdmin = self.model_admin
        self.paginator = Pages(self.list_per_page)
        rows = self.read(request, admin.walk_of(self))
        beyond = len(rows) > self.list_per_page
        shown = rows[: self.list_per_page]
        self.result_list = shown[::-1] if self.backwards else shown
        has_older = bool(self.place) if self.backwards else beyond
        has_newer = beyond if self.backwards else bool(self.place)
        self.onward = self.link(admin, OLDER, self.result_list[-1:]) if has_older else ""
        self.back = self.link(admin, NEWER, self.result_list[:1]) if has_newer else ""
        self.result_count = self.full_result_count = len(self.result_list)
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = True

    def read(self, request: HttpRequest, walk: Walk) -> list[Any]:
        down = self.newest_first != self.backwards
        try:
            with patience():
                return list(walk.beyond(self.queryset, self.place, down=down, most=self.list_per_page + 1))
        except ValueError:
            raise IncorrectLookupParameters from None
        except OperationalError as error:
            if not isinstance(error.__cause__, QueryCanceled):
                raise
            messages.warning(request, "This takes too long. Narrow it down, or search for an id, a firm or an account.")
            return []

    @property
    def newest_first(self) -> bool:
        return str(self.params.get(ORDER, "-")).startswith("-")

    def link(self, admin: "LongListAdmin", name: str, rows: list[Any]) -> str:
        return self.get_query_string({name: admin.walk_of(self).place_of(rows[0])}) if rows else self.get_query_string()


@contextmanager
def patience() -> Iterator[None]:
    """Within it a statement that takes too long is given up."""
    with transaction.atomic():
        wait(LONGEST_MS)
        yield
        wait(0)


def wait(milliseconds: int) -> None:
    """For each statement until the transaction's end; 0 is for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])


class BetweenMoments(RangeDateTimeFilter):
    """From one moment to another, in UTC; without a time it is the beginning of the day."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        for side, comparison in (("from", "gte"), ("to", "lt")):
            day, hour = (self.used_parameters.get(f"{self.parameter_name}_{side}_{part}") or "" for part in "01")
            moment = parse_datetime_str(f"{day} {hour or '00:00:00'}")
            if moment is not None:
                queryset = queryset.filter(**{f"{self.field_path}__{comparison}": moment.replace(tzinfo=UTC)})
        return queryset


class ExportAdmin(ModelAdmin):
    """A list that those who may export can take with them: what is filtered and found, all pages of it."""

    change_list_template = "staff/change_list.html"
    # Which of the model's fields; empty: all that hold no secret.
    export_fields: ClassVar[tuple[str, ...]] = ()

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export)
        return [path("export/", export, name=self.export_name), *super().get_urls()]

    @property
    def export_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_export"

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("staff.export_rows")) and self.has_view_permission(request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        shown = {"export": reverse(f"admin:{self.export_name}")} if self.has_export_permission(request) else {}
        return super().changelist_view(request, {**shown, **(extra_context or {})})

    def export(self, request: HttpRequest) -> StreamingHttpResponse:
        if not self.has_export_permission(request):
            raise PermissionDenied
        changes = self.get_changelist_instance(request)
        audit.record(
            request, "export_list", after={"list": self.opts.label_lower, "filters": dict(request.GET.lists())}
        )
        fields = exports.fields_of(self.model, self.export_fields)
        rows = exports.lines(changes.queryset, fields, self.export_value)
        headers = {
            "Content-Disposition": f'attachment; filename="{self.opts.model_name}.csv"',
            "Cache-Control": "no-store",
        }
        return StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8", headers=headers)

    def export_value(self, row: Any, field: Field) -> Any:
        """What stands in the field's column."""
        return exports.value_of(row, field)


class LongListAdmin(ExportAdmin):
    """Of a table of any size. Its first column is what it can be sorted by, both ways."""

    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    walk: ClassVar[Callable[..., Walk]] = ByKey

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return LongChangeList

    def walk_of(self, changes: LongChangeList) -> Walk:
        return type(self).walk()
