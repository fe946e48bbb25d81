"""What is within the windows of protections, read from the trades, and what triggered them."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from venue.models import Protection, ProtectionTrigger
from venue.queries import fetch


class WindowSums(NamedTuple):
    """Lots (net is negative when sold), 10^-9 of the quote currency, trades."""

    gross: int
    net: int
    notional: int
    trades: int


class Held(NamedTuple):
    """What the window of a protection holds, and what triggered it last."""

    window: WindowSums
    trigger: ProtectionTrigger | None


NOTHING: Final = WindowSums(0, 0, 0, 0)

# As the engine counts: from the last configuration, reset and freeze on.
_SUMS: Final = """
    SELECT p.id, f.* FROM venue_protection p CROSS JOIN LATERAL (
        SELECT coalesce(sum(t.size), 0), coalesce(sum(CASE WHEN t.aggressor_side = 2 THEN t.size ELSE -t.size END), 0),
               coalesce(sum(t.price::numeric * t.size * m.value_scale), 0), count(*)
        FROM venue_trade t JOIN venue_market m ON m.number = t.market_id
        WHERE t.maker_account_id = p.account_id AND t.executed_at > %s - p.window_ms
        AND t.executed_at >= p.frozen_until AND t.market_id = ANY(p.markets) AND t.sequence > p.counted_from
    ) f WHERE p.id = ANY(%s)"""


def held_by(protections: Sequence[Protection], now: int) -> list[Held]:
    """What belongs to each of the rows."""
    sums = {row_id: WindowSums(*map(int, values)) for row_id, *values in _window_sums(protections, now)}
    triggers = ProtectionTrigger.objects.in_bulk([row.last_trigger for row in protections if row.last_trigger])
    return [Held(sums.get(row.pk, NOTHING), triggers.get(row.last_trigger)) for row in protections]


def _window_sums(protections: Sequence[Protection], now: int) -> list[tuple[int, ...]]:
    return fetch(_SUMS, [now, [row.pk for row in protections]]) if protections else []
