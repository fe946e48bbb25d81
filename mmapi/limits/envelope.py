"""GET /mm/limits as clients see it: the tier, what is left of its budgets, and the headroom of every risk limit."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from msgspec import UNSET, Meta, Raw, UnsetType

from accounts import budgets
from accounts.bodies import Fields
from accounts.budgets import Budget, Budgets
from accounts.credentials import Credential
from accounts.refusals import BatchTooLarge
from mmapi.limits import headroom
from mmapi.limits.headroom import Headroom, InMarket, InShard
from venue import markets
from venue.engine.rejects import RejectCode
from venue.engine.terms import VALUE_EXPONENT, Side
from venue.markets import Terms
from venue.notation import amount, moment, number
from venue.ordering import MarketName, market_named
from venue.serializers import SIDE_WORDS, Shape


class LimitsFilter(Fields, frozen=True):
    """`entries`: the size of a batch whose wait is asked for. `market`: only the limits that bind there."""

    entries: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    market: MarketName | None = None


class BudgetShape(Shape, frozen=True, kw_only=True):
    """A token bucket; without limit all three are null. `wait_ms` is until one more fits, or the batch asked about."""

    capacity: int | None
    refill_per_second: int | None
    remaining: int | None
    wait_ms: int


class BudgetsShape(Shape, frozen=True, kw_only=True):
    requests: BudgetShape
    order_operations: BudgetShape


class BatchShape(Shape, frozen=True, kw_only=True):
    """How long until a batch of so many entries would be admitted, if nothing else is sent meanwhile."""

    entries: int
    wait_ms: int


class CountShape(Shape, frozen=True, kw_only=True):
    limit: int | None
    observed: int
    headroom: int | None


class RiskShape(Shape, frozen=True, kw_only=True):
    """One limit, named as the refusal that it leads to, in the units of that rule; null is no limit."""

    rule: str
    market: str | UnsetType = UNSET
    side: str | UnsetType = UNSET
    markets: list[str] | UnsetType = UNSET
    limit: Raw | None
    observed: Raw
    headroom: Raw | None


class LimitsShape(Shape, frozen=True, kw_only=True):
    as_of: str
    account: str
    tier: str
    lane: str
    colocation_profile: str | None
    max_batch_size: int
    min_cancel_on_disconnect_ms: int
    budgets: BudgetsShape
    batch: BatchShape
    sessions: CountShape
    open_orders: CountShape
    risk: list[RiskShape]


def limits(credential: Credential, wanted: LimitsFilter) -> LimitsShape:
    """All limits of the key and its account now; refuses a batch that the tier never admits."""
    tier = credential.tier
    if wanted.entries > tier.max_batch_size:
        raise BatchTooLarge(limit=tier.max_batch_size, observed=wanted.entries)
    only = market_named(wanted.market) if wanted.market is not None else None
    shards = headroom.of_account(credential.account_id, tier.max_open_orders)
    if only is not None:
        shards = [_narrowed(shard, only) for shard in shards if only.number in shard.markets]
    left = budgets.peek(credential)
    return LimitsShape(
        as_of=moment(left.now_ms),
        account=credential.account_name,
        tier=tier.name,
        lane=tier.lane,
        colocation_profile=credential.colocation,
        max_batch_size=tier.max_batch_size,
        min_cancel_on_disconnect_ms=tier.min_cancel_on_disconnect_ms,
        budgets=BudgetsShape(requests=_budget(left.requests, 1), order_operations=_budget(left.operations, 1)),
        batch=BatchShape(entries=wanted.entries, wait_ms=_wait_for_batch(left, wanted.entries)),
        sessions=_count_shape(headroom.of_sessions(credential.key_id, tier.max_sessions)),
        open_orders=_tightest([shard.open_orders for shard in shards] or [Headroom(tier.max_open_orders or None, 0)]),
        risk=[entry for shard in shards for entry in _risk(shard)],
    )


def _narrowed(shard: InShard, only: Terms) -> InShard:
    return shard._replace(positions=[position for position in shard.positions if position.market == only.number])


def _budget(budget: Budget, cost: int) -> BudgetShape:
    return BudgetShape(
        capacity=None if budget.unlimited else budget.capacity,
        refill_per_second=None if budget.unlimited else budget.refill_per_second,
        remaining=None if budget.unlimited else budget.remaining,
        wait_ms=budget.wait_ms(cost),
    )


def _wait_for_batch(left: Budgets, entries: int) -> int:
    """A batch is one request and as many operations as it has entries."""
    return max(left.requests.wait_ms(1), left.operations.wait_ms(entries))


def _tightest(counts: list[Headroom]) -> CountShape:
    """Of several shards the one with the least room."""
    return _count_shape(min(counts, key=lambda count: (count.left is None, count.left or -count.observed)))


def _count_shape(count: Headroom) -> CountShape:
    return CountShape(limit=count.limit, observed=count.observed, headroom=count.left)


def _risk(shard: InShard) -> Iterator[RiskShape]:
    together = [markets.existing(one).symbol for one in shard.markets]
    counts, exposure = shard.open_orders, shard.exposure
    yield RiskShape(
        rule=RejectCode.OPEN_ORDERS_ABOVE_LIMIT.name,
        markets=together,
        limit=_count(counts.limit),
        observed=Raw(str(counts.observed)),
        headroom=_count(counts.left),
    )
    yield RiskShape(
        rule=RejectCode.EXPOSURE_ABOVE_LIMIT.name,
        markets=together,
        limit=_value(exposure.limit),
        observed=_amount(exposure.observed),
        headroom=_value(exposure.left),
    )
    for position in shard.positions:
        yield from _position(position)


def _position(position: InMarket) -> Iterator[RiskShape]:
    terms = markets.existing(position.market)
    for side, room in ((Side.BUY, position.buy), (Side.SELL, position.sell)):
        yield RiskShape(
            rule=RejectCode.POSITION_ABOVE_LIMIT.name,
            market=terms.symbol,
            side=SIDE_WORDS[side],
            limit=None if room.limit is None else number(terms.size(room.limit)),
            observed=number(terms.size(room.observed)),
            headroom=None if room.left is None else number(terms.size(room.left)),
        )


def _count(value: int | None) -> Raw | None:
    return None if value is None else Raw(str(value))


def _value(value: int | None) -> Raw | None:
    return None if value is None else _amount(value)


def _amount(value: int) -> Raw:
    return amount(Decimal(value).scaleb(VALUE_EXPONENT))
