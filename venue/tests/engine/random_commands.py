"""Random sequences of commands for the standing proofs: few prices, small sizes, so that everything meets everything.

Hypothesis draws a seed and a length; a failure shrinks to the shortest sequence of its seed.
"""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final, TypeVar

import msgspec
from hypothesis import strategies as st

from venue.engine import commands
from venue.engine.commands import Command
from venue.engine.market import MarketEngine
from venue.engine.orders import Order, Quote
from venue.engine.terms import (
    Atomicity,
    CancelScope,
    DisconnectScope,
    Kind,
    MarketStatus,
    OrderType,
    ReferenceSource,
    SelfTradePrevention,
    Side,
    TimeInForce,
)
from venue.tests.engine.cast import CAST, Member
from venue.tests.engine.floor import MARKET, NOON, OTHER_MARKET, create_market

T = TypeVar("T")

UNKNOWN_MARKET: Final = 9
UNKNOWN_ID: Final = 77
VALUE: Final = 1000  # of one lot at one tick

seeds = st.integers(0, 2**32 - 1)


class RandomCommands:
    """Commands for an engine, drawn one by one with an eye on what is open there; each with its time."""

    def __init__(self, seed: int, engine: MarketEngine, *, of_makers: bool = False) -> None:
        """`of_makers` adds batches, amendments and locks, which the naive engine knows nothing of."""
        self._random = Random(seed)
        self._state = engine.state
        self._now = NOON
        self._kinds: list[Callable[[], Command]] = self._random.choices(
            [
                *(self.order, self.quote, self.update, self.cancel, self.mass_cancel, self.operation),
                *(self.disconnect, self.protection),
            ],
            weights=[30, 14, 36, 8, 1, 7, 5, 4],
            k=200,
        )
        if of_makers:
            more = [self.batch, self.replace, self.cancel_replace, self.locking_mass_cancel]
            self._kinds += self._random.choices(more, weights=[6, 3, 2, 1], k=120)
            self._random.shuffle(self._kinds)

    def take(self, length: int) -> Iterator[tuple[int, Command]]:
        """Two open markets, mostly with a band and limits, then `length` commands. Each is drawn after the one
        before it was applied."""
        for number, scale in ((MARKET, VALUE), (OTHER_MARKET, 3)):
            yield self._now, create_market(number, scale)
            yield self._now, commands.SetMarketStatus(number, MarketStatus.OPEN)
        if self._random.random() < 0.8:
            yield self._now, self._rules(MARKET)
            yield self._now, commands.SetReferencePrice(MARKET, self._random.randint(98, 102))
            yield self._now, self._risk_limits()
        for step in range(length):
            self._now += self._one_of([0] * 16 + [1, 10, 40, 120])
            yield self._now, self._kinds[step % len(self._kinds)]()

    def _one_of(self, values: Sequence[T]) -> T:
        return self._random.choice(values)

    def _maybe(self, value: int) -> int:
        return self._one_of([0, value])

    def _price(self) -> int:
        return self._random.randint(96, 104)

    def _size(self) -> int:
        return self._random.randint(1, 6)

    def _market(self) -> int:
        return self._one_of([MARKET] * 16 + [OTHER_MARKET] * 3 + [UNKNOWN_MARKET])

    def _client(self) -> tuple[str, int]:
        return self._one_of(["", "", "", "", "a", "b", "c"]), self._random.randint(1, 2)

    def order(self) -> Command:
        member = self._one_of(CAST)
        kind = self._one_of([OrderType.LIMIT] * 6 + [OrderType.MARKET])
        kept = self._one_of([TimeInForce.GOOD_TILL_CANCEL] * 5 + list(TimeInForce))
        return commands.PlaceOrder(
            member.account,
            member.firm,
            self._market(),
            self._one_of(list(Side)),
            kind,
            self._price() if kind is OrderType.LIMIT else 0,
            self._size(),
            kept,
            self._now + self._random.randint(-5, 300) if kept is TimeInForce.GOOD_TILL_DATE else 0,
            kind is OrderType.LIMIT and self._random.random() < 0.1,
            self._one_of(list(SelfTradePrevention)),
            self._one_of([0] * 9 + [3]),
            *self._client(),
            self._session(),
        )

    def quote(self) -> Command:
        member = self._one_of(CAST)
        bid = self._price()
        ask = bid + self._random.randint(0, 6)
        terms = (bid, self._size(), ask, self._size(), self._one_of([1, 50, 100, 1000, 1000, 1000]))
        more = (self._one_of([0] * 9 + [3]), self._one_of(["", "note"]))
        return commands.PlaceQuote(
            member.account, member.firm, self._market(), *terms, *more, *self._client(), self._session()
        )

    def update(self) -> Command:
        """One to three quotes; mostly of one account, mostly by prices alone."""
        if not self._state.quotes and self._random.random() < 0.9:
            return self.quote()
        quotes = [self._quote() for _ in range(self._random.randint(1, 3))]
        account, firm = self._owner(quotes[0])
        return commands.UpdateQuotes(account, firm, tuple(map(self._change, quotes)))

    def _change(self, quote: Quote | None) -> commands.QuoteUpdate:
        if quote is None:
            return commands.QuoteUpdate(UNKNOWN_ID, self._price())
        if self._random.random() < 0.5:
            shift = self._random.randint(-2, 2)
            terms = (quote.bid.price + shift, self._maybe(quote.bid.size), quote.ask.price + shift, quote.ask.size)
        else:
            terms = tuple(map(self._maybe, (self._price(), self._size(), self._price(), self._size())))  # type: ignore[assignment]
        return commands.QuoteUpdate(quote.id, *terms, self._maybe(self._one_of([1, 50, 100, 1000, 1000])))

    def cancel(self) -> Command:
        if self._random.random() < 0.5:
            order = self._one_of([*self._state.orders.values(), None])
            return commands.CancelOrder(*self._owner(order), order.id if order else UNKNOWN_ID)
        quote = self._quote() if self._random.random() < 0.4 else None
        return commands.CancelQuote(*self._owner(quote), quote.id if quote else UNKNOWN_ID)

    def _quote(self) -> Quote | None:
        known: list[Quote | None] = [*self._state.quotes.values()]
        return self._one_of(known * 30 + [None])

    def _owner(self, entity: Order | Quote | None) -> tuple[int, int]:
        if entity is None or self._random.random() < 0.03:
            member = self._one_of(CAST)
            return member.account, member.firm
        return entity.account.id, entity.firm

    def mass_cancel(self) -> Command:
        account = self._one_of([0, *(member.account for member in CAST)])
        return commands.MassCancel(
            account, self._one_of([0, 0, 1, 2]), self._one_of([0, 0, MARKET]), self._one_of(list(Kind))
        )

    def locking_mass_cancel(self) -> Command:
        member, lock = self._one_of(CAST), self._one_of([0, 0, 50, -1])
        if self._random.random() < 0.3:
            return commands.ResetLocks(member.account, member.firm)
        scope = (self._one_of([0, MARKET]), self._one_of(list(Kind)))
        side, session = self._one_of([0, 1, 2]), self._one_of([0, 0, 7])
        return commands.MassCancel(member.account, member.firm, *scope, side=side, session=session, lock_ms=lock)

    def batch(self) -> Command:
        """One or two markets; what it names is mostly open, and mostly the account's own."""
        member = self._one_of(CAST)
        parts = tuple(self._part(member, market) for market in self._one_of([[MARKET]] * 4 + [[MARKET, OTHER_MARKET]]))
        return commands.Batch(
            member.account,
            member.firm,
            self._one_of(list(Atomicity)),
            parts,
            self._maybe(self._now + self._one_of([-1, 500])),
            self._random.random() < 0.1,
            0,
            self._one_of([0, 7]),
            self._one_of(["", "", "", "x", "y"]),
            self._random.randint(1, 2),
        )

    def _part(self, member: Member, market: int) -> commands.MarketBatch:
        own = [one for one in self._state.quotes.values() if one.account.id == member.account]
        return commands.MarketBatch(
            market,
            self._one_of([CancelScope.NONE] * 4 + list(CancelScope)),
            tuple(self._target(member) for _ in range(self._one_of([0, 0, 1, 2]))),
            tuple(self._batch_quote(own) for _ in range(self._random.randint(0, 4))),
            tuple(self._batch_order(member, market) for _ in range(self._one_of([0, 0, 1, 2]))),
        )

    def _batch_quote(self, own: list[Quote]) -> commands.BatchQuote:
        bid = self._price()
        ask = bid + self._random.randint(0 if self._random.random() < 0.1 else 1, 6)
        terms = (bid, self._size(), ask, self._size(), self._one_of([50, 1000, 1000]))
        post_only = self._random.random() < 0.1
        if own and self._random.random() < 0.5:  # nothing but other prices, as most are
            quote, shift = self._one_of(own), self._random.randint(-2, 2)
            moved = (quote.bid.price + shift, quote.bid.size, quote.ask.price + shift, quote.ask.size)
            return commands.BatchQuote(*moved, terms[-1], quote.id, "", post_only)
        if own and self._random.random() < 0.6:
            return commands.BatchQuote(*terms, self._one_of(own).id, "", post_only)
        return commands.BatchQuote(*terms, 0, self._client()[0], post_only)

    def _batch_order(self, member: Member, market: int) -> commands.PlaceOrder:
        made = self.order()
        assert isinstance(made, commands.PlaceOrder)
        return msgspec.structs.replace(made, account=member.account, firm=member.firm, market=market, session=7)

    def _target(self, member: Member) -> commands.Target:
        open_ones = [one.id for one in self._state.everything_open() if one.account.id == member.account]
        by_name = commands.Target(0, self._client()[0] or "a", self._one_of(list(Kind)))
        return self._one_of([commands.Target(self._one_of([*open_ones, UNKNOWN_ID])), by_name])

    def replace(self) -> Command:
        member = self._one_of(CAST)
        terms = (self._maybe(self._price()), self._maybe(self._size()))
        if self._random.random() < 0.5:
            who = (member.account, member.firm, self._target(member))
            return commands.ReplaceLeg(*who, self._one_of(list(Side)), *terms)
        name = self._one_of(["", "", "d", "e"])
        return commands.ReplaceOrder(member.account, member.firm, self._target(member), *terms, name)

    def cancel_replace(self) -> Command:
        member = self._one_of(CAST)
        placed = self._one_of([self.order, self.quote])()
        assert isinstance(placed, commands.PlaceOrder | commands.PlaceQuote)
        placed = msgspec.structs.replace(placed, account=member.account, firm=member.firm)
        modes = (self._one_of([True, False]), self._one_of([True, False]), self._one_of([-1, -1, 0, 1]))
        return commands.CancelReplace(member.account, member.firm, self._target(member), placed, *modes)

    def operation(self) -> Command:
        member = self._one_of(CAST)
        who = (member.account, member.firm)
        return self._one_of(self._operations(member, who))

    def _operations(self, member: Member, who: tuple[int, int]) -> list[Command]:
        return [
            self._rules(self._market()),
            self._rules(self._market()),
            commands.SetMarketStatus(self._market(), self._one_of([MarketStatus.OPEN] * 6 + list(MarketStatus))),
            commands.SetMarketStatus(MARKET, MarketStatus.OPEN),
            commands.SetReferencePrice(self._market(), self._price()),
            self._risk_limits(),
            commands.SetPositionLimit(*who, self._market(), self._one_of([0, 10, 25])),
            commands.SetFeeRates(*who, self._market(), self._one_of([0, -30, 7]), self._one_of([0, -2, 40])),
            commands.SetFeeRates(*who, MARKET, self._one_of([-125, 30]), 11),
            commands.RemoveFeeRates(*who, self._market()),
            commands.SuspendFirm(member.firm),
            *[commands.ReinstateFirm(other.firm) for other in CAST],
            commands.SuspendAccount(*who),
            *[commands.ReinstateAccount(other.account, other.firm) for other in CAST],
            commands.ExpireDue(),
            create_market(MARKET),
        ]

    def disconnect(self) -> Command:
        """Settings of cancel-on-disconnect, mostly fired soon after, and what arms and unlocks them again."""
        settings = [*self._state.disconnects.values()]
        session = self._session()
        if settings and self._random.random() < 0.5:
            one = self._one_of(settings)
            return commands.FireDisconnect(*one.key, self._now - self._random.randint(-3, 40), self._now)
        member = self._one_of(CAST)
        who = (member.account, member.firm)
        scope = self._one_of(list(DisconnectScope))
        market = self._one_of([MARKET, OTHER_MARKET]) if scope is DisconnectScope.MARKET else 0
        timeout_ms, lock = self._one_of([0, 5, 50, 50]), self._random.random() < 0.3
        made: list[Command] = [
            commands.ConfigureDisconnect(*who, session, scope, market, timeout_ms, lock, self._now, "key", "s"),
            commands.FireDisconnect(session, scope, market, self._now, self._now),
            commands.RearmDisconnect(session, self._now),
            commands.UnlockSession(*who, session, self._now),
            commands.CloseSession(*who, session),
        ]
        return self._one_of(made)

    def _session(self) -> int:
        return self._one_of([0, 0, 1, 2])

    def protection(self) -> Command:
        """Of one market or a group, with limits that are reached soon."""
        known = [one.terms for account in self._state.accounts.values() for one in account.protections.values()]
        if known and self._random.random() < 0.4:
            terms = self._one_of(known)
            who = (terms.account, terms.firm, terms.group, 0 if terms.group else terms.markets[0])
            what = self._one_of([commands.ResetProtection] * 4 + [commands.RemoveProtection])
            return what(*who) if self._random.random() < 0.9 else what(*who[:2], "unknown")
        return self._protection()

    def _protection(self) -> Command:
        member, pick = self._one_of(CAST), self._one_of
        group, market = pick(["", "majors", "minors"]), self._market()
        who = (member.account, member.firm, group)
        markets = pick([(market,), (MARKET, OTHER_MARKET)]) if group else (market,)
        limits = (pick([0, 6]), pick([0, 4]), pick([0, 900 * VALUE]), pick([0, 1, 3]))
        times = (pick([1, 40, 200, 10_000]), pick([0, 30, 30, 100]))
        return commands.ConfigureProtection(*who, markets, *times, *limits, pick([False, True]))

    def _risk_limits(self) -> commands.SetRiskLimits:
        member = self._one_of(CAST)
        exposure = self._one_of([0, 1000, 1500, 2000, 4000]) * VALUE
        return commands.SetRiskLimits(member.account, member.firm, self._one_of([0, 0, 3, 6]), exposure)

    def _rules(self, market: int) -> commands.ConfigureMarket:
        pick = self._one_of
        return commands.ConfigureMarket(
            market,
            pick([0, 200, 400, 400, 1000]),
            pick([0, 0, 5]),
            pick([0, 0, 0, 200 * VALUE]),
            pick([0, 0, 0, 500 * VALUE]),
            pick([0, 0, 15]),
            pick([0, -20]),
            pick([0, 50]),
            pick(list(ReferenceSource)),
            pick([0] * 6 + [100]),
        )
