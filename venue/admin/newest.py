"""The newest first over rows whose ids run in time only within a part of the table: a market, or a shard."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from venue.engine.terms import first_id
from venue.models import Market, Shard, journal_id

# Binary search within each part at once: a probe of the primary key halves what is left.
_FIRST_FROM: Final = """
WITH RECURSIVE search (part, low, high, since) AS (
    SELECT low, low, high, since FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) parts (low, high, since)
    UNION ALL
    SELECT part,
           CASE WHEN probe.moment < since THEN probe.id + 1 ELSE low END,
           CASE WHEN probe.moment < since THEN high ELSE (low + high) / 2 END,
           since
    FROM search LEFT JOIN LATERAL (
        SELECT id, {moment} AS moment FROM {table} WHERE id >= (low + high) / 2 AND id < high ORDER BY id LIMIT 1
    ) probe ON true
    WHERE low < high
)
SELECT part, max(low) FROM search GROUP BY part
"""


class Part(NamedTuple):
    """Ids from low on, below high."""

    low: int
    high: int


def of_markets(only: str | None = None) -> list[Part]:
    numbers = Market.objects.values_list("number", flat=True)
    if only:
        numbers = numbers.filter(number=int(only))
    return [Part(first_id(number), first_id(number + 1)) for number in numbers]


def of_shards() -> list[Part]:
    numbers = Shard.objects.order_by("number").values_list("number", flat=True)
    return [Part(journal_id(number, 0), journal_id(number + 1, 0)) for number in numbers]


class NewestFirst:
    """Each part offers what comes next in it, and the next of all are shown: no more rows are read than are offered,
    whatever the size of the table and however deep the page."""

    def __init__(self, moment: str, parts: list[Part]) -> None:
        self.moment, self.parts = moment, parts

    def place_of(self, row: Any) -> str:
        return str(row.pk)

    def beyond(self, rows: QuerySet[Any], place: str, *, down: bool, most: int) -> Iterable[Any]:
        sign = "-" if down else ""
        limits = self.limits(rows, int(place), down=down) if place else self.parts
        offers = [
            rows.filter(pk__gte=low, pk__lt=high).order_by(f"{sign}pk")[:most] for low, high in limits if low < high
        ]
        if len(offers) < 2:
            return offers[0] if offers else []
        return offers[0].union(*offers[1:], all=True).order_by(f"{sign}{self.moment}", f"{sign}pk")[:most]

    def limits(self, rows: QuerySet[Any], place: int, *, down: bool) -> list[Part]:
        """What is left of each part beyond the row of that id, in the order of moments and then of ids."""
        if len(self.parts) == 1:
            starts = {self.parts[0].low: place if down else place + 1}
        else:
            starts = self.starts(rows, place, down=down)
        cut = {part: starts[part.low] for part in self.parts}
        return [Part(part.low, at) if down else Part(at, part.high) for part, at in cut.items()]

    def starts(self, rows: QuerySet[Any], place: int, *, down: bool) -> dict[int, int]:
        meta = rows.model._meta
        column = connection.ops.quote_name(meta.get_field(self.moment).column)
        table = connection.ops.quote_name(meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [place])
            found = cursor.fetchone()
            if found is None:
                raise ValueError(place)
            own = next(part.low for part in self.parts if part.low <= place < part.high)
            # Of the same moment, the larger id is the newer: parts below have their own rows of it to come, or not.
            since = [found[0] + (part.low < own) for part in self.parts]
            lows, highs = [part.low for part in self.parts], [part.high for part in self.parts]
            cursor.execute(_FIRST_FROM.format(moment=column, table=table), [lows, highs, since])
            return {**dict(cursor.fetchall()), own: place if down else place + 1}
