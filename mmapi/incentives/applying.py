"""From the cut on: the rates in force by the assignments, told to the matchers where they have others."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from accounts.models import TradingAccount
from accounts.refusals import Refusal
from mmapi.incentives.models import Assignment
from venue import gateway, markets
from venue.engine.commands import Command, RemoveFeeRates, SetFeeRates
from venue.models import FeeRates

logger = logging.getLogger(__name__)

_SENT_TOGETHER: Final = 50  # each on a connection of its own
_AT_ONCE: Final = timedelta(minutes=1)  # after a cut; what was refused till then is tried with less haste
# Of each member the newest that holds; where two members share an account, the account's own goes before the firm's.
_IN_FORCE: Final = """
    SELECT a.* FROM mmapi_membership m CROSS JOIN LATERAL (
        SELECT * FROM mmapi_assignment WHERE membership_id = m.id AND effective_from <= %s
        ORDER BY effective_from DESC LIMIT 1) a
    ORDER BY m.account_id IS NULL, m.id"""


class Place(NamedTuple):
    """Where rates hold."""

    account: int
    market: int


class Rates(NamedTuple):
    firm: int
    maker_ppm: int
    taker_ppm: int


Given = list[tuple[Assignment, dict[Place, int]]]


def in_force(now: datetime) -> list[Assignment]:
    return list(Assignment.objects.raw(_IN_FORCE, [now]).prefetch_related("membership"))


def apply_due(now: datetime) -> int:
    """What has become due since the last time; how many commands that took."""
    due = (one.applied_at is None and now - one.effective_from < _AT_ONCE for one in in_force(now))
    return reconcile(now) if any(due) else 0


def reconcile(now: datetime) -> int:
    """Tell every matcher what differs from the assignments in force, of accounts opened since, too."""
    given = places_of(in_force(now))
    commands = list(_differences(rates_of(given)))
    refused: set[Place] = set()
    for start in range(0, len(commands), _SENT_TOGETHER):
        refused |= _send(commands[start : start + _SENT_TOGETHER])
    applied = [one.pk for one, places in given if one.applied_at is None and not refused & places.keys()]
    Assignment.objects.filter(pk__in=applied, applied_at=None).update(applied_at=now)
    return len(commands)


def places_of(assignments: list[Assignment]) -> Given:
    """Where each holds, with the firm of the account."""
    of_firm: dict[int, list[int]] = {}
    for account, firm in TradingAccount.objects.order_by("pk").values_list("pk", "firm_id"):
        of_firm.setdefault(firm, []).append(account)
    given = []
    for one in assignments:
        member = one.membership
        accounts = [member.account_id] if member.account_id else of_firm.get(member.firm_id, [])
        given.append((one, {Place(each, market): member.firm_id for each in accounts for market in one.markets}))
    return given


def rates_of(given: Given) -> dict[Place, Rates]:
    """What these give; the first that names an account and market decides."""
    wanted: dict[Place, Rates] = {}
    for one, places in given:
        if one.maker_ppm is not None and one.taker_ppm is not None:
            for place, firm in places.items():
                wanted.setdefault(place, Rates(firm, one.maker_ppm, one.taker_ppm))
    return wanted


def _differences(wanted: dict[Place, Rates]) -> Iterator[Command]:
    columns = ("account_id", "market_id", "firm_id", "maker_ppm", "taker_ppm")
    present = {Place(*row[:2]): Rates(*row[2:]) for row in FeeRates.objects.values_list(*columns)}
    for place, rates in sorted(wanted.items()):
        if present.get(place) != rates:
            yield SetFeeRates(place.account, rates.firm, place.market, rates.maker_ppm, rates.taker_ppm)
    for place, rates in sorted(present.items()):
        if place not in wanted:
            yield RemoveFeeRates(place.account, rates.firm, place.market)


def _send(commands: list[Command]) -> set[Place]:
    """Where it did not come to be, which the next time tries again."""
    addressed = [(markets.existing(command.market).shard, command) for command in commands]  # type: ignore[union-attr]
    refused: set[Place] = set()
    for command, outcome in zip(commands, gateway.submit_each(addressed), strict=True):
        code = outcome.code if isinstance(outcome, Refusal) else markets.refusal(outcome)
        if code is not None:
            place = Place(command.account, command.market)  # type: ignore[union-attr]
            logger.warning("rates of account %s in market %s were not taken: %s", *place, code)
            refused.add(place)
    return refused
