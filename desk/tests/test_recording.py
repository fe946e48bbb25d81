"""Each market's minute is one row: what traded in it, and how its book looked."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from desk import charts, recording
from desk.models import MarketMinute
from venue import books
from venue.fields import to_millis
from venue.models import Market, Trade
from venue.tests.cast import Trader, wait_until

NOW = int(time.time()) // 60


@pytest.fixture(autouse=True)
def _empty(running_matcher: Any) -> None:
    MarketMinute.objects.all().delete()


def row(trader: Trader) -> Market:
    return Market.objects.get(number=trader.market.number)


def minutes(trader: Trader) -> list[MarketMinute]:
    return list(MarketMinute.objects.filter(market_id=trader.market.number).order_by("minute"))


def this_minute() -> int:
    return int(time.time()) // 60


def test_what_traded(alpha: Trader, beta: Trader) -> None:
    alpha.quote(bidPrice=49900, askPrice=50100)
    beta.order("sell", 2, 49900)
    beta.order("buy", 1, 50100)
    trades = Trade.objects.filter(market_id=alpha.market.number).order_by("id")
    at: Any = trades[0].executed_at
    recording.write_until([row(alpha)], to_millis(at) // 60_000 + 1)
    (written,) = minutes(alpha)
    assert written.minute == datetime.fromtimestamp(to_millis(at) // 60_000 * 60, UTC)
    assert (written.trades, written.volume, written.last_price) == (2, 30_000, 5_010_000)
    assert written.value == 20_000 * 4_990_000 + 10_000 * 5_010_000
    assert (written.maker_fees, written.taker_fees) == (100 * written.value, 500 * written.value)
    assert written.last_trade == trades[1].pk


def test_each_trade_counts_once(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    beta.order("sell", 1, 49900)
    minute = this_minute()
    for until in (minute + 1, minute + 1, minute + 2, minute + 3):
        recording.write_until([row(alpha)], until)
    assert sum(one.trades for one in minutes(alpha)) == 1
    assert len(minutes(alpha)) == 3
    assert {one.last_trade for one in minutes(alpha)[-2:]} == {Trade.objects.get(market_id=alpha.market.number).pk}


def test_how_the_book_looked(alpha: Trader) -> None:
    minute = this_minute() + 1_000  # one that nothing else looks into
    recording.look([row(alpha)], minute)
    alpha.quote(bidPrice=49900, askPrice=50100)
    wait_until(lambda: bool((shown := books.read(alpha.market.number)) and shown.bids and shown.asks))
    recording.look([row(alpha)], minute)
    recording.look([row(alpha)], minute)
    (one,) = recording._rows(alpha.market.number, range(minute, minute + 1), 0)
    assert (one.looks, one.two_sided, one.spread) == (3, 2, 2 * 4_000)
    assert charts.presence(one, alpha.market) == pytest.approx(200 / 3)
    assert charts.spread(one, alpha.market) == 40.0


def test_after_a_standstill_the_minutes_between_are_written(alpha: Trader) -> None:
    recording.write_until([row(alpha)], NOW)
    recording.write_until([row(alpha)], NOW + 5)
    assert len(minutes(alpha)) == 6
    recording.write_until([row(alpha)], NOW + 5_000)
    assert len(minutes(alpha)) == 6 + 120


def test_a_chart_has_a_line_for_each_market(alpha: Trader) -> None:
    recording.write_until([row(alpha)], this_minute())
    presence, _spread, volume, rebates = charts.drawn(alpha.market.number)
    assert [line["label"] for line in volume["data"]["datasets"]] == [alpha.market.symbol]
    assert (presence["data"]["datasets"][0]["data"], volume["data"]["datasets"][0]["data"]) == ([None], [0.0])
    assert rebates["data"]["datasets"][0]["data"] == [0.0]
