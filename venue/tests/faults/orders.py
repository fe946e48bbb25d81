"""Single commands for tests that send by hand: a quote of Alpha's and the order that hits it."""

from typing import Any

from venue.engine import commands
from venue.engine.terms import OrderType, Side, TimeInForce
from venue.tests.faults.arena import Arena

MARKET = 3  # nobody else trades here
BID, ASK = 14_990, 15_010


def quote(arena: Arena, client_id: str, **changed: Any) -> commands.PlaceQuote:
    account, firm = arena.account("alpha-1")
    terms = {"bid_price": BID, "bid_size": 5, "ask_price": ASK, "ask_size": 5, "valid_for_ms": 120_000}
    return commands.PlaceQuote(account, firm, MARKET, **(terms | changed), client_id=client_id, digest=1)


def buy(arena: Arena, lots: int) -> commands.PlaceOrder:
    account, firm = arena.account("beta-1")
    now_or_never = TimeInForce.IMMEDIATE_OR_CANCEL
    return commands.PlaceOrder(account, firm, MARKET, Side.BUY, OrderType.LIMIT, ASK, lots, now_or_never)


def clear(arena: Arena) -> commands.MassCancel:
    """Everything of the market."""
    return commands.MassCancel(market=MARKET)
