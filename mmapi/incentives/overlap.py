"""An account has rates in a market from one programme only."""

from django.db.models import Q

from mmapi.incentives import volumes
from mmapi.incentives.models import Membership


def of(draft: Membership) -> Membership | None:
    """Another membership of the same account, or of the same whole firm, at a time and in a market that both have. An
    account's own and its firm's may meet: the account's own goes first."""
    others = Membership.objects.filter(firm=draft.firm, account=draft.account).exclude(pk=draft.pk)
    if draft.until is not None:
        others = others.filter(since__lt=draft.until)
    others = others.filter(Q(until=None) | Q(until__gt=draft.since)).select_related("programme", "firm", "account")
    own = set(volumes.markets_of(draft.programme))
    return next((one for one in others if own & set(volumes.markets_of(one.programme))), None)
