"""What operations set: programmes, terms, declared states, memberships.

Each change holds the row of the follower's place and begins no earlier than what is integrated already. So it never
changes a figure of the past, and a rebuild finds what the follower found.
"""

import time
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.http import HttpRequest

from accounts.models import TradingAccount
from accounts.refusals import Refusal
from mmapi.obligations.integration.schedule import zones
from mmapi.obligations.integration.terms import FOREVER, WHOLE, Bounds, Condition
from mmapi.obligations.models import (
    OPEN_ENDED,
    DeclaredState,
    ObligationMembership,
    ObligationProgramme,
    ObligationTerms,
)
from staff import audit
from staff.models import AuditEntry
from venue.fields import to_millis
from venue.notation import moment
from venue.queries import fetch

_MINUTES: Final = 24 * 60
_LARGEST_SPREAD: Final = 1_000_000  # 10,000 basis points
_LARGEST_RATIO: Final = 100_000  # a thousand to one


class ObligationRefused(Refusal):
    """Operations asked for something that does not fit what is set already."""

    status_code = 409
    code = "OBLIGATION_REFUSED"
    default_detail = "The change does not fit the programme as it stands."


class NewTerms(NamedTuple):
    """Terms as they are to be; `starts` 0 is now."""

    opens: int
    closes: int
    days: tuple[int, ...]
    time_zone: str
    normal: Bounds
    stressed: Bounds
    starts: int = 0


def hold(shard: int) -> int:
    """Keep the follower out until the transaction ends; the earliest moment from which something may change."""
    until = fetch_one(
        "INSERT INTO mmapi_obligationplace (shard, sequence, report, until, version, settings, circumstances) "
        "VALUES (%s, 0, 0, 0, 0, 1, '') "
        "ON CONFLICT (shard) DO UPDATE SET settings = mmapi_obligationplace.settings + 1 RETURNING until",
        shard,
    )
    applied = fetch_one("SELECT coalesce(max(applied_at), 0) FROM venue_shard WHERE number = %s", shard)
    return max(time.time_ns() // 1_000_000, until, applied)


def fetch_one(sql: str, *parameters: Any) -> int:
    return int(fetch(sql, parameters)[0][0])


@transaction.atomic
def set_terms(
    programme: ObligationProgramme, new: NewTerms, *, reason: str = "", request: HttpRequest | None = None
) -> ObligationTerms:
    """The next version, from its moment on; what was before stays as it was."""
    refuse_faults(new)
    earliest = hold(programme.market.shard)
    starts = new.starts or earliest
    if starts < earliest:
        raise ObligationRefused(f"Terms begin in the future: the earliest moment is {moment(earliest)}.")
    if programme.terms.filter(effective_from__gte=starts).exists():
        raise ObligationRefused("Later terms are announced already; begin after them.")
    bounds = {
        f"{condition}_{name}": getattr(of_condition, name)
        for condition, of_condition in (("normal", new.normal), ("stressed", new.stressed))
        for name in Bounds.__struct_fields__
    }
    schedule = {"opens": new.opens, "closes": new.closes, "days": list(new.days), "time_zone": new.time_zone}
    before = programme.terms.last()
    row = ObligationTerms(programme=programme, **schedule, **bounds, reason=reason)
    row.effective_from = starts
    after = {"effective_from": moment(starts), **schedule, **bounds}
    entry = audit.record(request, "set_obligation_terms", programme, reason=reason, before=shown(before), after=after)
    row.set_at, row.set_by = earliest, entry.actor_name
    row.save()
    return row


def shown(terms: ObligationTerms | None) -> dict[str, Any]:
    """Terms as the record keeps them."""
    if terms is None:
        return {}
    names = ("opens", "closes", "days", "time_zone")
    bounds = [f"{one}_{name}" for one in ("normal", "stressed") for name in Bounds.__struct_fields__]
    return {
        "effective_from": moment(millis(terms.effective_from)),
        **{name: getattr(terms, name) for name in (*names, *bounds)},
    }


def refuse_faults(new: NewTerms) -> None:
    if new.time_zone not in zones():
        raise ObligationRefused(f"There is no time zone {new.time_zone}.")
    if not new.days or not set(new.days) <= set(range(1, 8)):
        raise ObligationRefused("At least one day of the week is needed.")
    if not (0 <= new.opens < _MINUTES and 0 <= new.closes < _MINUTES):
        raise ObligationRefused("Hours are from 00:00 to 23:59.")
    for bounds in (new.normal, new.stressed):
        limits = ((bounds.presence, WHOLE), (bounds.spread, _LARGEST_SPREAD), (bounds.size, 1 << 50))
        if any(not 0 < value <= largest for value, largest in limits) or not 100 <= bounds.ratio <= _LARGEST_RATIO:
            raise ObligationRefused(
                "Presence, spread and size are above zero, presence at most 100%, the ratio at least 1."
            )


@transaction.atomic
def declare(
    programme: ObligationProgramme,
    condition: Condition,
    reason: str,
    *,
    starts: int = 0,
    ends: int = OPEN_ENDED,
    request: HttpRequest | None = None,
) -> DeclaredState:
    """A stressed or exceptional state, from `starts` (0: now) until `ends`; it takes over from one that runs."""
    earliest = hold(programme.market.shard)
    starts = starts or earliest
    if starts < earliest:
        raise ObligationRefused(f"A state is never declared for the past: the earliest moment is {moment(earliest)}.")
    if ends and ends <= starts:
        raise ObligationRefused("A state ends after it starts.")
    if not reason.strip():
        raise ObligationRefused("A state is declared with a reason.")
    for other in running(programme, starts, ends or FOREVER):
        if millis(other.starts_at) >= starts:
            raise ObligationRefused(f"Another state is declared from {moment(millis(other.starts_at))} on.")
        finish(other, starts, "a state that takes over", "")
    after = {
        "condition": condition.name.lower(),
        "starts_at": moment(starts),
        "planned_end": moment(ends) if ends else None,
    }
    entry = audit.record(request, "declare_market_state", programme, reason=reason, after=after)
    row = DeclaredState(programme=programme, condition=condition, reason=reason, declared_by=entry.actor_name)
    row.starts_at, row.planned_end, row.declared_at = starts, ends, earliest
    row.save()
    return row


@transaction.atomic
def end_state(programme: ObligationProgramme, *, reason: str = "", request: HttpRequest | None = None) -> DeclaredState:
    """End by hand the state that runs, or take back the next one that was declared."""
    now = hold(programme.market.shard)
    found = min(running(programme, now, FOREVER), key=lambda one: millis(one.starts_at), default=None)
    if found is None:
        raise ObligationRefused("No state is declared.")
    before = {"condition": Condition(found.condition).name.lower(), "starts_at": moment(millis(found.starts_at))}
    ended = max(now, millis(found.starts_at))
    entry = audit.record(
        request, "end_market_state", programme, reason=reason, before=before, after={"ended_at": moment(ended)}
    )
    finish(found, ended, reason, entry.actor_name)
    return found


def running(programme: ObligationProgramme, starts: int, ends: int) -> list[DeclaredState]:
    """Declared states that have time in common with that."""
    return [
        one
        for one in programme.states.filter(ended_at=OPEN_ENDED)
        if millis(one.starts_at) < ends and (millis(one.planned_end) or FOREVER) > starts
    ]


def finish(state: DeclaredState, at: int, reason: str, by: str) -> None:
    state.ended_at, state.ended_by, state.end_reason = at, by, reason
    state.save(update_fields=["ended_at", "ended_by", "end_reason"])


@transaction.atomic
def join(
    programme: ObligationProgramme, account: TradingAccount, *, request: HttpRequest | None = None
) -> ObligationMembership:
    """From now on the account owes what the programme asks for."""
    now = hold(programme.market.shard)
    if programme.members.filter(account=account, left_at=OPEN_ENDED).exists():
        raise ObligationRefused(f"{account.name} is a member already.")
    entry = audit.record(request, "join_obligations", programme, after={"account": account.name, "at": moment(now)})
    row = ObligationMembership(programme=programme, account=account, firm=account.firm, joined_by=entry.actor_name)
    row.joined_at = now
    row.save()
    return row


@transaction.atomic
def leave(
    programme: ObligationProgramme, account: TradingAccount, *, reason: str = "", request: HttpRequest | None = None
) -> ObligationMembership:
    now = hold(programme.market.shard)
    row = programme.members.filter(account=account, left_at=OPEN_ENDED).first()
    if row is None:
        raise ObligationRefused(f"{account.name} is no member.")
    after = {"account": account.name, "at": moment(now)}
    entry: AuditEntry = audit.record(request, "leave_obligations", programme, reason=reason, after=after)
    row.left_at, row.left_by = max(now, millis(row.joined_at)), entry.actor_name
    row.save(update_fields=["left_at", "left_by"])
    return row


def of_market(market: Any, *, request: HttpRequest | None = None) -> ObligationProgramme:
    """The market's programme, made where there is none."""
    programme, made = ObligationProgramme.objects.get_or_create(market_id=market)
    if made:
        audit.record(request, "create_obligation_programme", programme)
    return programme


def millis(value: Any) -> int:
    """Of a field of moments: as it was read, or as it was set."""
    return value if isinstance(value, int) else to_millis(value) if value else 0
