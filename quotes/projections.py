"""Events → quote rows, and those rows → the open quotes the engine goes on with. Called by the matcher alone."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from psycopg import Cursor

from quotes.audits import QUOTE_AUDITS
from venue import rows
from venue.engine import events
from venue.engine.events import QuoteCancelled, QuoteEvent, QuoteExpired, QuotePlaced, QuoteReplaced, Traded
from venue.engine.terms import Kind, Side
from venue.projections import CLOSED, STANDING, STATUSES, Stamp, closed_client_ids, open_rows, standing
from venue.rows import Statements

_TERMS: Final = (
    *("bid_price", "bid_size", "bid_priority", "ask_price", "ask_size", "ask_priority"),
    *("valid_for_ms", "expires_at", "updated_at", "last_report_id"),
)


class QuoteRows:
    audits: ClassVar = QUOTE_AUDITS

    def __init__(self, last_reports: Mapping[int, int]) -> None:
        self._last_reports = last_reports
        self._terms = rows.Changes(*_TERMS)
        self._standing = rows.Changes(*STANDING)
        self._filled = {Side.BUY: rows.Changes("bid_filled"), Side.SELL: rows.Changes("ask_filled")}
        self._quotes = rows.EntityRows("quotes_quote", self._terms, self._standing, *self._filled.values())
        self.handlers: Mapping[type, Callable[[Any, Stamp], None]] = {
            events.QuotePlaced: self._placed,
            events.QuoteReplaced: self._replaced,
            events.QuoteCancelled: self._cancelled,
            events.QuoteExpired: self._expired,
            events.Traded: self._traded,
        }

    def _placed(self, event: QuotePlaced, stamp: Stamp) -> None:
        self._quotes.add(_quote_row(event, stamp, self._last_reports[event.id]))

    def _replaced(self, event: QuoteReplaced, stamp: Stamp) -> None:
        last_report = self._last_reports[event.id]
        self._terms.put(*_terms(event, stamp, last_report))
        if event.status in CLOSED or event.id in self._standing.rows:
            self._standing.put(event.id, *standing(event.status, 0, stamp, last_report))

    def _cancelled(self, event: QuoteCancelled, stamp: Stamp) -> None:
        last_report = self._last_reports[event.id]
        self._terms.put(*_terms(event, stamp, last_report))
        self._standing.put(event.id, *standing(event.status, event.reason, stamp, last_report))

    def _expired(self, event: QuoteExpired, stamp: Stamp) -> None:
        self._standing.put(event.id, *standing(event.status, 0, stamp, self._last_reports[event.id]))

    def _traded(self, event: Traded, stamp: Stamp) -> None:
        for fill in (event.maker, event.taker):
            if fill.kind is Kind.QUOTE:
                self._filled[fill.side].put(fill.id, fill.filled)
                self._standing.put(fill.id, *standing(fill.status, 0, stamp, self._last_reports[fill.id]))

    def write(self, statements: Statements) -> None:
        self._quotes.write(statements)

    @staticmethod
    def recover(cursor: Cursor, shard: int) -> dict[str, tuple[Any, ...]]:
        return {
            "quotes": _open_quotes(cursor, shard),
            "closed_client_ids": closed_client_ids(cursor, shard, "quotes_quote", Kind.QUOTE),
        }


def _terms(event: QuoteEvent, stamp: Stamp, last_report: int) -> tuple[int, ...]:
    """The row's id, and `_TERMS` of it."""
    return (
        event.id,
        event.bid_price,
        event.bid_size,
        event.bid_priority,
        event.ask_price,
        event.ask_size,
        event.ask_priority,
        event.valid_for_ms,
        event.expires_at,
        stamp.now,
        last_report,
    )


def _quote_row(event: QuotePlaced, stamp: Stamp, last_report: int) -> dict[str, Any]:
    return {
        "market_id": event.market,
        "account_id": event.account,
        "firm_id": event.firm,
        "client_id": rows.text(event.client_id),
        "digest": event.digest,
        "bid_filled": event.bid_filled,
        "ask_filled": event.ask_filled,
        "created_at": event.created_at,
        "created_sequence": event.created_sequence,
        "session": event.session,
        "metadata": rows.text(event.metadata),
        **dict(zip(("id", *_TERMS), _terms(event, stamp, last_report), strict=True)),
        **dict(zip(STANDING, standing(event.status, 0, stamp, last_report), strict=True)),
    }


def _open_quotes(cursor: Cursor, shard: int) -> tuple[QuotePlaced, ...]:
    columns = (
        "id, market_id, account_id, firm_id, client_id, digest, "
        "bid_price, bid_size, bid_filled, bid_size - bid_filled, bid_priority, "
        "ask_price, ask_size, ask_filled, ask_size - ask_filled, ask_priority, "
        "status, valid_for_ms, expires_at, created_at, created_sequence, metadata, session"
    )
    return tuple([_open_quote(list(row)) for row in open_rows(cursor, shard, "quotes_quote", columns)])


def _open_quote(values: list[Any]) -> QuotePlaced:
    values[16] = STATUSES[values[16]]
    return QuotePlaced(*values)
