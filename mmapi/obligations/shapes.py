"""The answer's shapes. Seconds are exact to the millisecond; percentages are rounded down, means half to even."""

from msgspec import UNSET, Raw, UnsetType

from venue.serializers import Shape


class ScheduleShape(Shape, frozen=True):
    opens: str
    closes: str
    days: list[str]
    time_zone: str


class BoundsShape(Shape, frozen=True):
    min_presence_percent: Raw
    max_spread_bps: Raw
    min_size: Raw
    max_size_ratio: Raw


class TermsShape(Shape, frozen=True):
    effective_from: str
    schedule: ScheduleShape
    normal: BoundsShape
    stressed: BoundsShape


class StateShape(Shape, frozen=True):
    """A state of the market; a normal one has neither a reason nor, after the last declared one, an end."""

    state: str
    reason: str | None
    since: str | None
    until: str | None


class StandingShape(Shape, frozen=True):
    """`status` is compliant, non_compliant or excluded; `reason` says why it is not the first."""

    status: str
    reason: str | None
    since: str | None


class WeightedShape(Shape, frozen=True):
    """Means over the `seconds` in which both sides reached the least size; null where that was never."""

    seconds: Raw
    spread_bps: Raw | None
    bid_size: Raw | None
    ask_size: Raw | None


class SumsShape(Shape, frozen=True, kw_only=True):
    counted_seconds: Raw
    compliant_seconds: Raw
    presence_percent: Raw | None
    required_seconds: Raw
    seconds_by_reason: dict[str, Raw]
    excluded_seconds: dict[str, Raw]
    time_weighted: WeightedShape


class DayShape(SumsShape, frozen=True, kw_only=True):
    """`met` is null where nothing counted."""

    day: str
    met: bool | None


class NeededShape(Shape, frozen=True):
    """`status` is secured, possible, missed, or none where nothing is asked."""

    status: str
    needed_seconds: Raw
    left_seconds: Raw
    required_by_close_seconds: Raw
    latest_start: str | None
    sentence: str


class TodayShape(SumsShape, frozen=True, kw_only=True):
    day: str
    opens: str | None
    closes: str | None
    still_needed: NeededShape


class MonthShape(SumsShape, frozen=True, kw_only=True):
    """The half-of-days rule: `status` is met, open or missed."""

    month: str
    trading_days: int
    days_met: int
    days_needed: int
    days_open: int
    status: str
    sentence: str


class AccountShape(Shape, frozen=True, kw_only=True):
    account: str | UnsetType = UNSET
    joined_at: str
    left_at: str | None
    now: StandingShape
    today: TodayShape
    month: MonthShape
    days: list[DayShape] | UnsetType = UNSET


class ObligationsShape(Shape, frozen=True, kw_only=True):
    market: str
    as_of: str
    journal_as_of: str
    terms: TermsShape | None
    next_terms: TermsShape | None
    market_state: StateShape
    accounts: list[AccountShape]
