"""The tiers a venue begins with, and what a tier cannot be."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from accounts.models import Tier


def test_the_migrations_bring_four(db: None) -> None:
    tiers = {tier.name: tier for tier in Tier.objects.all()}
    assert set(tiers) == {"standard", "professional", "colocated", "unlimited"}
    assert tiers["colocated"].lane == Tier.Lane.COLOCATED
    assert (tiers["standard"].requests_per_second, tiers["standard"].max_batch_size) == (50, 100)
    assert (tiers["unlimited"].order_operations_per_second, tiers["unlimited"].max_batch_size) == (0, 1_000)
    for tier in tiers.values():
        tier.full_clean()


@pytest.mark.parametrize(
    "limits",
    [
        {"order_operations_per_second": 10, "order_operations_burst": 99, "max_batch_size": 100},
        {"requests_per_second": 10, "request_burst": 0},
        {"max_batch_size": 0},
    ],
)
def test_a_tier_that_could_never_admit(db: None, limits: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Tier(name="odd", **limits).full_clean()
    with pytest.raises(IntegrityError):
        Tier.objects.create(name="odd", **limits)
