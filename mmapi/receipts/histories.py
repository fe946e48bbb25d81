"""What happened to an order or quote: its reports lead back from the last one to the first, and refusals that name it
stand beside them. Places are report numbers."""

from typing import NamedTuple

from mmapi import history
from mmapi.execution_reports import COLUMNS, ReportRow
from mmapi.history import Extent, Stream
from mmapi.receipts import reading
from mmapi.receipts.reading import Read
from mmapi.receipts.selection import Wanted, conditions
from venue import chains
from venue.chains import Bounds
from venue.models import journal_id, journal_place
from venue.queries import fetch


class Entity(NamedTuple):
    """An order or quote: where its reports end, and the command that began them."""

    id: int
    last_report: int
    created: int


class Span(NamedTuple):
    """The first and the last report (ids) that a page may show; `place` is where the page before it ended, or 0."""

    low: int
    high: int
    place: int


def read(wanted: Wanted, stream: Stream, within: Extent, place: int | None) -> Read:
    """A page out of one shard; `place` is where an earlier one ended."""
    if within.first > within.last:
        return Read([], None)
    entities = _entities(wanted)
    span = _span(wanted, stream, within, place)
    ends = {one.id: one.last_report for one in entities if journal_place(one.last_report)[0] == stream.shard}
    links = _links(wanted, span, ends) if ends else Read([], None)
    if links is None:
        links = _in_windows(wanted, stream, within, span, [one for one in entities if one.id in ends])
    return _merged(wanted, stream, links, _refused(wanted, span, [one.id for one in entities]))


def _entities(wanted: Wanted) -> list[Entity]:
    """The orders and quotes that were entered with the client id, or the one that is named itself."""
    of_id = "account_id = ANY(%s) AND id = %s"
    of_client = "account_id = ANY(%s) AND client_id = %s AND client_id <> ''"
    condition, named = (of_client, wanted.client_id) if wanted.entity_id is None else (of_id, wanted.entity_id)
    columns = "id, last_report_id, created_sequence"
    found = fetch(
        f"SELECT {columns} FROM venue_order WHERE {condition} "
        f"UNION ALL SELECT {columns} FROM quotes_quote WHERE {condition}",
        [wanted.accounts, named] * 2,
    )
    return [Entity(*row) for row in found]


def _span(wanted: Wanted, stream: Stream, within: Extent, place: int | None) -> Span:
    low, high = (history.value_at(stream, "id", sequence) for sequence in within)
    if place is None:
        return Span(low, high, 0)
    at = journal_id(stream.shard, place)
    return Span(max(low, at), high, at) if wanted.oldest_first else Span(low, min(high, at), at)


def _links(wanted: Wanted, span: Span, ends: dict[int, int]) -> Read | None:
    """What the chains lead to; None where they are too long to come to the page's beginning."""
    if not wanted.oldest_first and span.place:
        ends = ends | _link_at(span.place, ends)
    narrowing, parameters = conditions(wanted)
    enough = chains.NEVER if wanted.oldest_first else wanted.limit + 1
    bounds = Bounds(span.low, max(1, reading.WINDOW // len(ends)), enough)
    found = chains.walk(list(ends.values()), bounds, f"id BETWEEN %s AND %s {narrowing}", [*span[:2], *parameters])
    rest = max((link.rest for link in found), default=0)
    if rest and (wanted.oldest_first or rest >= (span.place or chains.NEVER)):
        return None
    ids = sorted((link.id for link in found if link.fits and link.id > rest), reverse=not wanted.oldest_first)
    rows = _rows(ids[: wanted.limit + 1], wanted)
    return reading.page(rows, wanted, _number(rest) if rest else None, _number_of)


def _link_at(place: int, ends: dict[int, int]) -> dict[int, int]:
    """The chain that the place is in goes on from there; nothing of it need be walked again."""
    found = fetch(f"SELECT entity_id FROM venue_executionreport WHERE id = %s AND {chains.CHAINED}", [place])
    return {entity: place for (entity,) in found if entity in ends}


def _rows(ids: list[int], wanted: Wanted) -> list[ReportRow]:
    direction = "ASC" if wanted.oldest_first else "DESC"
    sql = f"SELECT {COLUMNS} FROM venue_executionreport WHERE id = ANY(%s) ORDER BY id {direction}"
    return history.rows(sql, [ids]) if ids else []


def _in_windows(wanted: Wanted, stream: Stream, within: Extent, span: Span, entities: list[Entity]) -> Read:
    """The same out of the firm's sequence, from the first command of them on."""
    begun = history.first_at_or_after(stream, "sequence", min(one.created for one in entities), within)
    first = max(begun, history.first_at_or_after(stream, "id", span.low, within))
    final = history.first_at_or_after(stream, "id", span.high + 1, within) - 1
    only = (f" AND entity_id = ANY(%s) AND {chains.CHAINED}", [[one.id for one in entities]])
    found = reading.in_window(wanted, stream, Extent(first, final), None, only)
    return Read(found.rows, None if found.rest is None else _number(history.value_at(stream, "id", found.rest)))


def _refused(wanted: Wanted, span: Span, ids: list[int]) -> list[ReportRow]:
    """Refusals that name an order or quote, its own or another's, and those that left nothing behind but a client id.

    They are few; `id + 0` keeps a planner from looking for them along all ids.
    """
    narrowing, parameters = conditions(wanted)
    direction = "ASC" if wanted.oldest_first else "DESC"
    place_and_more = f"AND id BETWEEN %s AND %s {narrowing}"
    bounds = [span.low, span.high, *parameters, wanted.limit + 1]
    return history.rows(
        f"""(SELECT r.* FROM unnest(%s::bigint[]) e(entity) CROSS JOIN LATERAL (
              SELECT {COLUMNS} FROM venue_executionreport
              WHERE entity_id = e.entity AND {chains.REFUSED} {place_and_more}
              ORDER BY id {direction} LIMIT %s) r)
            UNION ALL
            (SELECT {COLUMNS} FROM venue_executionreport
             WHERE entity_id = 0 AND client_id <> '' AND client_id = %s {place_and_more}
             ORDER BY id + 0 {direction} LIMIT %s)""",
        [[wanted.entity_id] if wanted.entity_id is not None else ids, *bounds, wanted.client_id or "", *bounds],
    )


def _merged(wanted: Wanted, stream: Stream, links: Read, refused: list[ReportRow]) -> Read:
    """As far as the links were looked at."""
    found = [*links.rows, *refused]
    if links.rest is not None:
        rest = journal_id(stream.shard, links.rest)
        found = [row for row in found if (row.id < rest if wanted.oldest_first else row.id > rest)]
    found.sort(reverse=not wanted.oldest_first)
    return reading.page(found, wanted, links.rest, _number_of)


def _number_of(row: ReportRow) -> int:
    return _number(row.id)


def _number(row_id: int) -> int:
    return journal_place(row_id)[1]
