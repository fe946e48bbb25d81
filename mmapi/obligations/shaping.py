"""Sums and terms as the answer has them."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Context, Decimal
from typing import Any, Final

from msgspec import Raw

from mmapi.obligations.integration.interest import SPREAD_SCALE
from mmapi.obligations.integration.tally import Tally
from mmapi.obligations.integration.terms import EXCLUDED_IN_SESSION, REASONS, WHOLE, Bounds, Standing, Terms
from mmapi.obligations.shapes import BoundsShape, ScheduleShape, TermsShape, WeightedShape
from venue import markets
from venue.notation import moment, number

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORDS: Final = {one: one.name.lower() for one in Standing}

_FOUR_PLACES: Final = Decimal("0.0001")
_WIDE: Final = Context(prec=60)


def seconds(millis: int) -> Raw:
    return number(exact_seconds(millis))


def exact_seconds(millis: int) -> Decimal:
    return Decimal(millis).scaleb(-3)


def presence(tally: Tally) -> Decimal | None:
    """Percent of what counts, rounded down: never more than it was."""
    if not tally.counted:
        return None
    return _WIDE.divide(Decimal(100 * tally.compliant), Decimal(tally.counted)).quantize(_FOUR_PLACES, ROUND_DOWN)


def required(tally: Tally) -> int:
    """Milliseconds, rounded up."""
    return -(-tally.required // WHOLE)


def met(tally: Tally) -> bool | None:
    return tally.is_met if tally.counted else None


def spread(tally: Tally) -> Decimal | None:
    """The mean in basis points."""
    return _mean(tally.spread, tally.quoted * SPREAD_SCALE, _FOUR_PLACES)


def size(lots_times: int, tally: Tally, market: markets.Terms) -> Decimal | None:
    """The mean to the hundredth of a lot, in the base asset."""
    mean = _mean(lots_times, tally.quoted, Decimal("0.01"))
    return None if mean is None else mean * market.lot_size


def _mean(total: int, count: int, step: Decimal) -> Decimal | None:
    return _WIDE.divide(Decimal(total), Decimal(count)).quantize(step, ROUND_HALF_EVEN, _WIDE) if count else None


def nullable(value: Decimal | None) -> Raw | None:
    return None if value is None else number(value)


def sums(tally: Tally, market: markets.Terms) -> dict[str, Any]:
    """The fields of every shape that has sums."""
    return {
        "counted_seconds": seconds(tally.counted),
        "compliant_seconds": seconds(tally.compliant),
        "presence_percent": nullable(presence(tally)),
        "required_seconds": seconds(required(tally)),
        "seconds_by_reason": {WORDS[one]: seconds(tally.times[one]) for one in REASONS},
        "excluded_seconds": {WORDS[one]: seconds(tally.times[one]) for one in EXCLUDED_IN_SESSION},
        "time_weighted": WeightedShape(
            seconds(tally.quoted),
            nullable(spread(tally)),
            nullable(size(tally.bid, tally, market)),
            nullable(size(tally.ask, tally, market)),
        ),
    }


def terms_shape(terms: Terms, market: markets.Terms) -> TermsShape:
    schedule = ScheduleShape(
        minutes(terms.opens), minutes(terms.closes), [DAYS[day - 1] for day in terms.days], terms.time_zone
    )
    bounds = [bounds_shape(one, market) for one in (terms.normal, terms.stressed)]
    return TermsShape(moment(terms.starts), schedule, *bounds)


def bounds_shape(bounds: Bounds, market: markets.Terms) -> BoundsShape:
    return BoundsShape(
        number(hundredths(bounds.presence)),
        number(hundredths(bounds.spread)),
        number(market.size(bounds.size)),
        number(hundredths(bounds.ratio)),
    )


def hundredths(value: int) -> Decimal:
    return Decimal(value).scaleb(-2)


def minutes(of_day: int) -> str:
    return f"{of_day // 60:02d}:{of_day % 60:02d}"
