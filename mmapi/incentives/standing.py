"""GET /mm/incentives as clients see it: the tier, the rates, the way to the next tier, and what was earned so far."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.db.models import Q
from django.utils import timezone
from msgspec import UNSET, Raw, UnsetType

from accounts.bodies import Fields, Number, fault
from accounts.credentials import Credential
from accounts.refusals import InvalidParameters
from mmapi.incentives import announcing, cuts, forecast, tiers, volumes
from mmapi.incentives.forecast import Outlook
from mmapi.incentives.models import Assignment, FeeTier, Membership
from mmapi.incentives.tiers import Earned
from mmapi.incentives.volumes import Span, Total
from venue import markets, queries
from venue.models import FeeRates, Market
from venue.notation import amount, moment
from venue.serializers import Shape

_PPM: Final = -6
_LARGEST_VOLUME: Final = Decimal(10) ** 24


class IncentiveFilter(Fields, frozen=True):
    """`volume`: what if the maker volume in the window were this?"""

    volume: Number | None = None


class TierShape(Shape, frozen=True, kw_only=True):
    """Rates are parts of the notional; negative is a rebate."""

    tier: str
    min_volume: Raw
    min_compliance: Raw | None
    maker_fee_rate: Raw
    taker_fee_rate: Raw


class WindowShape(Shape, frozen=True, kw_only=True):
    """Maker volume that the next cut will count, as far as it is known; hours are whole."""

    since: str
    until: str
    volume: Raw
    compliance: Raw | None


class NextTierShape(TierShape, frozen=True, kw_only=True):
    """`reached_at` is the cut that would count enough at `volume_per_day`; null: never at this rate."""

    distance: Raw
    volume_per_day: Raw
    reached_at: str | None
    effective_from: str | None


class AssignedShape(Shape, frozen=True, kw_only=True):
    """Without a tier and rates: the markets' own hold."""

    tier: str | None
    maker_fee_rate: Raw | None
    taker_fee_rate: Raw | None
    effective_from: str
    announced_at: str
    counted_volume: Raw
    counted_since: str
    counted_until: str


class AnnouncedShape(AssignedShape, frozen=True, kw_only=True):
    changes: bool


class TotalShape(Shape, frozen=True, kw_only=True):
    """`net` is what is owed; negative: granted."""

    currency: str
    fills: int
    maker_volume: Raw
    taker_volume: Raw
    fees: Raw
    rebates: Raw
    net: Raw


class WhatIfShape(Shape, frozen=True, kw_only=True):
    """The month's fills so far in the programme's markets, charged at the rates of the tier of that volume; without a
    tier, at the markets' own."""

    volume: Raw
    tier: TierShape | None
    net: Raw
    net_at_present: Raw
    difference: Raw


class ProgrammeShape(Shape, frozen=True, kw_only=True):
    programme: str
    member: str
    quote_currency: str
    markets: list[str]
    cut_at: str
    next_cut: str
    window_days: int
    current: AssignedShape | None
    announced: AnnouncedShape | None
    window: WindowShape
    next_tier: NextTierShape | None
    tiers: list[TierShape]
    what_if: WhatIfShape | UnsetType = UNSET


class MarketRatesShape(Shape, frozen=True, kw_only=True):
    """What the next fill is charged; `source`: a programme, or the market."""

    market: str
    account: str | UnsetType = UNSET
    maker_fee_rate: Raw
    taker_fee_rate: Raw
    source: str


class MonthShape(Shape, frozen=True, kw_only=True):
    since: str
    until: str
    totals: list[TotalShape]


class IncentivesShape(Shape, frozen=True, kw_only=True):
    as_of: str
    programmes: list[ProgrammeShape]
    month: MonthShape
    rates: list[MarketRatesShape]


class Seen(NamedTuple):
    """One programme of a member at a moment."""

    membership: Membership
    now: datetime
    numbers: list[int]
    accounts: list[int]
    tiers: list[FeeTier]


def incentives(credential: Credential, wanted: IncentiveFilter) -> IncentivesShape:
    """Of the key's account, or of all of its firm for a firm-wide key."""
    if wanted.volume is not None and not 0 <= wanted.volume <= _LARGEST_VOLUME:
        raise InvalidParameters(errors=[fault("volume", "OUT_OF_RANGE", "A volume is 0 or more, and not absurd.")])
    now, accounts = timezone.now(), queries.accounts_of(credential)
    month = volumes.month_of(now)
    return IncentivesShape(
        as_of=written(now),
        programmes=[_programme(seen, wanted.volume) for seen in _seen(credential, list(accounts), now)],
        month=MonthShape(
            since=written(month.since),
            until=written(month.until),
            totals=[_total(one) for one in volumes.totals(list(accounts), month)],
        ),
        rates=_rates(accounts, firm_wide=credential.firm_wide),
    )


def written(when: datetime) -> str:
    return moment(cuts.millis(when))


def rate(ppm: int) -> Raw:
    return amount(Decimal(ppm).scaleb(_PPM))


def _seen(credential: Credential, accounts: Collection[int], now: datetime) -> list[Seen]:
    """Programmes the accounts or their firm are in, or are about to enter or leave."""
    own = Membership.objects.filter(Q(account__in=accounts) | Q(account=None), firm=credential.firm_id)
    found = []
    for one in own.select_related("programme__schedule", "firm", "account"):
        latest = one.assignments.filter(effective_from__lte=now).first()
        if one.holds_at(cuts.following(one.programme, now) + cuts.DAY) or (latest and latest.maker_ppm is not None):
            members = list(one.accounts().values_list("pk", flat=True))
            numbers = volumes.markets_of(one.programme)
            found.append(Seen(one, now, numbers, members, list(one.programme.schedule.tiers.all())))
    return found


def _programme(seen: Seen, volume: Decimal | None) -> ProgrammeShape:
    membership, programme, now = seen.membership, seen.membership.programme, seen.now
    next_cut = cuts.following(programme, now)
    window = Span(next_cut - programme.window, next_cut)
    earned = announcing.earned_within(membership, seen.numbers, window)
    assigned = membership.assignments.filter(effective_from__lte=now).first()
    announced = membership.assignments.filter(effective_from__gt=now).first()
    return ProgrammeShape(
        programme=programme.name,
        member="account" if membership.account_id else "firm",
        quote_currency=programme.quote_currency,
        markets=[markets.existing(number).symbol for number in seen.numbers],
        cut_at=f"{programme.cut_at:%H:%M}Z",
        next_cut=written(next_cut),
        window_days=programme.window_days,
        current=AssignedShape(**_assigned(assigned)) if assigned else None,
        announced=AnnouncedShape(**_assigned(announced), changes=announced.changes) if announced else None,
        window=WindowShape(
            since=written(window.since),
            until=written(window.until),
            volume=amount(earned.volume),
            compliance=None if earned.compliance is None else amount(earned.compliance),
        ),
        next_tier=_next_tier(seen, earned),
        tiers=[_tier(one) for one in seen.tiers],
        what_if=UNSET if volume is None else _what_if(seen, Earned(volume, earned.compliance)),
    )


def _assigned(one: Assignment) -> dict[str, Any]:
    return {
        "tier": one.tier or None,
        "maker_fee_rate": None if one.maker_ppm is None else rate(one.maker_ppm),
        "taker_fee_rate": None if one.taker_ppm is None else rate(one.taker_ppm),
        "effective_from": written(one.effective_from),
        "announced_at": written(one.announced_at),
        "counted_volume": amount(one.volume),
        "counted_since": written(one.window_from),
        "counted_until": written(one.window_to),
    }


def _terms(tier: FeeTier) -> dict[str, Any]:
    return {
        "tier": tier.name,
        "min_volume": amount(tier.min_volume),
        "min_compliance": None if tier.min_compliance is None else amount(tier.min_compliance),
        "maker_fee_rate": rate(tier.maker_ppm),
        "taker_fee_rate": rate(tier.taker_ppm),
    }


def _tier(tier: FeeTier) -> TierShape:
    return TierShape(**_terms(tier))


def _next_tier(seen: Seen, earned: Earned) -> NextTierShape | None:
    """The one above what the window is worth by now."""
    tier = tiers.above(seen.tiers, tiers.reached(seen.tiers, earned))
    if tier is None:
        return None
    outlook = Outlook(seen.membership.programme, seen.accounts, seen.numbers, seen.now)
    pace, reached_at = forecast.reaches(outlook, tier.min_volume)
    return NextTierShape(
        **_terms(tier),
        distance=amount(max(Decimal(0), tier.min_volume - earned.volume)),
        volume_per_day=amount(pace),
        reached_at=written(reached_at) if reached_at else None,
        effective_from=written(reached_at + cuts.DAY) if reached_at else None,
    )


def _what_if(seen: Seen, earned: Earned) -> WhatIfShape:
    tier = tiers.reached(seen.tiers, earned)
    found = volumes.by_market(seen.accounts, volumes.month_of(seen.now), seen.numbers)
    present = sum((one.net for one in found.values()), Decimal(0))
    net = Decimal(0)
    for market in Market.objects.filter(number__in=found):
        rates = (tier.maker_ppm, tier.taker_ppm) if tier else (market.maker_fee_ppm, market.taker_fee_ppm)
        one = found[market.number]
        net += (one.maker_volume * rates[0] + one.taker_volume * rates[1]).scaleb(_PPM)
    return WhatIfShape(
        volume=amount(earned.volume),
        tier=_tier(tier) if tier else None,
        net=amount(net),
        net_at_present=amount(present),
        difference=amount(net - present),
    )


def _total(total: Total) -> TotalShape:
    return TotalShape(
        currency=total.currency,
        fills=total.fills,
        maker_volume=amount(total.maker_volume),
        taker_volume=amount(total.taker_volume),
        fees=amount(total.fees),
        rebates=amount(total.rebates),
        net=amount(total.net),
    )


def _rates(accounts: dict[int, str], *, firm_wide: bool) -> list[MarketRatesShape]:
    own = {(one.account_id, one.market_id): one for one in FeeRates.objects.filter(account__in=accounts)}
    told, every_market = [], list(Market.objects.all())
    for account, name in sorted(accounts.items(), key=lambda entry: entry[1]):
        for market in every_market:
            rates = own.get((account, market.number))
            told.append(
                MarketRatesShape(
                    market=market.symbol,
                    account=name if firm_wide else UNSET,
                    maker_fee_rate=rate(rates.maker_ppm if rates else market.maker_fee_ppm),
                    taker_fee_rate=rate(rates.taker_ppm if rates else market.taker_fee_ppm),
                    source="programme" if rates else "market",
                )
            )
    return told
