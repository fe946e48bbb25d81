"""A market's page: its book by level, its last trades, and what operations may do to it."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from desk import charts, operations
from desk.board import building
from desk.board.markets import line, trades_a_minute
from desk.doors import BOARD, needs, page
from desk.models import KillSwitch
from venue import books, markets, pulse, queries
from venue.admin import figures
from venue.books import Levels, PublishedBook
from venue.engine.terms import Side
from venue.fields import from_millis
from venue.markets import Terms
from venue.models import Market

_LEVELS: Final = 15
_TRADES: Final = 20
_AGGRESSORS: Final = {Side.BUY: "buy", Side.SELL: "sell"}


@needs(BOARD)
def show(request: HttpRequest, symbol: str) -> HttpResponse:
    market = existing(symbol)
    return page(
        request,
        "desk/market.html",
        title=market.symbol,
        charts=charts.drawn(market.number),
        operations=operations.offers(request, market),
        kill=operations.kill_link(request, KillSwitch.Kind.MARKET, market.number),
        **live_context(market),
    )


@needs(BOARD)
def live(request: HttpRequest, symbol: str) -> HttpResponse:
    return TemplateResponse(request, "desk/market_live.html", live_context(existing(symbol)))


def existing(symbol: str) -> Market:
    market = Market.objects.filter(symbol=symbol).first()
    if market is None:
        raise Http404
    return market


def live_context(market: Market) -> dict[str, Any]:
    terms = markets.existing(market.number)
    book = books.read_all([market.number])[market.number]
    pulses = pulse.read_all([market.shard])
    return {
        "market": market,
        "line": line(market, book, pulses.get(market.shard), trades_a_minute().get(market.number, 0)),
        "levels": levels(terms, book),
        "sequence": book.sequence,
        "trades": trades(terms),
        "switches": building.switches(kind="market", subject_id=market.number) + building.switches(kind="venue"),
    }


def levels(terms: Terms, book: PublishedBook) -> list[dict[str, Any]]:
    """Bids beside asks; a bar is the size cumulated from the best level on, in percent of the larger side."""
    bids, asks = side(terms, book.bids), side(terms, book.asks)
    most = max([one["total"] for one in (*bids, *asks)], default=1)
    for one in (*bids, *asks):
        one["bar"] = round(100 * one["total"] / most, 1)
    # Always as many rows, so that nothing below moves.
    return [{"bid": at(bids, row), "ask": at(asks, row)} for row in range(_LEVELS)] if bids or asks else []


def side(terms: Terms, found: Levels) -> list[dict[str, Any]]:
    total, rows = 0, []
    for price, size in found[:_LEVELS]:
        total += size
        rows.append({"price": figures.price(terms, price), "size": figures.size(terms, size), "total": total})
    return rows


def at(rows: list[dict[str, Any]], place: int) -> dict[str, Any] | None:
    return rows[place] if place < len(rows) else None


def trades(terms: Terms) -> list[dict[str, str]]:
    return [
        {
            "at": figures.time_of_day(from_millis(row.executed_at)),
            "price": figures.price(terms, row.price),
            "size": figures.size(terms, row.size),
            "side": _AGGRESSORS[Side(row.aggressor_side)],
            "id": str(row.id),
        }
        for row in queries.trades(terms.number, _TRADES)
    ]
