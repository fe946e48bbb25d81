"""The board's machinery: matchers with their leases, consumers of the drop copy, Celery."""

import time
from typing import Any, Final, cast

from django.conf import settings
from django.urls import reverse

from accounts.connections import redis_client, redis_name
from accounts.models import Firm
from desk.board.shapes import ConsumerLine, ShardLine, WorkerLine
from mmapi.dropcopy import marks
from mmapi.history import Stream
from venue import streams
from venue.models import Market, Shard
from venue.pulse import Pulse
from venue.queries import fetch
from venue.streams import Lane

_HEARTBEAT: Final = "beat-heartbeat"
# A firm's last report of a shard, by the index on both.
_LAST: Final = """
    SELECT s.firm, s.shard, (SELECT firm_sequence FROM venue_executionreport r WHERE r.firm_id = s.firm
        AND r.id >> 44 = s.shard ORDER BY firm_sequence DESC LIMIT 1)
    FROM unnest(%s::bigint[], %s::int[]) AS s(firm, shard)"""


def shards(rows: list[Shard], pulses: dict[int, Pulse]) -> list[ShardLine]:
    """Leases and inboxes in one round trip."""
    with redis_client().pipeline(transaction=False) as pipeline:
        pipeline.time()
        for row in rows:
            pipeline.exists(streams.lease(row.number))
            pipeline.xrange(streams.inbox(row.number), f"({row.inbox_id}", "+", count=1)
            pipeline.xrange(streams.inbox(row.number, Lane.FAST), f"({row.fast_inbox_id}", "+", count=1)
        (seconds, micros), *found = pipeline.execute()
    now = seconds * 1_000 + micros // 1_000
    each = zip(rows, found[::3], found[1::3], found[2::3], strict=True)
    return [
        shard(row, bool(leased), lag([*slow, *fast], now), pulses.get(row.number)) for row, leased, slow, fast in each
    ]


def lag(waiting: list[tuple[bytes, Any]], now: int) -> float:
    """Since when the oldest command that is not committed has waited, in ms by Redis' clock."""
    return float(max([0, *(now - int(entry_id.partition(b"-")[0]) for entry_id, _ in waiting)]))


def shard(row: Shard, leased: bool, behind: float, pulse: Pulse | None) -> ShardLine:
    return ShardLine(
        number=row.number,
        leased=leased,
        holder=f"{pulse.host}, process {pulse.process}" if pulse and leased else "",
        take_overs=row.epoch,
        sequence=row.sequence,
        lag=behind,
        commit=round(pulse.commit, 1) if pulse else None,
        slowest=round(pulse.slowest, 1) if pulse else None,
        latency=round(pulse.latency, 1) if pulse else None,
        commands=round(pulse.commands, 1) if pulse else 0.0,
        pulse_age=round(time.time() - pulse.at / 1_000, 1) if pulse else None,
    )


def rows() -> list[Shard]:
    """Shards that have markets; one whose matcher never came is there, too."""
    known = {row.number: row for row in Shard.objects.all()}
    numbers = Market.objects.order_by("shard").values_list("shard", flat=True).distinct()
    return [known.get(number) or Shard(number=number) for number in numbers]


def consumers(numbers: list[int]) -> list[ConsumerLine]:
    codes = dict(Firm.objects.values_list("pk", "code"))
    present = marks.connected_to([Stream(firm, shard) for firm in codes for shard in numbers])
    last = {(firm, shard): number or 0 for firm, shard, number in newest(list(present))}
    return [
        ConsumerLine(
            firm=codes[stream.firm],
            link=reverse("desk:firm", args=[codes[stream.firm]]),
            shard=stream.shard,
            consumer=one.consumer,
            live=one.live,
            behind=max(0, last[stream] - one.sent),
        )
        for stream, found in present.items()
        for one in found
    ]


def newest(chosen: list[Stream]) -> list[tuple[Any, ...]]:
    return fetch(_LAST, [[one.firm for one in chosen], [one.shard for one in chosen]]) if chosen else []


def heartbeat_name() -> str:
    return redis_name(_HEARTBEAT)


def workers() -> WorkerLine:
    with redis_client().pipeline(transaction=False) as pipeline:
        pipeline.get(heartbeat_name())
        pipeline.llen(settings.CELERY_TASK_DEFAULT_QUEUE)
        at, waiting = pipeline.execute()
    age = time.time() - int(cast("bytes", at)) / 1_000 if at else None
    return WorkerLine(heartbeat_age=round(age, 1) if age is not None else None, waiting=int(waiting))
