"""Market-maker protection once more, simple and slow: every fill is kept and summed anew each time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from venue.engine import commands, events
from venue.engine.rejects import Reject, RejectCode
from venue.engine.terms import CancelReason, Kind, OrderType, ProtectionLimit, Side, TimeInForce

NEVER = 1 << 62


@dataclass
class MadeFill:
    at: int
    lots: int  # negative: sold
    notional: int


@dataclass(eq=False)
class NaiveProtection:
    terms: commands.ConfigureProtection
    counted_from: int
    frozen_at: int = 0
    frozen_until: int = 0
    fills: list[MadeFill] = field(default_factory=list)

    def is_named(self, account: int, group: str, market: int) -> bool:
        own = 0 if self.terms.group else self.terms.markets[0]
        return (self.terms.account, self.terms.group, own) == (account, group, 0 if group else market)

    def within(self, now: int) -> list[MadeFill]:
        return [fill for fill in self.fills if now - fill.at < self.terms.window_ms]

    def cause(self, fills: list[MadeFill]) -> tuple[ProtectionLimit, int, int] | None:
        sums = (
            (ProtectionLimit.GROSS_QUANTITY, self.terms.gross_quantity, sum(abs(fill.lots) for fill in fills)),
            (ProtectionLimit.NET_QUANTITY, self.terms.net_quantity, abs(sum(fill.lots for fill in fills))),
            (ProtectionLimit.NOTIONAL, self.terms.notional, sum(fill.notional for fill in fills)),
            (ProtectionLimit.TRADE_COUNT, self.terms.trade_count, len(fills)),
        )
        reached = [one for one in sums if one[1] and one[2] >= one[1]]
        return reached[0] if reached else None


class NaiveProtections:
    """Part of the naive engine, whose attributes it uses."""

    now: int
    sequence: int
    told: list[Any]
    firms: dict[int, int]
    markets: dict[int, Any]
    protections: list[NaiveProtection]
    open: Any
    refuse: Any
    end_all: Any

    def protection_of(self, account: int, market: int) -> NaiveProtection | None:
        found = [one for one in self.protections if one.terms.account == account and market in one.terms.markets]
        return found[0] if found else None

    def covered(self, protection: NaiveProtection, entity: Any) -> bool:
        command = entity.command
        mine = self.protection_of(command.account, command.market) is protection
        return mine and (entity.kind is Kind.QUOTE or protection.terms.include_orders)

    def freeze_of(self, account: int, market: int) -> Reject | None:
        one = self.protection_of(account, market)
        if one is None or self.now >= one.frozen_until:
            return None
        if one.frozen_until == NEVER:
            return Reject(RejectCode.PROTECTION_FROZEN)
        lasts, passed = one.frozen_until - one.frozen_at, self.now - one.frozen_at
        return Reject(RejectCode.PROTECTION_FROZEN, lasts, passed, passed - lasts)

    def protection_fault(self, command: commands.PlaceOrder | commands.PlaceQuote) -> Reject | None:
        one = self.protection_of(command.account, command.market)
        if isinstance(command, commands.PlaceOrder):
            takes = command.type is OrderType.MARKET or command.time_in_force in (
                TimeInForce.IMMEDIATE_OR_CANCEL,
                TimeInForce.FILL_OR_KILL,
            )
            if takes or one is None or not one.terms.include_orders:
                return None
        return self.freeze_of(command.account, command.market)

    def made(self, leg: Any, lots: int, price: int) -> MadeFill:
        scale = self.markets[leg.entity.command.market].terms.value_scale
        return MadeFill(self.now, lots if leg.side is Side.BUY else -lots, price * lots * scale)

    def protect(self, maker: Any, lots: int, price: int, trade: int) -> None:
        command = maker.entity.command
        one = self.protection_of(command.account, command.market)
        if one is None or self.now < one.frozen_until:
            return
        one.fills.append(self.made(maker, lots, price))
        cause = one.cause(one.within(self.now))
        if cause is None:
            return
        terms = one.terms
        one.fills = []
        one.frozen_at, one.frozen_until = self.now, self.now + terms.frozen_ms if terms.frozen_ms else NEVER
        where = (terms.account, self.firms[terms.account], terms.group, command.market, trade)
        self.told.append(events.ProtectionTriggered(*where, *cause, terms.window_ms, self.now, one.frozen_until))
        self.end_all([each for each in self.open() if self.covered(one, each)], CancelReason.PROTECTION)

    def met(self, legs: Iterable[Any], firm: int) -> list[Any]:
        """What an aggressor that takes everything would come to, protections and what they cancel considered."""
        found: list[Any] = []
        fills: dict[NaiveProtection, list[MadeFill]] = {}
        for leg in legs:
            command = leg.entity.command
            one = self.protection_of(command.account, command.market)
            if one is not None and one.cause(fills.get(one, [])) and self.covered(one, leg.entity):
                continue
            found.append(leg)
            if one is None or self.firms[command.account] == firm or self.now < one.frozen_until:
                continue
            fills.setdefault(one, one.within(self.now)).append(self.made(leg, leg.leaves, leg.price))
        return found

    def ConfigureProtection(self, command: commands.ConfigureProtection) -> None:
        own = self.protection_named(command.account, command.group, command.markets[0])
        for market in command.markets:
            other = self.protection_of(command.account, market)
            code = RejectCode.MARKET_PROTECTED if other is not None and other is not own else None
            if market not in self.markets:
                code = RejectCode.UNKNOWN_MARKET
            if code is not None:
                return self.refuse(Kind.ANY, 0, market, command.account, "", Reject(code))
        if own is None:
            own = NaiveProtection(command, self.sequence)
            self.protections.append(own)
        own.terms, own.counted_from, own.fills = command, self.sequence, []
        self.protection_changed(own)
        if self.now < own.frozen_until:
            self.end_all([each for each in self.open() if self.covered(own, each)], CancelReason.PROTECTION)
        return None

    def ResetProtection(self, command: commands.ResetProtection) -> None:
        own = self.protection_named(command.account, command.group, command.market)
        if own is None:
            return self.refuse_unknown(command)
        own.frozen_until, own.counted_from, own.fills = 0, self.sequence, []
        return self.protection_changed(own)

    def RemoveProtection(self, command: commands.RemoveProtection) -> None:
        own = self.protection_named(command.account, command.group, command.market)
        if own is None:
            return self.refuse_unknown(command)
        self.protections.remove(own)
        owner = (command.account, self.firms[command.account])
        self.told.append(events.ProtectionRemoved(*owner, command.group, command.market))
        return None

    def refuse_unknown(self, command: commands.ResetProtection | commands.RemoveProtection) -> None:
        reject = Reject(RejectCode.UNKNOWN_PROTECTION)
        self.refuse(Kind.ANY, 0, command.market, command.account, "", reject, command.firm)

    def protection_named(self, account: int, group: str, market: int) -> NaiveProtection | None:
        found = [one for one in self.protections if one.is_named(account, group, market)]
        return found[0] if found else None

    def protection_changed(self, one: NaiveProtection) -> None:
        terms: dict[str, Any] = {name: getattr(one.terms, name) for name in one.terms.__struct_fields__}
        terms |= {"firm": self.firms[one.terms.account], "frozen_until": one.frozen_until}
        self.told.append(events.ProtectionChanged(**terms, counted_from=one.counted_from))
