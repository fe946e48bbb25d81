"""What is within the windows of protections, read from the trades."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from venue.models import Protection
from venue.queries import fetch


class WindowSums(NamedTuple):
    """Lots (net is negative when sold), 10^-9 of the quote currency, trades."""

    gross: int
    net: int
    notional: int
    trades: int


# As the engine counts: from the last configuration, reset and freeze on.
_SUMS: Final = """
    SELECT p.id, f.* FROM venue_protection p CROSS JOIN LATERAL (
        SELECT coalesce(sum(t.size), 0), coalesce(sum(CASE WHEN t.aggressor_side = 2 THEN t.size ELSE -t.size END), 0),
               coalesce(sum(t.price::numeric * t.size * m.value_scale), 0), count(*)
        FROM venue_trade t JOIN venue_market m ON m.number = t.market_id
        WHERE t.maker_account_id = p.account_id AND t.executed_at > %s - p.window_ms
        AND t.executed_at >= p.frozen_until AND t.market_id = ANY(p.markets) AND t.sequence > p.counted_from
    ) f WHERE p.id = ANY(%s)"""


def window_sums(protections: Sequence[Protection], now: int) -> dict[int, WindowSums]:
    """By the row's id."""
    if not protections:
        return {}
    found = fetch(_SUMS, [now, [row.pk for row in protections]])
    sums = {row_id: WindowSums(*map(int, values)) for row_id, *values in found}
    return {row.pk: sums.get(row.pk, WindowSums(0, 0, 0, 0)) for row in protections}
