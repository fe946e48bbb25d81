"""At each cut: the tier that every member has earned by then, announced for the next cut."""

import logging
from datetime import datetime
from typing import Final

from django.db import transaction

from mmapi.incentives import compliance, cuts, ledger, tiers, volumes
from mmapi.incentives.models import Assignment, Membership, Programme
from mmapi.incentives.tiers import Earned
from mmapi.incentives.volumes import Span
from venue import markets

logger = logging.getLogger(__name__)

_COMPARED: Final = ("tier", "maker_ppm", "taker_ppm", "markets")


def announce(now: datetime) -> list[Assignment]:
    """What was not announced yet of the present slots; doing it again, or at the same time twice, adds nothing."""
    known = set(Assignment.objects.filter(effective_from__gt=now).values_list("membership", "effective_from"))
    told: list[Assignment] = []
    for membership in Membership.objects.select_related("programme__schedule", "firm", "account"):
        cut = cuts.latest(membership.programme, now)
        effective_from = cut + cuts.DAY
        if (membership.pk, effective_from) in known or effective_from - now < cuts.LEAST_NOTICE:
            continue
        try:
            if _counted_through(membership.programme, cut):
                told += _announced(membership, cut, now)
        except Exception:
            # What is wrong with one member, or with what is asked about it, keeps no other from its rates.
            logger.exception("nothing could be announced for %s", membership)
    return told


def _counted_through(programme: Programme, cut: datetime) -> bool:
    """Whether all fills before the cut are in the ledger."""
    shards = {markets.existing(number).shard for number in volumes.markets_of(programme)}
    return ledger.is_complete_before(cuts.millis(cut), shards)


@transaction.atomic
def _announced(membership: Membership, cut: datetime, now: datetime) -> list[Assignment]:
    Membership.objects.select_for_update().get(pk=membership.pk)  # one worker at a time
    if membership.assignments.filter(effective_from=cut + cuts.DAY).exists():
        return []
    before = membership.assignments.filter(effective_from__lte=cut).first()
    if not membership.holds_at(cut + cuts.DAY) and (before is None or before.maker_ppm is None):
        return []
    assignment = earned_at(membership, cut)
    assignment.announced_at = now
    assignment.changes = before is None or any(getattr(before, name) != getattr(assignment, name) for name in _COMPARED)
    assignment.save()
    return [assignment]


def earned_at(membership: Membership, cut: datetime) -> Assignment:
    """What the member has from the cut after this one on, by what it did in the window before this one."""
    programme = membership.programme
    numbers, window = volumes.markets_of(programme), Span(cut - programme.window, cut)
    earned = earned_within(membership, numbers, window)
    held = membership.holds_at(cut + cuts.DAY)
    tier = tiers.reached(list(programme.schedule.tiers.all()), earned) if held else None
    return Assignment(
        membership=membership,
        effective_from=cut + cuts.DAY,
        tier=tier.name if tier else "",
        min_volume=tier.min_volume if tier else None,
        maker_ppm=tier.maker_ppm if tier else None,
        taker_ppm=tier.taker_ppm if tier else None,
        markets=numbers,
        window_from=window.since,
        window_to=window.until,
        volume=earned.volume,
        compliance=earned.compliance,
    )


def earned_within(membership: Membership, numbers: list[int], window: Span) -> Earned:
    accounts = list(membership.accounts().values_list("pk", flat=True))
    volume = volumes.maker_volume(accounts, numbers, window)
    if not membership.programme.schedule.tiers.exclude(min_compliance=None).exists():
        return Earned(volume)
    return Earned(volume, compliance.percent(accounts, numbers, *window))
