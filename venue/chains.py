"""Walks along the reports of orders and quotes: each leads to the one before it, so no index need be kept for them."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from venue.engine.terms import ExecType
from venue.queries import fetch

NEVER: Final = 1 << 62

# Which reports are in a chain, and which name an order or quote and stand beside its chain, as an index has them.
CHAINED: Final = f"entity_id > 0 AND exec_type <> {int(ExecType.REJECTED)}"
REFUSED: Final = f"entity_id > 0 AND exec_type = {int(ExecType.REJECTED)}"

# All chains at once, a link of each at a time. LIMIT has a planner look a link up instead of joining whole tables.
_WALK: Final = """
    WITH RECURSIVE link (id, previous_id, fits, looked_at, found) AS (
        SELECT 0::bigint, start, false, 0, 0 FROM unnest(%s::bigint[]) start
        UNION ALL
        SELECT r.id, r.previous_id, r.fits, l.looked_at + 1, l.found + r.fits::integer
        FROM link l CROSS JOIN LATERAL (
            SELECT id, previous_id, ({fits}) AS fits FROM venue_executionreport WHERE id = l.previous_id LIMIT 1
        ) r
        WHERE l.previous_id >= %s AND l.looked_at < %s AND l.found < %s
    )
    SELECT id, fits, CASE WHEN looked_at >= %s OR found >= %s THEN previous_id ELSE 0 END
    FROM link WHERE looked_at > 0 AND (fits OR looked_at >= %s)"""


class Bounds(NamedTuple):
    """Where a walk ends at the latest: before ids below `low`, and after so many links, or fitting ones, of a chain."""

    low: int
    links: int
    fitting: int = NEVER


class Link(NamedTuple):
    """A report. `rest` is the one that its chain would have gone on with, where the walk came to its end too early."""

    id: int
    fits: bool
    rest: int


def walk(starts: Sequence[int], bounds: Bounds, fits: str = "true", parameters: Iterable[Any] = ()) -> list[Link]:
    """Back from these reports, which are of a chain each: the links that fit, and the last ones of walks that ended
    too early."""
    low, links, fitting = max(1, bounds.low), bounds.links, bounds.fitting
    values = [list(starts), *parameters, low, links, fitting, links, fitting, links]
    found = [Link(*row) for row in fetch(_WALK.format(fits=fits), values)]
    return [link if link.rest >= low else link._replace(rest=0) for link in found]
