"""The few commands that tests of the matcher need: a market, a quote of Alpha's, an order of Beta's."""

from typing import Any

from venue.engine import commands
from venue.engine.terms import MarketStatus, OrderType, Side, TimeInForce
from venue.tests.engine.cast import ALPHA, BETA
from venue.tests.engine.floor import MARKET, create_market
from venue.tests.matcher.shard import Shard

MAKER, TAKER = ALPHA, BETA
BID, ASK = 99, 101


def open_market(shard: Shard) -> None:
    shard.carry_out(create_market(MARKET), commands.SetMarketStatus(MARKET, MarketStatus.OPEN))


def quote(client_id: str = "", digest: int = 1, **changed: Any) -> commands.PlaceQuote:
    terms = {"bid_price": BID, "bid_size": 10, "ask_price": ASK, "ask_size": 10, "valid_for_ms": 60_000}
    return commands.PlaceQuote(
        MAKER.account, MAKER.firm, MARKET, **(terms | changed), client_id=client_id, digest=digest
    )


def order(client_id: str, price: int, lots: int, side: Side = Side.BUY) -> commands.PlaceOrder:
    """Rests if it meets nothing."""
    terms = (side, OrderType.LIMIT, price, lots)
    return commands.PlaceOrder(TAKER.account, TAKER.firm, MARKET, *terms, client_id=client_id, digest=1)


def hit(lots: int) -> commands.PlaceOrder:
    now_or_never = TimeInForce.IMMEDIATE_OR_CANCEL
    return commands.PlaceOrder(TAKER.account, TAKER.firm, MARKET, Side.BUY, OrderType.LIMIT, ASK, lots, now_or_never)


def cancel_all() -> commands.MassCancel:
    return commands.MassCancel(market=MARKET)


def nothing() -> commands.ExpireDue:
    return commands.ExpireDue()
