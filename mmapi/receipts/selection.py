"""Which receipts are asked for: the query's parameters, and what they mean in rows."""

from typing import Annotated, Any, Literal, NamedTuple

from msgspec import Meta

from accounts.bodies import Fields, fault
from accounts.credentials import Credential
from accounts.refusals import InvalidParameters
from mmapi.execution_reports import EXEC_TYPES
from mmapi.history import Extent, Stream, first_at_or_after
from venue import queries
from venue.fields import to_millis
from venue.listing import Moment, PageLimit
from venue.notation import ClientId, entity_number
from venue.ordering import MarketName, market_named

ExecTypeWord = Literal["New", "Replaced", "Canceled", "Rejected", "Expired", "Trade"]
SequenceNumber = Annotated[int, Meta(ge=0, le=1 << 53)]


class ReceiptFilter(Fields, frozen=True):
    """All that is given must hold. `since` is included, `until` is not; `fromSequence` is oldest first."""

    market: MarketName | None = None
    exec_type: ExecTypeWord | None = None
    client_order_id: ClientId | None = None
    client_batch_id: ClientId | None = None
    order_id: str | None = None
    since: Moment | None = None
    until: Moment | None = None
    from_sequence: SequenceNumber | None = None
    shard: Annotated[int, Meta(ge=0, le=65_535)] | None = None
    cursor: str | None = None
    limit: PageLimit = 50


class Wanted(NamedTuple):
    """The same as numbers; None selects all."""

    firm: int
    accounts: list[int]
    market: int | None
    exec_type: int | None
    entity_id: int | None
    client_id: str | None
    client_batch_id: str | None
    since: int
    until: int
    first: int
    oldest_first: bool
    limit: int

    @property
    def is_lookup(self) -> bool:
        """Whether one thing is looked for, which is there or not."""
        return self.names_entity or self.client_batch_id is not None

    @property
    def names_entity(self) -> bool:
        return self.entity_id is not None or self.client_id is not None


def read(credential: Credential, given: ReceiptFilter) -> Wanted:
    ids = {"orderId": given.order_id, "clientOrderId": given.client_order_id, "clientBatchId": given.client_batch_id}
    named = [name for name, value in ids.items() if value is not None]
    if len(named) > 1:
        message = f"Give one of {', '.join(ids)}."
        raise InvalidParameters(errors=[fault(name, "NOT_ALLOWED", message) for name in named[1:]])
    return Wanted(
        firm=credential.firm_id,
        accounts=list(queries.accounts_of(credential)),
        market=market_named(given.market).number if given.market is not None else None,
        exec_type=EXEC_TYPES[given.exec_type] if given.exec_type is not None else None,
        entity_id=_entity(given.order_id) if given.order_id is not None else None,
        client_id=given.client_order_id,
        client_batch_id=given.client_batch_id,
        since=to_millis(given.since) if given.since else 0,
        until=to_millis(given.until) if given.until else 1 << 62,
        first=given.from_sequence or 0,
        oldest_first=given.from_sequence is not None,
        limit=given.limit,
    )


def _entity(text: str) -> int:
    """An order's or a quote's number; -1, which nothing has, where the text is neither."""
    return entity_number("order", text) or entity_number("quote", text) or -1


def narrowed(wanted: Wanted, stream: Stream, kept: Extent) -> Extent:
    """The sequences that the times and the first sequence asked for leave."""
    first, final = max(kept.first, wanted.first), kept.last
    if wanted.since:
        first = max(first, first_at_or_after(stream, "transact_time", wanted.since, kept))
    if wanted.until < 1 << 62:
        final = first_at_or_after(stream, "transact_time", wanted.until, kept) - 1
    return Extent(first, final)


def conditions(wanted: Wanted) -> tuple[str, list[Any]]:
    """What every row must fulfil, besides its place."""
    sql = " AND account_id = ANY(%s)"
    parameters: list[Any] = [wanted.accounts]
    for column, value in (("market_id", wanted.market), ("exec_type", wanted.exec_type)):
        if value is not None:
            sql += f" AND {column} = %s"
            parameters.append(value)
    return sql, parameters
