"""What operations have set, read as the integrator takes it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from mmapi.obligations.integration.integrator import Place
from mmapi.obligations.integration.terms import FOREVER, Bounds, Condition, Programme, Span, State, Terms
from venue.queries import fetch


class Asked(NamedTuple):
    programmes: dict[int, Programme]  # by market
    members: dict[Place, tuple[Span, ...]]


_IN_MARKETS = "JOIN mmapi_obligationprogramme p ON p.id = programme_id WHERE p.market_id = ANY(%s)"


def of_shard(shard: int) -> Asked:
    return of_markets([number for (number,) in fetch("SELECT number FROM venue_market WHERE shard = %s", [shard])])


def of_markets(markets: Sequence[int]) -> Asked:
    numbers = [list(markets)]
    terms: dict[int, list[Terms]] = defaultdict(list)
    for market, *values in fetch(
        "SELECT p.market_id, effective_from, opens, closes, days, time_zone, normal_presence, normal_spread, "
        "normal_size, normal_ratio, stressed_presence, stressed_spread, stressed_size, stressed_ratio "
        f"FROM mmapi_obligationterms {_IN_MARKETS} ORDER BY effective_from",
        numbers,
    ):
        starts, opens, closes, days, time_zone, *bounds = values
        found = (Bounds(*bounds[:4]), Bounds(*bounds[4:]))
        terms[market].append(Terms(starts, opens, closes, tuple(days), time_zone, *found))
    states: dict[int, list[State]] = defaultdict(list)
    for market, condition, *ends in fetch(
        "SELECT p.market_id, condition, starts_at, planned_end, ended_at "
        f"FROM mmapi_declaredstate {_IN_MARKETS} ORDER BY mmapi_declaredstate.id",
        numbers,
    ):
        states[market].append(State(Condition(condition), ends[0], end_of(*ends[1:])))
    members: dict[Place, list[Span]] = defaultdict(list)
    for market, account, joined, left in fetch(
        f"SELECT p.market_id, account_id, joined_at, left_at FROM mmapi_obligationmembership {_IN_MARKETS} "
        "ORDER BY joined_at, mmapi_obligationmembership.id",
        numbers,
    ):
        members[Place(account, market)].append(Span(joined, left or FOREVER))
    known = fetch("SELECT market_id FROM mmapi_obligationprogramme WHERE market_id = ANY(%s)", numbers)
    programmes = {market: Programme(market, tuple(terms[market]), tuple(states[market])) for (market,) in known}
    return Asked(programmes, {place: tuple(spans) for place, spans in members.items()})


def end_of(planned: int, ended: int) -> int:
    """When a declared state ends: by hand, as planned, or not by itself."""
    return ended or planned or FOREVER
