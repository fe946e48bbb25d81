"""The board's markets, from the published books, the matchers' pulses and one look at the newest trades."""

import time
from typing import Final, cast

from django.urls import reverse

from desk.board.depth import outline
from desk.board.shapes import MarketLine
from venue import books, markets
from venue.admin import figures
from venue.books import PublishedBook
from venue.engine.terms import COUNTER_BITS, MarketStatus
from venue.fields import to_millis
from venue.models import Market
from venue.pulse import Pulse
from venue.queries import fetch
from venue.serializers import MARKET_STATUS_WORDS

_SILENT_AFTER_MS: Final = 3_000  # an older pulse tells nothing of now
# From the newest trade back to the end of a minute that is over, or, where none was recorded, for so many.
_MOST_TRADES: Final = 20_000
_TRADES: Final = f"""
    SELECT m.number, t.n FROM venue_market m CROSS JOIN LATERAL (
        SELECT count(*) AS n FROM (
            SELECT executed_at FROM venue_trade WHERE id < (m.number + 1)::bigint << {COUNTER_BITS} AND id > greatest(
                m.number::bigint << {COUNTER_BITS},
                (SELECT last_trade FROM desk_marketminute d WHERE d.market_id = m.number
                 AND d.minute < now() - interval '2 minutes' ORDER BY d.minute DESC LIMIT 1))
            ORDER BY id DESC LIMIT {_MOST_TRADES}) newest
        WHERE executed_at > %s) t"""


def lines(pulses: dict[int, Pulse]) -> list[MarketLine]:
    rows = list(Market.objects.all())
    shown = books.read_all([row.number for row in rows])
    traded = trades_a_minute()
    return [
        line(row, shown[row.number], pulses.get(row.shard), traded.get(row.number, 0))
        for row in rows
        if markets.existing(row.number)
    ]


def trades_a_minute() -> dict[int, int]:
    return dict(fetch(_TRADES, [time.time_ns() // 1_000_000 - 60_000]))


def line(row: Market, book: PublishedBook, pulse: Pulse | None, trades: int) -> MarketLine:
    terms = markets.existing(row.number)
    drawn = outline(book)
    bid, ask = (side[0] if side else (0, 0) for side in (book.bids, book.asks))
    return MarketLine(
        number=row.number,
        symbol=row.symbol,
        link=reverse("desk:market", args=[row.symbol]),
        status=MARKET_STATUS_WORDS[MarketStatus(row.status)],
        status_reason=row.status_reason,
        bid=figures.price(terms, bid[0]) if bid[0] else "",
        bid_size=figures.size(terms, bid[1]) if bid[1] else "",
        ask=figures.price(terms, ask[0]) if ask[0] else "",
        ask_size=figures.size(terms, ask[1]) if ask[1] else "",
        spread_bps=spread_bps(book),
        bids=drawn.bids,
        asks=drawn.asks,
        last=figures.price(terms, row.last_price) if row.last_price else "",
        reference=figures.price(terms, row.reference_price) if row.reference_price else "",
        reference_age=age_of(row),
        reference_max_age=row.reference_max_age_ms / 1_000 if row.reference_max_age_ms else None,
        trades_a_minute=trades,
        quotes_a_second=quotes_a_second(row.number, pulse),
    )


def spread_bps(book: PublishedBook) -> float | None:
    """Of the middle; None where one side is missing."""
    if not (book.bids and book.asks):
        return None
    bid, ask = book.bids[0][0], book.asks[0][0]
    return round(20_000 * (ask - bid) / (ask + bid), 2)


def age_of(row: Market) -> float | None:
    at = cast("object", row.reference_at)
    return time.time() - to_millis(at) / 1_000 if at else None  # type: ignore[arg-type]


def quotes_a_second(market: int, pulse: Pulse | None) -> float:
    if pulse is None or time.time_ns() // 1_000_000 - pulse.at > _SILENT_AFTER_MS:
        return 0.0
    return round(pulse.quotes.get(market, 0.0), 1)
