"""A standing proof: who follows the drop copy from the first report on arrives at the order, quote and trade rows."""

import random
from decimal import Decimal
from typing import Any, Final

from mmapi.tests.stream import StreamProcess, following
from quotes.models import Quote
from venue.models import Order, Trade
from venue.notation import entity_id
from venue.serializers import STATUS_WORDS
from venue.tests.cast import Trader

REST_STATUS: Final = {
    "New": "open",
    "PartiallyFilled": "partially_filled",
    "Filled": "filled",
    "Canceled": "cancelled",
    "Rejected": "rejected",
    "Expired": "expired",
}
State = tuple[Any, ...]


class Book:
    """What a firm's own system makes of the reports alone."""

    def __init__(self) -> None:
        self.orders: dict[str, State] = {}
        self.quotes: dict[str, State] = {}
        self.trades: dict[tuple[str, str], State] = {}

    def take(self, report: dict[str, Any]) -> None:
        if report["execType"] == "Trade":
            self._trade(report)
        elif report["execType"] == "Rejected" and "orderQty" not in report:
            return  # nothing was entered or changed
        if "orderId" in report:
            self.orders[report["orderId"]] = (
                REST_STATUS[report["ordStatus"]],
                report.get("price"),
                report["orderQty"],
                report["cumQty"],
            )
        else:
            self._quote(report)

    def _trade(self, report: dict[str, Any]) -> None:
        owner = report.get("orderId") or report["quoteId"]
        terms = (report["side"], report["lastPx"], report["lastQty"], report["fee"])
        self.trades[report["tradeId"], owner] = terms

    def _quote(self, report: dict[str, Any]) -> None:
        status = REST_STATUS[report["ordStatus"]]
        if "side" not in report:
            sides = [(report[f"{side}Price"], report[f"{side}Qty"], report[f"{side}CumQty"]) for side in ("bid", "ask")]
            self.quotes[report["quoteId"]] = (status, *sides)
            return
        _, bid, ask = self.quotes[report["quoteId"]]
        leg = (report["price"], report["orderQty"], report["cumQty"])
        self.quotes[report["quoteId"]] = (status, leg, ask) if report["side"] == "buy" else (status, bid, leg)


def rows(trader: Trader) -> Book:
    found, firm, market = Book(), trader.party.firm.pk, trader.market
    for order in Order.objects.filter(firm_id=firm):
        price = market.price(order.price) if order.price else None
        state = (STATUS_WORDS[order.status], price, market.size(order.size), market.size(order.filled))  # type: ignore[index]
        found.orders[entity_id("order", order.pk)] = state
    for quote in Quote.objects.filter(firm_id=firm):
        bid = (market.price(quote.bid_price), market.size(quote.bid_size), market.size(quote.bid_filled))
        ask = (market.price(quote.ask_price), market.size(quote.ask_size), market.size(quote.ask_filled))
        found.quotes[entity_id("quote", quote.pk)] = (STATUS_WORDS[quote.status], bid, ask)  # type: ignore[index]
    for trade in Trade.objects.filter(market_id=market.number):
        for party, side in (("maker", 3 - trade.aggressor_side), ("taker", trade.aggressor_side)):
            if getattr(trade, f"{party}_firm_id") == firm:
                kind = {1: "order", 2: "quote"}[getattr(trade, f"{party}_kind")]
                key = (entity_id("trade", trade.pk), entity_id(kind, getattr(trade, f"{party}_entity_id")))
                fee = market.fee(getattr(trade, f"{party}_fee"))
                terms = ({1: "buy", 2: "sell"}[side], market.price(trade.price), market.size(trade.size), fee)
                found.trades[key] = terms
    return found


def trade_at_random(alpha: Trader, beta: Trader) -> None:
    chance = random.Random(11)
    quotes: list[str] = []
    for _ in range(120):
        middle = 50000 + chance.randrange(-20, 20)
        what = chance.randrange(6)
        if what == 0:
            size = chance.randrange(1, 6)
            terms = alpha.quote_body(bidPrice=middle - 10, askPrice=middle + 10, bidSize=size)
            answer = alpha.post("/api/sdk/quotes", terms)
            quotes += [answer.body["quoteId"]] if answer.status == 201 else []
        elif what == 1 and quotes:
            alpha.patch(f"/api/sdk/quotes/{chance.choice(quotes)}", {"bidPrice": middle - 15, "askSize": 3})
        elif what == 2 and quotes:
            alpha.delete(f"/api/sdk/quotes/{chance.choice(quotes)}")
        elif what == 3:
            body = beta.order_body(chance.choice(("buy", "sell")), 2, None, type="market")
            beta.post("/api/v1/orders", body)
        else:
            side, force = chance.choice(("buy", "sell")), chance.choice(("GTC", "GTC", "IOC", "FOK"))
            trader = chance.choice((alpha, beta))
            trader.post("/api/v1/orders", trader.order_body(side, 1.5, middle, timeInForce=force))
    beta.delete("/api/v1/orders", {})


def test_drop_copy_from_the_first_report_is_the_rows(stream: StreamProcess, alpha: Trader, beta: Trader) -> None:
    with following(stream, alpha, "?from=0") as alphas, following(stream, beta, "?from=0") as betas:
        trade_at_random(alpha, beta)
        for trader, follower in ((alpha, alphas), (beta, betas)):
            last = trader.get("/api/v1/mm/dropcopy").body["streams"][0]["last"]
            follower.until_report(last)
            told, written = Book(), rows(trader)
            for report in follower.reports:
                told.take(report)
            assert [report["sequence"] for report in follower.reports] == list(range(1, last + 1))
            assert (len(written.orders), len(written.trades)) > (10, 10)
            assert told.orders == written.orders
            assert told.quotes == written.quotes
            assert told.trades == written.trades
    assert isinstance(alphas.reports[0]["transactTime"], str)
    assert Decimal(0) not in {terms[2] for terms in told.trades.values()}
