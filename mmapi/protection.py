"""Market-maker protection as it is set, read and reset at the door.

`windowMs` and `frozenMs` are milliseconds (0: frozen until reset), quantities decimals of the base asset, `notional`
one of the quote currency. Quantities are summed over markets of one base asset and lot size only, notional over markets
of one quote currency; trades over any.
"""

import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Any, Final

from msgspec import UNSET, Meta, UnsetType

from accounts.bodies import Fields, Number, fault
from accounts.credentials import Credential
from accounts.refusals import InvalidParameters
from mmapi import protection_queries
from mmapi.protection_shapes import (
    ProtectionsShape,
    RemovedProtectionShape,
    StandingShape,
    TriggersShape,
    one_currency,
    one_quantity,
    standing_shape,
    trigger_shape,
)
from venue import gateway, markets, queries
from venue.amounts import Amounts
from venue.engine import commands
from venue.engine.commands import Command
from venue.engine.events import CommandRejected
from venue.engine.rejects import RejectCode
from venue.engine.terms import VALUE_EXPONENT
from venue.gateway import Outcome
from venue.listing import Moment, PageLimit, PageOffset
from venue.markets import Terms
from venue.models import Protection, ProtectionTrigger
from venue.notation import moment
from venue.ordering import MarketName, applied, market_named
from venue.queries import Span
from venue.rejections import Rejected, rejected
from venue.serializers import pagination

LONGEST_WINDOW_MS: Final = 3_600_000
LONGEST_FREEZE_MS: Final = 86_400_000
MOST_MARKETS: Final = 100
_MOST_NOTIONAL: Final = 9 * 10**18  # in 10^-9 of the quote currency
_LIMITS: Final = "grossQuantity, netQuantity, notional and tradeCount"

GroupName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]{1,32}\Z")]


class ProtectionName(Fields, frozen=True):
    """Which protection: that of one market, or of a group by its name."""

    group: GroupName | None = None
    market: MarketName | None = None


class ProtectionTerms(ProtectionName, frozen=True, kw_only=True):
    markets: Annotated[list[MarketName], Meta(min_length=1, max_length=MOST_MARKETS)] | None = None
    window_ms: Annotated[int, Meta(ge=1, le=LONGEST_WINDOW_MS)]
    frozen_ms: Annotated[int, Meta(ge=0, le=LONGEST_FREEZE_MS)]
    gross_quantity: Number | None = None
    net_quantity: Number | None = None
    notional: Number | None = None
    trade_count: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    include_orders: bool = False


class ProtectionFilter(ProtectionName, frozen=True):
    """A group, or whatever covers a market; without either all of them."""


class TriggerFilter(ProtectionFilter, frozen=True):
    """`since` is included, `until` is not."""

    since: Moment | None = None
    until: Moment | None = None
    limit: PageLimit = 50
    offset: PageOffset = 0


def configure(credential: Credential, body: ProtectionTerms) -> StandingShape:
    """Set the terms and count from now on; what is frozen stays frozen. Refuses a market that is under another
    protection of the account (409)."""
    chosen = markets_of(body)
    refuse_elsewhere(credential, body, chosen[0].shard)
    outcome = _submit(credential, chosen[0].shard, command_of(credential, chosen, body))
    return _now_standing(credential, body, outcome)


def reset(credential: Credential, name: ProtectionName) -> StandingShape:
    """End the freeze and count from now on."""
    shard, market = place_of(credential, name)
    command = commands.ResetProtection(credential.account_id, credential.firm_id, name.group or "", market)
    return _now_standing(credential, name, _submit(credential, shard, command))


def remove(credential: Credential, name: ProtectionName) -> RemovedProtectionShape:
    shard, market = place_of(credential, name)
    command = commands.RemoveProtection(credential.account_id, credential.firm_id, name.group or "", market)
    outcome = _submit(credential, shard, command)
    return RemovedProtectionShape(name.group or UNSET, name.market or UNSET, moment(outcome.reply.now))


def standing(credential: Credential, wanted: ProtectionFilter) -> ProtectionsShape:
    """The key's account's protections as they stand now; a firm-wide key's: those of all accounts of its firm."""
    accounts = queries.accounts_of(credential)
    rows = Protection.objects.filter(account_id__in=accounts).order_by("account_id", "group", "market_id")
    if wanted.group is not None:
        rows = rows.filter(group=wanted.group)
    if wanted.market is not None:
        rows = rows.filter(markets__contains=[market_named(wanted.market).number])
    found = list(rows)
    now = time.time_ns() // 1_000_000
    held = protection_queries.held_by(found, now)
    told = names_told(credential, accounts)
    return ProtectionsShape(
        [standing_shape(row, own, now, told(row.account_id)) for row, own in zip(found, held, strict=True)]
    )


def triggers(credential: Credential, wanted: TriggerFilter) -> TriggersShape:
    """What triggered the account's protections, newest first; of a firm-wide key those of all accounts of its firm."""
    accounts = queries.accounts_of(credential)
    rows = ProtectionTrigger.objects.filter(account_id__in=accounts)
    if wanted.group is not None:
        rows = rows.filter(group=wanted.group)
    if wanted.market is not None:
        rows = rows.filter(markets__contains=[market_named(wanted.market).number])
    if wanted.since is not None:
        rows = rows.filter(triggered_at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(triggered_at__lt=wanted.until)
    page = rows.order_by("-triggered_at", "-id")[wanted.offset : wanted.offset + wanted.limit]
    told = names_told(credential, accounts)
    shapes = [trigger_shape(row, told(row.account_id)) for row in page]
    return TriggersShape(shapes, pagination(Span(wanted.limit, wanted.offset), rows.count()))


def names_told(credential: Credential, accounts: Mapping[int, str]) -> Callable[[int], str | UnsetType]:
    """Whose it is, is told to firm-wide keys only."""
    return accounts.__getitem__ if credential.firm_wide else lambda account: UNSET


def _now_standing(credential: Credential, name: ProtectionName, outcome: Outcome) -> StandingShape:
    """As the command has left it: its row is as durable as the reply."""
    row = _row_of(credential, name)
    if row is None:
        raise rejected(RejectCode.UNKNOWN_PROTECTION)
    now = outcome.reply.now
    return standing_shape(row, protection_queries.held_by([row], now)[0], now)


def _row_of(credential: Credential, name: ProtectionName) -> Protection | None:
    rows = Protection.objects.filter(account_id=credential.account_id, group=name.group or "")
    return rows.filter(market_id=0 if name.group else market_named(name.market or "").number).first()


def _submit(credential: Credential, shard: int, command: Command) -> Outcome:
    outcome = gateway.submit(command, shard=shard, key_id=credential.key_id)
    event = applied(outcome)[0]
    if isinstance(event, CommandRejected):
        terms = markets.by_number(event.market)
        raise Rejected(event.reject, terms, **({"market": terms.symbol} if terms else {}))
    return outcome


def place_of(credential: Credential, name: ProtectionName) -> tuple[int, int]:
    """The shard that keeps the protection, and the number of its market, 0 for a group's."""
    refuse_contradictions(name)
    if name.market is not None:
        terms = market_named(name.market)
        return terms.shard, terms.number
    row = _row_of(credential, name)
    if row is None:
        raise rejected(RejectCode.UNKNOWN_PROTECTION)
    return row.shard, 0


def refuse_contradictions(name: ProtectionName) -> None:
    if name.group is None and name.market is None:
        raise InvalidParameters("Name a market or a group.", errors=[fault("market", "REQUIRED", "Or a group.")])
    if name.group is not None and name.market is not None:
        message = "A protection is of a market or of a group."
        raise InvalidParameters(errors=[fault("market", "NOT_ALLOWED", message)])


def markets_of(body: ProtectionTerms) -> list[Terms]:
    """The markets that the terms are for, all of one shard."""
    refuse_contradictions(body)
    if body.market is not None:
        if body.markets is not None:
            raise InvalidParameters(errors=[fault("markets", "NOT_ALLOWED", "Only a group has markets.")])
        return [market_named(body.market)]
    if body.markets is None:
        raise InvalidParameters(errors=[fault("markets", "REQUIRED", "A group needs its markets.")])
    found = [markets.by_symbol(symbol) for symbol in body.markets]
    faults = [
        fault(f"markets[{index}]", "UNKNOWN_MARKET", "There is no such market.")
        for index, terms in enumerate(found)
        if terms is None
    ]
    known = [terms for terms in found if terms is not None]
    if len(set(known)) < len(known):
        faults.append(fault("markets", "REPEATED", "A market is named more than once."))
    if len({terms.shard for terms in known}) > 1:
        faults.append(fault("markets", "NOT_ALLOWED", "These markets are not matched together; take a group for each."))
    if faults:
        raise InvalidParameters(errors=faults)
    return known


def refuse_elsewhere(credential: Credential, body: ProtectionTerms, shard: int) -> None:
    """A group keeps to the markets that are matched together with those it had first."""
    row = _row_of(credential, body) if body.group is not None else None
    if row is not None and row.shard != shard:
        message = "The group's markets are matched elsewhere; remove the group first, or take another name."
        raise InvalidParameters(errors=[fault("markets", "NOT_ALLOWED", message)])


def command_of(credential: Credential, chosen: list[Terms], body: ProtectionTerms) -> commands.ConfigureProtection:
    if all(limit is None for limit in (body.gross_quantity, body.net_quantity, body.notional, body.trade_count)):
        raise InvalidParameters(f"At least one of {_LIMITS} is needed.")
    amounts = Amounts(chosen[0])
    refuse_mixed(chosen, body, amounts.faults)
    quantities = (
        amounts.size("grossQuantity", body.gross_quantity),
        amounts.size("netQuantity", body.net_quantity),
        read_notional(body.notional, amounts.faults),
    )
    amounts.refuse_faults()
    return commands.ConfigureProtection(
        credential.account_id,
        credential.firm_id,
        body.group or "",
        tuple(terms.number for terms in chosen),
        body.window_ms,
        body.frozen_ms,
        *quantities,
        body.trade_count or 0,
        body.include_orders,
    )


def refuse_mixed(chosen: list[Terms], body: ProtectionTerms, faults: list[dict[str, Any]]) -> None:
    """What cannot be added up."""
    if not one_quantity(chosen):
        message = "Quantities are summed over markets of one base asset and lot size."
        for field, value in (("grossQuantity", body.gross_quantity), ("netQuantity", body.net_quantity)):
            if value is not None:
                faults.append(fault(field, "NOT_ALLOWED", message))
    if body.notional is not None and not one_currency(chosen):
        faults.append(fault("notional", "NOT_ALLOWED", "Notional is summed over markets of one quote currency."))


def read_notional(value: Decimal | None, faults: list[dict[str, Any]]) -> int:
    """In 10^-9 of the quote currency."""
    if value is None:
        return 0
    units = value.scaleb(-VALUE_EXPONENT)
    if value <= 0:
        faults.append(fault("notional", "NOT_POSITIVE", "The number must be above zero."))
    elif units > _MOST_NOTIONAL or units != int(units):
        faults.append(fault("notional", "OUT_OF_RANGE", "At most 9000000000, in steps of 0.000000001."))
    return int(units)
