"""A taker trades against a quote: the quote fills, and both sides see their part with its fee."""

from decimal import Decimal

from venue.tests.cast import Trader


def test_a_taker_fills_the_quote_and_both_see_it(alpha: Trader, beta: Trader) -> None:
    quote = alpha.quote(clientQuoteId="q-1")
    order = beta.order("buy", 1, 50100, clientOrderId="o-1")
    assert (order["status"], order["filledSize"], order["averagePrice"]) == ("filled", 1, 50100)
    after = alpha.read_quote(quote)
    assert (after["status"], after["askFilled"], after["bidFilled"]) == ("partially_filled", 1, 0)
    assert after["updatedAt"] > quote["updatedAt"]

    made, taken = (trader.get("/api/v1/trades").body["trades"] for trader in (alpha, beta))
    assert len(made) == len(taken) == 1
    assert made[0] == {
        "tradeId": taken[0]["tradeId"],
        "market": alpha.market.symbol,
        "quoteId": quote["quoteId"],
        "clientQuoteId": "q-1",
        "side": "sell",
        "price": 50100,
        "size": 1,
        "fee": Decimal("5.01"),
        "feeCurrency": "USD",
        "liquidity": "maker",
        "executedAt": taken[0]["executedAt"],
    }
    assert (taken[0]["orderId"], taken[0]["clientOrderId"]) == (order["orderId"], "o-1")
    assert (taken[0]["side"], taken[0]["liquidity"], taken[0]["fee"]) == ("buy", "taker", Decimal("25.05"))


def test_both_sides_filled_is_filled(alpha: Trader, beta: Trader) -> None:
    quote = alpha.quote(bidSize=1, askSize=2)
    beta.order("sell", 1, 49900)
    assert alpha.read_quote(quote)["status"] == "partially_filled"
    beta.order("buy", 2, 50100)
    after = alpha.read_quote(quote)
    assert (after["status"], after["bidFilled"], after["askFilled"]) == ("filled", 1, 2)


def test_a_side_that_is_filled_leaves_the_book_and_the_other_stays(alpha: Trader, beta: Trader) -> None:
    alpha.quote(bidSize=1)
    beta.order("sell", 1, 49900)
    assert beta.order("sell", 1, 49900, timeInForce="IOC")["filledSize"] == 0
    assert beta.order("buy", 1, 50100)["status"] == "filled"


def test_cancelling_keeps_what_was_filled(alpha: Trader, beta: Trader) -> None:
    quote = alpha.quote()
    beta.order("sell", 2, 49900)
    alpha.delete(f"/api/sdk/quotes/{quote['quoteId']}")
    after = alpha.read_quote(quote)
    assert (after["status"], after["bidFilled"]) == ("cancelled", 2)
    assert beta.order("sell", 1, 49900, timeInForce="IOC")["filledSize"] == 0


def test_the_best_price_first_then_the_oldest(alpha: Trader, beta: Trader, gamma: Trader) -> None:
    worse, first, second = alpha.quote(askPrice=50200), alpha.quote(), gamma.quote()
    beta.order("buy", 7, 50100)
    assert alpha.read_quote(worse)["askFilled"] == 0
    assert alpha.read_quote(first)["askFilled"] == 5
    assert gamma.read_quote(second)["askFilled"] == 2
