"""GET /mm/receipts: one page of receipts, each with its times, and how far the answer speaks for sure."""

from typing import NamedTuple

from msgspec import UNSET, UnsetType

from accounts.bodies import fault
from accounts.credentials import Credential
from accounts.refusals import InvalidParameters
from mmapi import execution_reports, history
from mmapi.execution_reports import ReportRow, ReportShape
from mmapi.history import AccountNames, Stream
from mmapi.receipts import histories, positions, reading, selection, settled
from mmapi.receipts.reading import Read
from mmapi.receipts.selection import ReceiptFilter, Wanted
from mmapi.receipts.settled import Settled
from venue.models import journal_id, journal_place
from venue.notation import moment
from venue.queries import fetch
from venue.serializers import Shape


class ReceiptShape(ReportShape, frozen=True, kw_only=True):
    """An execution report with its times. `receivedAt` and `clientBatchId` are of the firm's own command; a report that
    another firm's command caused, a fill of something resting, has none."""

    shard: int
    client_batch_id: str | UnsetType = UNSET
    received_at: str | UnsetType = UNSET
    applied_at: str
    committed_at: str


class SearchedShape(Shape, frozen=True, kw_only=True):
    """The last command of a shard that the search has seen for certain, and when it was applied."""

    shard: int
    sequence: int
    time: str


class ReceiptsShape(Shape, frozen=True, kw_only=True):
    """`found` is told where one id was asked for. `definite`: everything that had reached the venue when it was asked
    was looked at."""

    receipts: list[ReceiptShape]
    found: bool | UnsetType = UNSET
    definite: bool
    searched_through: list[SearchedShape]
    next_cursor: str | None


class CommandTimes(NamedTuple):
    committed_at: int
    received_at: int | None
    client_batch_id: str


def receipts(credential: Credential, given: ReceiptFilter) -> ReceiptsShape:
    wanted = selection.read(credential, given)
    shards = _shards(given)
    seen = [settled.settle(shard) for shard in shards]
    places = positions.read(given.cursor, shards) if given.cursor is not None else dict.fromkeys(shards)
    pages = {shard: _page(wanted, shard, places[shard]) for shard in shards if shard in places}
    rows, rest = _merge(wanted, pages)
    return ReceiptsShape(
        receipts=_shapes(wanted.firm, rows),
        found=_found(wanted, rows, shards) if wanted.is_lookup else UNSET,
        definite=all(one.definite for one in seen),
        searched_through=[_searched(one) for one in seen],
        next_cursor=positions.cursor(rest),
    )


def _shards(given: ReceiptFilter) -> list[int]:
    known = history.shards()
    if given.shard is None:
        return known
    if given.shard not in known:
        raise InvalidParameters(errors=[fault("shard", "INVALID_VALUE", "There is no such shard.")])
    return [given.shard]


def _page(wanted: Wanted, shard: int, place: int | None) -> Read:
    stream = Stream(wanted.firm, shard)
    within = selection.narrowed(wanted, stream, history.extent(stream))
    read = histories.read if wanted.names_entity else reading.read
    return read(wanted, stream, within, place)


def _merge(wanted: Wanted, pages: dict[int, Read]) -> tuple[list[ReportRow], dict[int, int]]:
    """One page out of a page of each shard, by time; what did not fit begins the next one."""
    every = [row for page in pages.values() for row in page.rows]
    every.sort(key=lambda row: (row.transact_time, row.id), reverse=not wanted.oldest_first)
    rest = {shard: page.rest for shard, page in pages.items() if page.rest is not None}
    for row in reversed(every[wanted.limit :]):
        shard, number = journal_place(row.id)
        rest[shard] = number if wanted.names_entity else row.firm_sequence
    return every[: wanted.limit], rest


def _found(wanted: Wanted, rows: list[ReportRow], shards: list[int]) -> bool:
    """A batch may have left nothing but its command behind."""
    if rows or wanted.client_batch_id is None:
        return bool(rows)
    return any(reading.batch_commands(wanted, shard) for shard in shards)


def _searched(seen: Settled) -> SearchedShape:
    return SearchedShape(shard=seen.shard, sequence=seen.sequence, time=moment(seen.applied_at))


def _shapes(firm: int, rows: list[ReportRow]) -> list[ReceiptShape]:
    names, times = AccountNames(firm), _times(firm, rows)
    return [_shape(row, names, times[_command_id(row)]) for row in rows]


def _shape(row: ReportRow, names: AccountNames, times: CommandTimes) -> ReceiptShape:
    return ReceiptShape(
        **execution_reports.fields(row, names),
        shard=journal_place(row.id)[0],
        client_batch_id=times.client_batch_id or UNSET,
        received_at=moment(times.received_at) if times.received_at else UNSET,
        applied_at=moment(row.transact_time),
        committed_at=moment(times.committed_at),
    )


def _command_id(row: ReportRow) -> int:
    return journal_id(journal_place(row.id)[0], row.sequence)


def _times(firm: int, rows: list[ReportRow]) -> dict[int, CommandTimes]:
    """By command; what another firm sent says no more than when it was committed."""
    found = fetch(
        """SELECT c.id, c.committed_at, CASE WHEN own THEN c.received_at END,
                  CASE WHEN own THEN coalesce(b.client_batch_id, '') ELSE '' END
           FROM (SELECT *, EXISTS (SELECT 1 FROM accounts_apikey k JOIN accounts_tradingaccount a ON a.id = k.account_id
                                   WHERE k.key_id = venue_command.key_id AND a.firm_id = %s) AS own
                 FROM venue_command WHERE id = ANY(%s)) c
           LEFT JOIN mmapi_clientbatch b ON b.id = c.id""",
        [firm, list({_command_id(row) for row in rows})],
    )
    return {row[0]: CommandTimes(*row[1:]) for row in found}
