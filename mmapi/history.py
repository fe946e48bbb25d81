"""Reading the journal: one firm's reports of one shard by their gapless sequence, and where in it a moment is.

A report is visible only after its commit, and commits come in order; so whoever has seen report n has every one
before it within reach.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from accounts.models import TradingAccount
from mmapi.execution_reports import COLUMNS, ReportRow
from venue.models import JOURNAL_BITS, Market
from venue.queries import fetch

# Not as a range of ids, or a planner that knows little of the table might walk through all of them.
OF_SHARD: Final = f"id >> {JOURNAL_BITS} = %s"


class Stream(NamedTuple):
    """A firm's reports of one shard."""

    firm: int
    shard: int


class Extent(NamedTuple):
    """The first and the last sequence kept; (1, 0) where there is nothing yet."""

    first: int
    last: int


def shards() -> list[int]:
    """Those that have markets."""
    return list(Market.objects.order_by("shard").values_list("shard", flat=True).distinct())


def extent(stream: Stream) -> Extent:
    found = fetch(f"({_end('ASC')}) UNION ALL ({_end('DESC')})", [*stream, *stream])
    return Extent(found[0][0], found[1][0]) if found else Extent(1, 0)


def _end(direction: str) -> str:
    return (
        f"SELECT firm_sequence FROM venue_executionreport WHERE firm_id = %s AND {OF_SHARD} "
        f"ORDER BY firm_sequence {direction} LIMIT 1"
    )


def last(stream: Stream) -> int:
    found = fetch(_end("DESC"), [*stream])
    return int(found[0][0]) if found else 0


def between(stream: Stream, first: int, final: int) -> list[ReportRow]:
    """Both ends included, in their order."""
    sql = (
        f"SELECT {COLUMNS} FROM venue_executionreport "
        f"WHERE firm_id = %s AND {OF_SHARD} AND firm_sequence BETWEEN %s AND %s ORDER BY firm_sequence"
    )
    return rows(sql, [*stream, first, final])


def rows(sql: str, parameters: Sequence[Any]) -> list[ReportRow]:
    return [ReportRow(*row) for row in fetch(sql, parameters)]


def first_at_or_after(stream: Stream, column: str, value: int, within: Extent) -> int:
    """The first sequence whose `transact_time` or command `sequence` is at least `value`; both grow with it."""
    low, high = within.first, within.last + 1
    while low < high:
        middle = (low + high) // 2
        if value_at(stream, column, middle) < value:
            low = middle + 1
        else:
            high = middle
    return low


def value_at(stream: Stream, column: str, sequence: int) -> int:
    """`column` is id, sequence or transact_time."""
    sql = f"SELECT {column} FROM venue_executionreport WHERE firm_id = %s AND {OF_SHARD} AND firm_sequence = %s"
    return int(fetch(sql, [*stream, sequence])[0][0])


class AccountNames(dict[int, str]):
    """The names of a firm's accounts, read again when one appears that is not known."""

    def __init__(self, firm: int) -> None:
        super().__init__()
        self._firm = firm

    def __missing__(self, account: int) -> str:
        self.update(TradingAccount.objects.filter(firm_id=self._firm).values_list("id", "name"))
        return self.get(account, "")
