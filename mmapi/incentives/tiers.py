"""Which tier of a schedule a member has earned."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from mmapi.incentives.models import FeeTier


class Earned(NamedTuple):
    """What the conditions of tiers are held against: maker volume, and percent of obligations met, if known."""

    volume: Decimal
    compliance: Decimal | None = None


def meets(tier: FeeTier, earned: Earned) -> bool:
    """Compliance that nobody knows meets no condition."""
    if earned.volume < tier.min_volume:
        return False
    if tier.min_compliance is None:
        return True
    return earned.compliance is not None and earned.compliance >= tier.min_compliance


def reached(tiers: Sequence[FeeTier], earned: Earned) -> FeeTier | None:
    """The highest tier whose conditions are met; None below the lowest."""
    return max((tier for tier in tiers if meets(tier, earned)), key=lambda tier: tier.min_volume, default=None)


def above(tiers: Sequence[FeeTier], tier: FeeTier | None) -> FeeTier | None:
    """The next one by volume."""
    higher = (one for one in tiers if tier is None or one.min_volume > tier.min_volume)
    return min(higher, key=lambda one: one.min_volume, default=None)
