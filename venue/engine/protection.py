"""Market-maker protection: what an account's resting interest has traded within a window, and the freeze when that
reaches a limit. A market of an account is under one protection at most; only fills as the maker count."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from venue.engine.accounts import NO_LIMIT
from venue.engine.commands import ConfigureProtection
from venue.engine.events import Counted, Fill, ProtectionChanged, ProtectionTriggered, Traded
from venue.engine.orders import Leg, Order, Quote
from venue.engine.rejects import Reject, RejectCode, below
from venue.engine.terms import OrderType, ProtectionLimit, Side, TimeInForce

if TYPE_CHECKING:
    from venue.engine.accounts import Account

UNTIL_RESET: Final = 1 << 62  # the end of a freeze that only a reset ends

_LARGEST: Final = (1 << 63) - 1
_RESTS: Final = frozenset({TimeInForce.GOOD_TILL_CANCEL, TimeInForce.GOOD_TILL_DATE})

Reached = tuple[ProtectionLimit, int, int]  # a limit that a sum has come to: which, the limit, the sum


class Tally:
    """Sums over fills."""

    __slots__ = ("gross", "net", "notional", "trades")

    def __init__(self, gross: int = 0, net: int = 0, notional: int = 0, trades: int = 0) -> None:
        self.gross = gross
        self.net = net
        self.notional = notional
        self.trades = trades

    def add(self, lots: int, notional: int) -> None:
        self.gross += abs(lots)
        self.net += lots
        self.notional += notional
        self.trades += 1

    def take_back(self, fill: Counted) -> None:
        self.gross -= abs(fill.lots)
        self.net -= fill.lots
        self.notional -= fill.notional
        self.trades -= 1

    def copy(self) -> Tally:
        return Tally(self.gross, self.net, self.notional, self.trades)


class Protection:
    """The terms of one market or group of an account, the fills within its window, and its freeze."""

    __slots__ = ("_bounds", "_tally", "account", "counted_from", "fills", "frozen_until", "terms", "trigger")

    def __init__(self, account: Account, terms: ConfigureProtection, sequence: int) -> None:
        self.account = account
        self.frozen_until = 0
        self.trigger: ProtectionTriggered | None = None  # the last one
        self.configure(terms, sequence)

    @property
    def key(self) -> str | int:
        """What names it among those of its account."""
        return key_of(self.terms.group, self.terms.markets[0])

    def configure(self, terms: ConfigureProtection, sequence: int) -> None:
        """New terms count from now on. A freeze goes on as it was."""
        self.terms = terms
        limits = (terms.gross_quantity, terms.net_quantity, terms.notional, terms.trade_count)
        self._bounds = tuple(limit or NO_LIMIT for limit in limits)
        self.start_over(sequence)

    def start_over(self, sequence: int) -> None:
        self.counted_from = sequence
        self.fills: deque[Counted] = deque()
        self._tally = Tally()

    def picture(self) -> tuple[int, ProtectionTriggered | None, int, deque[Counted], Tally]:
        """All that fills change, to be put back by `restore`."""
        return self.frozen_until, self.trigger, self.counted_from, self.fills.copy(), self._tally.copy()

    def restore(self, picture: tuple[int, ProtectionTriggered | None, int, deque[Counted], Tally]) -> None:
        self.frozen_until, self.trigger, self.counted_from, self.fills, self._tally = picture

    def reset(self, sequence: int) -> None:
        self.frozen_until = 0
        self.start_over(sequence)

    def count(self, traded: Traded, now: int) -> ProtectionTriggered | None:
        """Take a fill of what it covers into the window; the trigger, if that reaches a limit."""
        if now < self.frozen_until:
            return None
        market = self.account.positions[traded.market].market
        fill = Counted(now, lots_of(traded.maker, traded.size), traded.price * traded.size * market.value_scale)
        self.record(fill)
        reached = self.reached(self.tally(now))
        return self._freeze(traded, reached, now) if reached else None

    def record(self, fill: Counted) -> None:
        self.fills.append(fill)
        self._tally.add(fill.lots, fill.notional)

    def tally(self, now: int) -> Tally:
        """The sums over the fills of the last `window_ms`."""
        fills, since = self.fills, now - self.terms.window_ms
        while fills and fills[0].at <= since:
            self._tally.take_back(fills.popleft())
        return self._tally

    def reached(self, tally: Tally) -> Reached | None:
        """The first limit that a sum has come to."""
        gross, net, notional, trades = self._bounds
        if tally.gross < gross and -net < tally.net < net and tally.notional < notional and tally.trades < trades:
            return None
        terms = self.terms
        for cause, limit, observed in (
            (ProtectionLimit.GROSS_QUANTITY, terms.gross_quantity, tally.gross),
            (ProtectionLimit.NET_QUANTITY, terms.net_quantity, abs(tally.net)),
            (ProtectionLimit.NOTIONAL, terms.notional, tally.notional),
            (ProtectionLimit.TRADE_COUNT, terms.trade_count, tally.trades),
        ):
            if limit and observed >= limit:
                return cause, limit, min(observed, _LARGEST)
        return None

    def _freeze(self, traded: Traded, reached: Reached, now: int) -> ProtectionTriggered:
        """After the freeze it counts from nothing."""
        terms = self.terms
        self.frozen_until = now + terms.frozen_ms if terms.frozen_ms else UNTIL_RESET
        self.start_over(self.counted_from)
        where = (terms.account, self.account.firm, terms.group, traded.market, traded.id)
        self.trigger = ProtectionTriggered(*where, *reached, terms.window_ms, now, self.frozen_until)
        return self.trigger

    def refusal(self, now: int) -> Reject | None:
        """While it is frozen: for how many ms it is frozen, how many have passed, and how many are missing. All are 0
        where only a reset ends it."""
        if now >= self.frozen_until:
            return None
        if self.frozen_until == UNTIL_RESET or self.trigger is None:
            return Reject(RejectCode.PROTECTION_FROZEN)
        return below(RejectCode.PROTECTION_FROZEN, self.frozen_until - self.trigger.at, now - self.trigger.at)

    def covers(self, entity: Order | Quote) -> bool:
        """Whether a freeze cancels it: quotes always, one-sided orders if the terms say so."""
        return self.terms.include_orders or isinstance(entity, Quote)

    def covered(self) -> list[Order | Quote]:
        """All that is open and goes with a freeze."""
        return [one for one in self.account.open.values() if one.position.protection is self and self.covers(one)]

    def changed(self) -> ProtectionChanged:
        terms = self.terms
        limits = (terms.gross_quantity, terms.net_quantity, terms.notional, terms.trade_count)
        return ProtectionChanged(
            terms.account,
            self.account.firm,
            terms.group,
            terms.markets,
            terms.window_ms,
            terms.frozen_ms,
            *limits,
            terms.include_orders,
            self.frozen_until,
            self.counted_from,
        )


def key_of(group: str, market: int) -> str | int:
    """A group's name, or the market's number where there is no group."""
    return group or market


def lots_of(fill: Fill, size: int) -> int:
    return size if fill.side is Side.BUY else -size


def rests(entity: Order | Quote) -> bool:
    """Whether it may come to rest; what cannot is no maker."""
    if isinstance(entity, Quote):
        return True
    return entity.type is OrderType.LIMIT and entity.time_in_force in _RESTS


def survivors(legs: Iterable[Leg], firm: int, now: int) -> Iterator[Leg]:
    """Of legs in trading order those that an aggressor of `firm` would come to, taking each whole: not those that a
    protection cancels on the way."""
    tallies: dict[Protection, Tally] = {}
    gone: set[Protection] = set()
    for leg in legs:
        owner = leg.owner
        protection = owner.position.protection
        if protection is None or owner.firm == firm:
            yield leg
            continue
        if protection in gone and protection.covers(owner):
            continue
        yield leg
        if protection not in gone and now >= protection.frozen_until:
            tally = tallies.setdefault(protection, protection.tally(now).copy())
            lots = leg.leaves if leg.side is Side.BUY else -leg.leaves
            tally.add(lots, leg.price * leg.leaves * owner.market.value_scale)
            if protection.reached(tally):
                gone.add(protection)
