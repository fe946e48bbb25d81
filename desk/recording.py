"""What the beat has recorded: that Celery lives, and what each market was like minute by minute."""

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from celery import shared_task
from django.utils import timezone

from accounts.connections import redis_client, redis_name
from desk.board.machinery import heartbeat_name
from desk.board.markets import quotes_a_second, spread_bps
from desk.models import MarketMinute
from venue import books, pulse
from venue.engine.terms import first_id
from venue.models import Market
from venue.queries import fetch

_MINUTE: Final = 60
_LOOKS_KEPT_SECONDS: Final = 3_600
_MOST_MINUTES: Final = 120  # that are caught up on after a standstill
_KEPT: Final = timedelta(days=90)
_TRADED: Final = """
    SELECT executed_at / 60000 AS minute, count(*), sum(size), sum(price::numeric * size), sum(maker_fee::numeric),
           sum(taker_fee::numeric), (array_agg(price ORDER BY id DESC))[1], max(id)
    FROM venue_trade WHERE id > %s AND id < %s AND executed_at >= %s AND executed_at < %s GROUP BY 1"""
_LOOKED: Final = ("looks", "two_sided", "spread", "quotes")


@shared_task(name="desk.recording.hear_beat")
def hear_beat() -> None:
    redis_client().set(heartbeat_name(), time.time_ns() // 1_000_000)


@shared_task(name="desk.recording.record_markets")
def record_markets() -> None:
    """Looks at each market now, and writes the minutes that are over."""
    markets = list(Market.objects.all())
    minute = int(time.time()) // _MINUTE
    look(markets, minute)
    write_until(markets, minute)


def look(markets: list[Market], minute: int) -> None:
    shown = books.read_all([market.number for market in markets])
    pulses = pulse.read_all(sorted({market.shard for market in markets}))
    with redis_client().pipeline(transaction=False) as pipeline:
        for market in markets:
            spread = spread_bps(shown[market.number])
            seen = {
                "looks": 1,
                "two_sided": int(spread is not None),
                "spread": round(100 * spread) if spread is not None else 0,
                "quotes": round(quotes_a_second(market.number, pulses.get(market.shard))),
            }
            for name, value in seen.items():
                pipeline.hincrby(_looks_name(minute), f"{market.number}:{name}", value)
        pipeline.expire(_looks_name(minute), _LOOKS_KEPT_SECONDS)
        pipeline.execute()


def write_until(markets: list[Market], minute: int) -> None:
    """Each market's minutes before this one that have no row yet; a second worker's rows are as good."""
    newest = MarketMinute.objects.order_by("market_id", "-minute").distinct("market_id")
    last = {row.market_id: row for row in newest}
    for market in markets:
        row = last.get(market.number)
        since = int(row.minute.timestamp()) // _MINUTE + 1 if row else minute - 1
        since = max(since, minute - _MOST_MINUTES)
        if since < minute:
            rows = _rows(market.number, range(since, minute), row.last_trade if row else 0)
            MarketMinute.objects.bulk_create(rows, ignore_conflicts=True)
    if minute % _MINUTE == 0:
        MarketMinute.objects.filter(minute__lt=timezone.now() - _KEPT).delete()


def _rows(market: int, minutes: range, last_trade: int) -> list[MarketMinute]:
    span = (1_000 * _MINUTE * minutes.start, 1_000 * _MINUTE * minutes.stop)
    found = fetch(_TRADED, [last_trade or first_id(market), first_id(market + 1), *span])
    traded = {minute: values for minute, *values in found}
    rows = []
    for minute, looks in zip(minutes, _looked(market, minutes), strict=True):
        count, volume, value, maker, taker, price, newest = traded.get(minute, (0, 0, 0, 0, 0, 0, last_trade))
        last_trade = newest
        rows.append(
            MarketMinute(
                market_id=market,
                minute=datetime.fromtimestamp(minute * _MINUTE, UTC),
                trades=count,
                volume=volume,
                value=value,
                maker_fees=maker,
                taker_fees=taker,
                last_price=price,
                last_trade=newest,
                **looks,
            )
        )
    return rows


def _looked(market: int, minutes: Iterable[int]) -> list[Mapping[str, Any]]:
    with redis_client().pipeline(transaction=False) as pipeline:
        for minute in minutes:
            pipeline.hmget(_looks_name(minute), [f"{market}:{name}" for name in _LOOKED])
        found = pipeline.execute()
    return [dict(zip(_LOOKED, (int(value or 0) for value in values), strict=True)) for values in found]


def _looks_name(minute: int) -> str:
    return redis_name("desk", "looks", str(minute))
