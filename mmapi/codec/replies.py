"""What the venue answers: `encode_reply` and `encode_error` at the venue, `decode_reply` at the client."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final, NamedTuple

from msgspec import Struct

from mmapi.codec import framing
from mmapi.codec.framing import Header, Row
from mmapi.codec.malformations import CodecError, Malformation
from mmapi.codec.requests import TEXT_SIZE, with_text
from mmapi.codec.schema import SCHEMA
from mmapi.codec.words import NOT_GIVEN, EntryKind, EntryStatus, ErrorOutcome, MarketOutcome, ReplyFlags

BATCH: Final = SCHEMA.messages["BatchReply"]
ERROR: Final = SCHEMA.messages["ErrorReply"]
NO_DIGEST: Final = bytes(16)
_CODE_SIZE: Final = 40
_FIELD_SIZE: Final = 64
_REQUEST_ID_SIZE: Final = 32
_DETAIL_SIZE: Final = 256


class EntryReply(NamedTuple):
    """One entry. Prices, sizes and a rule's figures are multiples of 10^-8, NOT_GIVEN where there are none.

    Of an order only the fields of its own side are filled.
    """

    entity_id: int
    bid_filled: int
    bid_average_price: int
    ask_filled: int
    ask_average_price: int
    reject_limit: int
    reject_observed: int
    entry_index: int
    reject_code: int
    kind: int
    status: int
    client_id: str = ""


class MarketReply(Struct, frozen=True):
    """Decoding gives the entries without a client id first, then those with one."""

    market: int
    outcome: MarketOutcome
    entries: Sequence[EntryReply] = ()
    canceled_by_scope: int = 0
    reject_code: int = 0
    sequence: int = 0
    applied_at: int | None = None


class BatchReply(Struct, frozen=True):
    """`applied_at` is Unix time in milliseconds, `open_quotes_digest` 16 bytes."""

    markets: Sequence[MarketReply]
    sequence: int = 0
    applied_at: int | None = None
    client_batch_id: str = ""
    open_quotes_digest: bytes = NO_DIGEST
    replayed: bool = False
    dry_run: bool = False


class ErrorReply(Struct, frozen=True):
    """What a problem document says: the HTTP status, the code, and whether anything may have changed."""

    status: int
    code: str
    detail: str = ""
    outcome: ErrorOutcome = ErrorOutcome.NOT_APPLIED
    request_id: str = ""
    field: str = ""
    retry_after_ms: int = 0
    limit: int | None = None
    observed: int | None = None


def entry(kind: EntryKind, index: int, status: EntryStatus, entity_id: int = 0, client_id: str = "") -> EntryReply:
    """An entry of which nothing was filled and that no rule has refused."""
    return EntryReply(
        entity_id=entity_id,
        bid_filled=0,
        bid_average_price=NOT_GIVEN,
        ask_filled=0,
        ask_average_price=NOT_GIVEN,
        reject_limit=NOT_GIVEN,
        reject_observed=NOT_GIVEN,
        entry_index=index,
        reject_code=0,
        kind=kind,
        status=status,
        client_id=client_id,
    )


def encode_reply(reply: BatchReply) -> bytes:
    """Raises `CodecError` (`INVALID_VALUE`) for a value that its field cannot hold."""
    plain = [[row[:-1] for row in part.entries if not row[-1]] for part in reply.markets]
    named = [[row for row in part.entries if row[-1]] for part in reply.markets]
    flags = (ReplyFlags.REPLAYED if reply.replayed else 0) | (ReplyFlags.DRY_RUN if reply.dry_run else 0)
    root = (
        reply.sequence,
        _or_null(reply.applied_at),
        int.from_bytes(reply.open_quotes_digest[:8], "little"),
        int.from_bytes(reply.open_quotes_digest[8:], "little"),
        flags,
        framing.write_text(reply.client_batch_id, TEXT_SIZE, "clientBatchId"),
    )
    groups = (
        [_market_row(*of_market) for of_market in zip(reply.markets, map(len, plain), map(len, named), strict=True)],
        [row for rows in plain for row in rows],
        with_text("namedEntries", (row for rows in named for row in rows)),
    )
    return framing.write(BATCH, root, groups)


def _market_row(part: MarketReply, plain: int, named: int) -> Row:
    return (
        part.sequence,
        _or_null(part.applied_at),
        part.market,
        part.canceled_by_scope,
        plain,
        named,
        part.reject_code,
        part.outcome,
    )


def encode_error(error: ErrorReply) -> bytes:
    """What is too long or not printable in the texts is cut off and replaced; numbers must fit their fields."""
    root = (
        _or_null(error.limit),
        _or_null(error.observed),
        error.retry_after_ms,
        error.status,
        error.outcome,
        _fitted(error.code, _CODE_SIZE),
        _fitted(error.field, _FIELD_SIZE),
        _fitted(error.request_id, _REQUEST_ID_SIZE),
        _fitted(error.detail, _DETAIL_SIZE),
    )
    return framing.write(ERROR, root, ())


def decode_reply(data: bytes) -> BatchReply | ErrorReply:
    """Either answer, of this version or, skipping what it adds, of a newer one; raises `CodecError`."""
    header = framing.read_header(data)
    if not header.version:
        raise CodecError(Malformation.UNSUPPORTED_VERSION, "There is no version 0.", limit=SCHEMA.version, observed=0)
    if header.template_id == BATCH.template_id:
        return _read_batch(data, header)
    if header.template_id == ERROR.template_id:
        return _read_error(data, header)
    raise CodecError(
        Malformation.UNKNOWN_TEMPLATE, f"Template {header.template_id} is no reply.", observed=header.template_id
    )


def _read_batch(data: bytes, header: Header) -> BatchReply:
    root, (markets, entries, named) = framing.spans(data, header, BATCH)
    sequence, applied_at, first, second, flags, client_batch_id = framing.root_row(data, root)
    return BatchReply(
        markets=_parts(framing.rows(data, markets), framing.rows(data, entries), framing.text_rows(data, named)),
        sequence=sequence,
        applied_at=_or_none(applied_at),
        client_batch_id=framing.read_text(client_batch_id, "clientBatchId"),
        open_quotes_digest=first.to_bytes(8, "little") + second.to_bytes(8, "little"),
        replayed=bool(flags & ReplyFlags.REPLAYED),
        dry_run=bool(flags & ReplyFlags.DRY_RUN),
    )


def _parts(markets: list[Row], entries: list[Row], named: list[Row]) -> list[MarketReply]:
    _check_dealt(markets, len(entries), len(named))
    plain, texted = iter(entries), iter(named)
    return [
        MarketReply(
            market=market,
            outcome=MarketOutcome(outcome),
            entries=[*_taken(plain, plain_count), *_taken(texted, named_count)],
            canceled_by_scope=canceled,
            reject_code=reject_code,
            sequence=sequence,
            applied_at=_or_none(applied_at),
        )
        for sequence, applied_at, market, canceled, plain_count, named_count, reject_code, outcome in markets
    ]


def _check_dealt(markets: list[Row], entries: int, named: int) -> None:
    claimed = (sum(row[4] for row in markets), sum(row[5] for row in markets))
    if claimed != (entries, named):
        raise CodecError(
            Malformation.COUNT_MISMATCH, f"The markets have {claimed} of the entries, which are {(entries, named)}."
        )


def _taken(rows: Iterable[Row], count: int) -> list[EntryReply]:
    return [EntryReply(*row) for row in islice(rows, count)]


def _read_error(data: bytes, header: Header) -> ErrorReply:
    root, _ = framing.spans(data, header, ERROR)
    limit, observed, retry_after_ms, status, outcome, code, field, request_id, detail = framing.root_row(data, root)
    return ErrorReply(
        status=status,
        code=framing.read_text(code, "code"),
        detail=framing.read_text(detail, "detail"),
        outcome=ErrorOutcome(outcome),
        request_id=framing.read_text(request_id, "requestId"),
        field=framing.read_text(field, "field"),
        retry_after_ms=retry_after_ms,
        limit=_or_none(limit),
        observed=_or_none(observed),
    )


def _or_null(value: int | None) -> int:
    return NOT_GIVEN if value is None else value


def _or_none(value: int) -> int | None:
    return None if value == NOT_GIVEN else value


def _fitted(text: str, size: int) -> bytes:
    printable = "".join(letter if letter.isprintable() else " " for letter in text[:size])
    return printable.encode("ascii", "replace")
