"""Two ways through the journal: by place, by batch. Each takes a page out of one shard."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from mmapi import history
from mmapi.execution_reports import COLUMNS, ReportRow
from mmapi.history import OF_SHARD, Extent, Stream
from mmapi.receipts.selection import Wanted, conditions
from venue.engine.terms import ExecType
from venue.models import journal_id, journal_place
from venue.queries import fetch

# The most rows that one request looks at where no index leads; what is left is told by the cursor.
WINDOW: Final = 20_000
_NEAR: Final = 500

# What rows must fulfil besides what is wanted, and its parameters.
Condition = tuple[str, list[Any]]
EVERY: Final[Condition] = ("", [])


class Read(NamedTuple):
    """Rows in the order asked for, and the place at which the next page begins in this shard, if there may be one."""

    rows: list[ReportRow]
    rest: int | None


def read(wanted: Wanted, stream: Stream, within: Extent, place: int | None) -> Read:
    """`place` is where an earlier page ended."""
    if within.first > within.last:
        return Read([], None)
    if wanted.client_batch_id is not None:
        return _of_batch(wanted, stream, within, place)
    return in_window(wanted, stream, within, place)


def in_window(wanted: Wanted, stream: Stream, within: Extent, place: int | None, only: Condition = EVERY) -> Read:
    """What fits out of one window of the firm's sequence."""
    first, final = within
    if wanted.oldest_first:
        first = max(first, place or first)
        window = Extent(first, min(final, first + WINDOW - 1))
        rest = window.last + 1 if window.last < final else None
    else:
        final = min(final, place if place is not None else final)
        window = Extent(max(first, final - WINDOW + 1), final)
        rest = window.first - 1 if window.first > first else None
    narrowing, parameters = conditions(wanted)
    narrowing, parameters = narrowing + only[0], parameters + only[1]
    direction = "ASC" if wanted.oldest_first else "DESC"
    sql = (
        f"SELECT {COLUMNS} FROM venue_executionreport WHERE firm_id = %s AND {OF_SHARD} "
        f"AND firm_sequence BETWEEN %s AND %s {narrowing} ORDER BY firm_sequence {direction} LIMIT %s"
    )
    found: list[ReportRow] = []
    for part in _near_and_far(window, wanted.oldest_first):
        if len(found) <= wanted.limit and part.first <= part.last:
            found += history.rows(sql, [*stream, *part, *parameters, wanted.limit + 1 - len(found)])
    return page(found, wanted, rest, lambda row: row.firm_sequence)


def _near_and_far(window: Extent, oldest_first: bool) -> tuple[Extent, Extent]:
    """The part that nearly always fills a page, and the other one."""
    first, final = window
    if oldest_first:
        return Extent(first, min(final, first + _NEAR - 1)), Extent(first + _NEAR, final)
    return Extent(max(first, final - _NEAR + 1), final), Extent(first, final - _NEAR)


def page(found: list[ReportRow], wanted: Wanted, rest: int | None, place_of: Callable[[ReportRow], int]) -> Read:
    """One row more than a page was asked for, to know whether there is a next one."""
    if len(found) > wanted.limit:
        return Read(found[: wanted.limit], place_of(found[wanted.limit]))
    return Read(found, rest)


def _of_batch(wanted: Wanted, stream: Stream, within: Extent, place: int | None) -> Read:
    """What a batch did at once; later fills of its quotes and orders are found by these."""
    commands = batch_commands(wanted, stream.shard)
    if not commands:
        return Read([], None)
    first = history.first_at_or_after(stream, "sequence", min(commands), within)
    final = history.first_at_or_after(stream, "sequence", max(commands) + 1, within) - 1
    if first > final:
        return Read([], None)
    at_once = (f" AND sequence = ANY(%s) AND exec_type <> {int(ExecType.EXPIRED)}", [commands])
    return in_window(wanted, stream, Extent(first, final), place, at_once)


def batch_commands(wanted: Wanted, shard: int) -> list[int]:
    """The sequence numbers of the commands with the client batch id."""
    found = fetch(
        "SELECT id FROM mmapi_clientbatch WHERE account_id = ANY(%s) AND client_batch_id = %s AND id > %s AND id < %s",
        [wanted.accounts, wanted.client_batch_id, journal_id(shard, 0), journal_id(shard + 1, 0)],
    )
    return [journal_place(row[0])[1] for row in found]
