"""The shapes of market-maker protection as clients see them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from msgspec import UNSET, Raw, UnsetType

from mmapi.protection_queries import Held, WindowSums
from venue import markets
from venue.engine.protection import UNTIL_RESET
from venue.engine.terms import VALUE_EXPONENT, ProtectionLimit
from venue.fields import to_millis
from venue.markets import Terms
from venue.models import Protection, ProtectionTrigger
from venue.notation import amount, entity_id, moment, number
from venue.serializers import Pagination, Shape

CAUSES: Final = {cause: cause.name.lower() for cause in ProtectionLimit}
_QUANTITIES: Final = frozenset({ProtectionLimit.GROSS_QUANTITY, ProtectionLimit.NET_QUANTITY})


class WindowShape(Shape, frozen=True, kw_only=True):
    """What counts at the moment. Null is what cannot be summed over the markets of the group."""

    gross_quantity: Raw | None
    net_quantity: Raw | None
    notional: Raw | None
    trade_count: int


class TriggerShape(Shape, frozen=True, kw_only=True):
    """`limit` and `observed` in the units of the limit that `cause` names; `market` and `tradeId` are those of the fill
    that reached it, `markets` all that were frozen. `frozenUntil` null: until it is reset. `endedAt` is when it was
    reset or removed before its time."""

    account: str | UnsetType = UNSET
    group: str | UnsetType = UNSET
    markets: list[str]
    cause: str
    limit: Raw | int
    observed: Raw | int
    window_ms: int
    market: str
    trade_id: str
    triggered_at: str
    frozen_until: str | None
    ended_at: str | None


class StandingShape(Shape, frozen=True, kw_only=True):
    """`market` or `group` names it; a limit that is null is none. While it is frozen, `frozenUntil` and
    `remainingFrozenMs` are null where only a reset ends it. `account` is told to firm-wide keys only."""

    account: str | UnsetType = UNSET
    group: str | UnsetType = UNSET
    market: str | UnsetType = UNSET
    markets: list[str]
    window_ms: int
    frozen_ms: int
    gross_quantity: Raw | None
    net_quantity: Raw | None
    notional: Raw | None
    trade_count: int | None
    include_orders: bool
    status: str
    frozen_until: str | None
    remaining_frozen_ms: int | None
    window: WindowShape
    last_trigger: TriggerShape | None


class ProtectionsShape(Shape, frozen=True):
    protections: list[StandingShape]


class TriggersShape(Shape, frozen=True):
    triggers: list[TriggerShape]
    pagination: Pagination


class RemovedProtectionShape(Shape, frozen=True):
    group: str | UnsetType
    market: str | UnsetType
    removed_at: str


def one_quantity(covered: Sequence[Terms]) -> bool:
    """Lots of these markets are the same thing."""
    return len({(terms.base_asset, terms.lot_size) for terms in covered}) == 1


def one_currency(covered: Sequence[Terms]) -> bool:
    return len({terms.quote_currency for terms in covered}) == 1


def standing_shape(row: Protection, held: Held, now: int, account: str | UnsetType = UNSET) -> StandingShape:
    covered = [markets.existing(market) for market in row.markets]
    terms = covered[0]
    frozen = now < row.frozen_until
    end = row.frozen_until if frozen and row.frozen_until != UNTIL_RESET else None
    return StandingShape(
        account=account,
        group=row.group or UNSET,
        market=UNSET if row.group else terms.symbol,
        markets=[one.symbol for one in covered],
        window_ms=row.window_ms,
        frozen_ms=row.frozen_ms,
        gross_quantity=_size(terms, row.gross_quantity) if row.gross_quantity else None,
        net_quantity=_size(terms, row.net_quantity) if row.net_quantity else None,
        notional=_value(row.notional) if row.notional else None,
        trade_count=row.trade_count or None,
        include_orders=row.include_orders,
        status="frozen" if frozen else "active",
        frozen_until=moment(end) if end else None,
        remaining_frozen_ms=end - now if end else None,
        window=_window(covered, held.window),
        last_trigger=trigger_shape(held.trigger) if held.trigger else None,
    )


def _window(covered: Sequence[Terms], sums: WindowSums) -> WindowShape:
    terms = covered[0] if one_quantity(covered) else None
    return WindowShape(
        gross_quantity=_size(terms, sums.gross) if terms else None,
        net_quantity=_size(terms, sums.net) if terms else None,
        notional=_value(sums.notional) if one_currency(covered) else None,
        trade_count=sums.trades,
    )


def trigger_shape(row: ProtectionTrigger, account: str | UnsetType = UNSET) -> TriggerShape:
    terms, cause = markets.existing(row.market_id), ProtectionLimit(row.cause)
    until, ended = row.frozen_until, row.ended_at
    return TriggerShape(
        account=account,
        group=row.group or UNSET,
        markets=[markets.existing(market).symbol for market in row.markets],
        cause=CAUSES[cause],
        limit=_figure(cause, row.limit, terms),
        observed=_figure(cause, row.observed, terms),
        window_ms=row.window_ms,
        market=terms.symbol,
        trade_id=entity_id("trade", row.pk),
        triggered_at=_moment(row.triggered_at),
        frozen_until=moment(until) if until != UNTIL_RESET else None,
        ended_at=_moment(ended) if ended else None,
    )


def _moment(at: Any) -> str:
    """A field of moments, which are integers to the type checker."""
    return moment(to_millis(at))


def _figure(cause: ProtectionLimit, value: int, terms: Terms) -> Raw | int:
    if cause is ProtectionLimit.TRADE_COUNT:
        return value
    return _size(terms, value) if cause in _QUANTITIES else _value(value)


def _size(terms: Terms, lots: int) -> Raw:
    return number(terms.size(lots))


def _value(nanos: int) -> Raw:
    return amount(Decimal(nanos).scaleb(VALUE_EXPONENT))
