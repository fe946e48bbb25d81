"""What accounts owe today by their quote obligations, and what a firm earns this month by its programmes."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import TradingAccount
from desk.board.shapes import Obligation
from mmapi.incentives import volumes
from mmapi.incentives.models import Membership
from mmapi.incentives.volumes import Total
from mmapi.obligations.models import ObligationDay, ObligationProgramme
from mmapi.obligations.reading import part_of, presence_of
from venue import markets
from venue.admin import figures

# Wherever on earth a programme's day begins, the one that runs began no longer ago.
_LONGEST_AGO: Final = timedelta(days=2)


class Rebate(NamedTuple):
    """One line of what a firm earns by its programmes, as it is shown."""

    title: str
    amount: str
    text: str = ""
    link: str = ""


def obligations_today(accounts: Collection[int]) -> dict[int, Obligation]:
    """Of those accounts that have obligations; of several markets the one that is furthest from what is owed."""
    since = timezone.now().date() - _LONGEST_AGO
    rows = ObligationDay.objects.filter(account_id__in=accounts, day__gte=since).order_by("day")
    newest = {(row.account_id, row.market_id): row for row in rows}
    pages = dict(ObligationProgramme.objects.values_list("market_id", "pk"))
    days: dict[int, list[ObligationDay]] = {}
    for row in newest.values():
        days.setdefault(row.account_id, []).append(row)
    return {account: _told(of_account, pages) for account, of_account in days.items()}


def _told(days: Sequence[ObligationDay], pages: dict[int, int]) -> Obligation:
    parts = {day: part_of(day) for day in days}
    asked = [day for day in days if parts[day] is not None]
    day = min(asked or days, key=lambda one: parts[one] or 0)
    presence, terms = presence_of(day), markets.by_number(day.market_id)
    symbol = terms.symbol if terms else str(day.market_id)
    return Obligation(
        met=all(parts[one] == 1 for one in asked) if asked else None,
        text=f"{symbol} {'-' if presence is None else f'{presence:.1f}%'}",
        link=reverse("admin:mmapi_obligationprogramme_change", args=[pages[day.market_id]])
        if day.market_id in pages
        else "",
    )


def rebates_of(firm: int) -> list[Rebate]:
    """The tiers that its members have now, and this month's fees and rebates."""
    accounts = list(TradingAccount.objects.filter(firm=firm).values_list("pk", flat=True))
    month = volumes.month_of(timezone.now())
    return [*_tiers(firm), *_earned(volumes.totals(accounts, month))]


def _tiers(firm: int) -> Iterable[Rebate]:
    today, now = timezone.now().date(), timezone.now()
    running = Membership.objects.filter(Q(until=None) | Q(until__gt=today), firm=firm, programme__active=True)
    for one in running.select_related("programme", "account", "firm"):
        held = one.assignments.filter(effective_from__lte=now).first()
        tier = held.tier if held and held.tier else "no tier"
        link = reverse("admin:mmapi_membership_change", args=[one.pk])
        yield Rebate(f"{one.programme}, {one.account or 'whole firm'}", tier, "", link)


def _earned(totals: Iterable[Total]) -> Iterable[Rebate]:
    for one in totals:
        text = f"rebates {figures.plain(one.rebates)}, fees {figures.plain(one.fees)}"
        yield Rebate("Net this month", f"{figures.plain(-one.net)} {one.currency}", text)
