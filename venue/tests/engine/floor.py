"""A trading floor for tests: one market open, the cast known, and every command followed by the invariants."""

from typing import Any

from venue.engine import commands, events
from venue.engine.commands import Command
from venue.engine.events import Event
from venue.engine.market import MarketEngine
from venue.engine.rejects import Reject, RejectCode
from venue.engine.terms import MarketStatus, OrderType, ReferenceSource, SelfTradePrevention, Side, TimeInForce
from venue.tests.engine.cast import NAMES, Member
from venue.tests.engine.drawing import draw, resting
from venue.tests.engine.invariants import check_events, check_state

MARKET = 1
OTHER_MARKET = 2
NOON = 1_700_000_000_000

GTC = TimeInForce.GOOD_TILL_CANCEL
IOC = TimeInForce.IMMEDIATE_OR_CANCEL
FOK = TimeInForce.FILL_OR_KILL
GTD = TimeInForce.GOOD_TILL_DATE

NEWEST = SelfTradePrevention.CANCEL_NEWEST
OLDEST = SelfTradePrevention.CANCEL_OLDEST
BOTH = SelfTradePrevention.CANCEL_BOTH
DECREMENT = SelfTradePrevention.DECREMENT


def create_market(number: int, value_scale: int = 1000) -> commands.CreateMarket:
    return commands.CreateMarket(number, f"M{number}-USD", f"M{number}", "USD", "0.01", "0.0001", value_scale, 1)


def rules(market: int = MARKET, **changed: Any) -> commands.ConfigureMarket:
    """Market rules without any limit, but for what is named."""
    free = {
        "band_bps": 0,
        "max_order_size": 0,
        "min_notional": 0,
        "max_notional": 0,
        "max_position": 0,
        "maker_fee_ppm": 0,
        "taker_fee_ppm": 0,
        "reference_source": ReferenceSource.OPS,
    }
    return commands.ConfigureMarket(market=market, **{**free, **changed})


class Floor:
    """What members do, in one line each; every method answers with the events of its command."""

    def __init__(self, engine: MarketEngine | None = None) -> None:
        self.engine = engine or MarketEngine()
        self.sequence = 0
        self.now = NOON
        self.told: list[Event] = []
        for market in (MARKET, OTHER_MARKET):
            self.apply(create_market(market))
            self.apply(commands.SetMarketStatus(market, MarketStatus.OPEN))

    def apply(self, command: Command) -> list[Event]:
        self.sequence += 1
        told = self.engine.apply(self.sequence, self.now, command)
        self.told += told
        check_events(self.engine, told)
        check_state(self.engine)
        return told

    def wait(self, milliseconds: int) -> list[Event]:
        self.now += milliseconds
        return self.apply(commands.ExpireDue())

    def lay_out(self, drawing: str) -> None:
        """Fill the book with limit orders as drawn."""
        for one in resting(drawing):
            self.order(one.member, one.side, one.lots, one.price)

    def book(self, market: int = MARKET) -> str:
        return draw(self.engine, market)

    def order(self, member: Member, side: Side, lots: int, price: int, **more: Any) -> list[Event]:
        kind = OrderType.LIMIT if price else OrderType.MARKET
        market = more.pop("market", MARKET)
        return self.apply(commands.PlaceOrder(member.account, member.firm, market, side, kind, price, lots, **more))

    def buy(self, member: Member, lots: int, price: int = 0, **more: Any) -> list[Event]:
        """A limit order, or a market order without a price."""
        return self.order(member, Side.BUY, lots, price, **more)

    def sell(self, member: Member, lots: int, price: int = 0, **more: Any) -> list[Event]:
        return self.order(member, Side.SELL, lots, price, **more)

    def quote(
        self, member: Member, bid: tuple[int, int], ask: tuple[int, int], valid_for_ms: int = 30_000, **more: Any
    ) -> list[Event]:
        """A quote of (lots, price) on each side."""
        market = more.pop("market", MARKET)
        terms = (bid[1], bid[0], ask[1], ask[0])
        return self.apply(
            commands.PlaceQuote(member.account, member.firm, market, *terms, valid_for_ms=valid_for_ms, **more)
        )

    def update(self, member: Member, quote_id: int, **new: int) -> list[Event]:
        return self.apply(commands.UpdateQuotes(member.account, member.firm, (commands.QuoteUpdate(quote_id, **new),)))

    def cancel_order(self, member: Member, order_id: int) -> list[Event]:
        return self.apply(commands.CancelOrder(member.account, member.firm, order_id))

    def cancel_quote(self, member: Member, quote_id: int) -> list[Event]:
        return self.apply(commands.CancelQuote(member.account, member.firm, quote_id))

    def position(self, member: Member, market: int = MARKET) -> int:
        return self.engine.state.accounts[member.account].positions[market].net

    def exposure(self, member: Member) -> int:
        return self.engine.state.accounts[member.account].exposure


def placed(told: list[Event]) -> int:
    """The id of the order or quote that was placed."""
    return next(event.id for event in told if isinstance(event, events.OrderPlaced | events.QuotePlaced))


def trades(told: list[Event]) -> list[str]:
    """What traded, in words: "Beta buys 5 @ 101 from Alpha"."""
    return [
        f"{NAMES[event.taker.account]} {'buys' if event.taker.side is Side.BUY else 'sells'} "
        f"{event.size} @ {event.price} {'from' if event.taker.side is Side.BUY else 'to'} {NAMES[event.maker.account]}"
        for event in told
        if isinstance(event, events.Traded)
    ]


def names(told: list[Event]) -> list[str]:
    """What happened, by name."""
    return [type(event).__name__ for event in told]


def rejection(told: list[Event]) -> Reject:
    """The one refusal among the events."""
    (event,) = (event for event in told if isinstance(event, events.OrderRejected | events.CommandRejected))
    return event.reject


def rejected(told: list[Event]) -> RejectCode | None:
    """Why the command was refused; None if it was not."""
    refusals = [event for event in told if isinstance(event, events.OrderRejected | events.CommandRejected)]
    return refusals[0].reject.code if refusals else None
