"""What the Quotes API reads from the rows."""

from typing import Final, NamedTuple

from venue import queries
from venue.engine.terms import OrdStatus
from venue.queries import Selection, Span

TABLE: Final = "quotes_quote"
_COLUMNS: Final = (
    "id, market_id, account_id, client_id, bid_price, bid_size, bid_filled, ask_price, ask_size, ask_filled, status, "
    "valid_for_ms, expires_at, created_at, metadata, updated_at"
)


class QuoteRow(NamedTuple):
    """Named as in `QuoteEvent`, so that a quote is written the same from either."""

    id: int
    market: int
    account: int
    client_id: str
    bid_price: int
    bid_size: int
    bid_filled: int
    ask_price: int
    ask_size: int
    ask_filled: int
    status: OrdStatus
    valid_for_ms: int
    expires_at: int
    created_at: int
    metadata: str
    updated_at: int


def quotes(selection: Selection, span: Span) -> list[QuoteRow]:
    """Newest first."""
    return [QuoteRow(*row) for row in queries.newest(TABLE, _COLUMNS, selection, span)]


def count(selection: Selection) -> int:
    return queries.count(TABLE, selection)


def quote(number: int, accounts: list[int]) -> QuoteRow | None:
    found = queries.fetch(f"SELECT {_COLUMNS} FROM {TABLE} WHERE id = %s AND account_id = ANY(%s)", [number, accounts])
    return QuoteRow(*found[0]) if found else None


def statuses(numbers: list[int], account: int) -> dict[int, OrdStatus]:
    return queries.statuses(TABLE, numbers, account)
