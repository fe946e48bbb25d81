"""Random sequences of commands for the standing proofs: few prices, small sizes, so that everything meets everything.

Hypothesis draws a seed and a length; a failure shrinks to the shortest sequence of its seed.
"""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Final, TypeVar

from hypothesis import strategies as st

from venue.engine import commands
from venue.engine.commands import Command
from venue.engine.market import MarketEngine
from venue.engine.orders import Order, Quote
from venue.engine.terms import (
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

    def __init__(self, seed: int, engine: MarketEngine) -> None:
        self._random = Random(seed)
        self._state = engine.state
        self._now = NOON
        self._kinds: list[Callable[[], Command]] = self._random.choices(
            [self.order, self.quote, self.update, self.cancel, self.mass_cancel, self.operation, self.protection],
            weights=[30, 14, 36, 8, 1, 7, 4],
            k=200,
        )

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
        )

    def quote(self) -> Command:
        member = self._one_of(CAST)
        bid = self._price()
        ask = bid + self._random.randint(0, 6)
        terms = (bid, self._size(), ask, self._size(), self._one_of([1, 50, 100, 1000, 1000, 1000]))
        more = (self._one_of([0] * 9 + [3]), self._one_of(["", "note"]))
        return commands.PlaceQuote(member.account, member.firm, self._market(), *terms, *more, *self._client())

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
            commands.SuspendFirm(member.firm),
            *[commands.ReinstateFirm(other.firm) for other in CAST],
            commands.SuspendAccount(*who),
            *[commands.ReinstateAccount(other.account, other.firm) for other in CAST],
            commands.ExpireDue(),
            create_market(MARKET),
        ]

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
