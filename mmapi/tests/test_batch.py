"""POST /mm/orders/batch: cancel and place as one step per market, each entry told what became of it."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from mmapi.tests.batches import BATCH, entry, open_quotes, part, results, send, sent
from venue.tests.cast import Trader, open_market


def test_every_entry_is_told_its_outcome(alpha: Trader) -> None:
    body = sent(
        alpha,
        part(
            alpha,
            entry(49900, 50100, clientQuoteId="near"),
            entry(49800, 50200),
            orders=[{"side": "buy", "price": 49000, "size": 2, "clientOrderId": "deep"}],
        ),
    )
    (market,) = body["markets"]
    assert (market["applied"], market["outcome"], market["cancelled"]) == (True, "APPLIED", 0)
    near, plain = market["quotes"]
    assert (near["index"], near["clientQuoteId"], near["result"], near["status"]) == (0, "near", "SUCCESS", "active")
    assert alpha.get(f"/api/sdk/quotes/{plain['quoteId']}").body["bidPrice"] == 49800
    (deep,) = market["orders"]
    assert (deep["clientOrderId"], deep["status"], deep["filledSize"]) == ("deep", "open", 0)
    assert alpha.get(f"/api/v1/orders/{deep['orderId']}").body["price"] == 49000


def test_a_known_client_quote_id_is_replaced_in_place(alpha: Trader) -> None:
    first = sent(alpha, part(alpha, entry(49900, 50100, clientQuoteId="a")))["markets"][0]["quotes"][0]
    again = sent(alpha, part(alpha, entry(49910, 50110, clientQuoteId="a")))["markets"][0]["quotes"][0]
    assert again["quoteId"] == first["quoteId"]
    by_id = sent(alpha, part(alpha, entry(49920, 50120, quoteId=first["quoteId"])))["markets"][0]["quotes"][0]
    assert by_id["quoteId"] == first["quoteId"]
    assert open_quotes(alpha) == {"a": (49920, 50120)}


def test_cancel_quotes_spares_what_is_replaced(alpha: Trader) -> None:
    sent(alpha, part(alpha, entry(49900, 50100, clientQuoteId="a"), entry(49800, 50200, clientQuoteId="b")))
    order = alpha.order("buy", 1, 49000)
    (market,) = sent(alpha, part(alpha, entry(49950, 50050, clientQuoteId="a"), cancel="quotes"))["markets"]
    assert market["cancelled"] == 1
    assert open_quotes(alpha) == {"a": (49950, 50050)}
    assert alpha.read_order(order)["status"] == "open"


def test_cancel_all_takes_orders_too(alpha: Trader) -> None:
    sent(alpha, part(alpha, entry(49900, 50100)))
    order = alpha.order("buy", 1, 49000)
    (market,) = sent(alpha, part(alpha, cancel="all"))["markets"]
    assert market["cancelled"] == 2
    assert open_quotes(alpha) == {}
    assert alpha.read_order(order)["status"] == "cancelled"


def test_cancel_by_id_or_client_id_tells_of_each(alpha: Trader, gamma: Trader) -> None:
    quote = alpha.quote(clientQuoteId="mine")
    order = alpha.order("buy", 1, 49000)
    theirs = gamma.order("buy", 1, 49000)
    names = [quote["clientQuoteId"], order["orderId"], theirs["orderId"], "nobody's"]
    (market,) = sent(alpha, part(alpha, cancel=names))["markets"]
    assert results(market, "cancels") == ["SUCCESS", "SUCCESS", "UNKNOWN_ORDER", "UNKNOWN_ORDER"]
    assert (market["applied"], market["cancelled"]) == (True, 2)
    assert gamma.read_order(theirs)["status"] == "open"


def test_what_is_closed_is_told_as_that(alpha: Trader, beta: Trader) -> None:
    filled, cancelled = alpha.order("buy", 1, 49000), alpha.order("buy", 1, 48000)
    beta.order("sell", 1, 49000)
    quote = alpha.quote()
    alpha.delete(f"/api/v1/orders/{cancelled['orderId']}")
    alpha.delete(f"/api/sdk/quotes/{quote['quoteId']}")
    names = [filled["orderId"], cancelled["orderId"], quote["quoteId"]]
    again = entry(49900, 50100, quoteId=quote["quoteId"])
    (market,) = sent(alpha, part(alpha, again, cancel=names), atomicity="entry")["markets"]
    assert results(market, "cancels") == ["ORDER_NOT_OPEN", "ORDER_NOT_OPEN", "QUOTE_NOT_OPEN"]
    assert [one["error"].get("orderStatus") for one in market["cancels"]] == ["filled", "cancelled", None]
    assert (results(market), market["quotes"][0]["error"]["quoteStatus"]) == (["QUOTE_NOT_OPEN"], "cancelled")


def test_a_whole_ladder_moves_through_itself(alpha: Trader) -> None:
    """Every new bid is above an old ask of the same batch: the legs never meet."""
    sent(alpha, part(alpha, *(entry(49900 - n, 49901 + n, clientQuoteId=f"q{n}") for n in range(5))))
    (market,) = sent(alpha, part(alpha, *(entry(49990 - n, 49991 + n, clientQuoteId=f"q{n}") for n in range(5))))[
        "markets"
    ]
    assert results(market) == ["SUCCESS"] * 5
    assert open_quotes(alpha)["q4"] == (49986, 49995)


def test_what_trades_at_once_is_told_with_its_fills(alpha: Trader, beta: Trader) -> None:
    beta.order("sell", 2, 50000)
    (market,) = sent(alpha, part(alpha, entry(50000, 50100, size=5)))["markets"]
    (quote,) = market["quotes"]
    assert (quote["status"], quote["bidFilled"]) == ("partially_filled", 2)
    (fill,) = quote["fills"]
    assert (fill["price"], fill["size"], fill["liquidity"]) == (50000, 2, "taker")


# What stands or falls together


def bad_and_good(alpha: Trader) -> list[dict[str, object]]:
    return [entry(49910, 50110, clientQuoteId="a"), entry(1, 50100, clientQuoteId="bad")]


def test_by_market_one_bad_entry_leaves_its_market_as_it_was(alpha: Trader) -> None:
    sent(alpha, part(alpha, entry(49900, 50100, clientQuoteId="a")))
    (market,) = sent(alpha, part(alpha, *bad_and_good(alpha), cancel="all"))["markets"]
    assert (market["applied"], market["outcome"]) == (False, "REJECTED")
    assert results(market) == ["NOT_ATTEMPTED", "PRICE_OUTSIDE_BAND"]
    assert open_quotes(alpha) == {"a": (49900, 50100)}


def test_by_entry_the_others_stand(alpha: Trader) -> None:
    sent(alpha, part(alpha, entry(49900, 50100, clientQuoteId="a")))
    (market,) = sent(alpha, part(alpha, *bad_and_good(alpha)), atomicity="entry")["markets"]
    assert results(market) == ["SUCCESS", "PRICE_OUTSIDE_BAND"]
    assert market["applied"]
    assert open_quotes(alpha) == {"a": (49910, 50110)}


def test_a_fault_found_at_the_door_counts_like_one_of_the_engine(alpha: Trader) -> None:
    off_tick = entry(49900.001, 50100)
    for atomicity, expected in (("market", "NOT_ATTEMPTED"), ("batch", "NOT_ATTEMPTED"), ("entry", "SUCCESS")):
        (market,) = sent(alpha, part(alpha, entry(49900, 50100), off_tick), atomicity=atomicity)["markets"]
        assert results(market) == [expected, "INVALID_PARAMETERS"]
    assert len(open_quotes(alpha)) == 1


def test_by_batch_all_markets_stand_or_fall(alpha: Trader) -> None:
    good = part(alpha, entry(49900, 50100))
    bad = {"market": open_market().symbol, "quotes": [entry(1, 50100)]}
    first, second = sent(alpha, good, bad, atomicity="batch")["markets"]
    assert (first["outcome"], second["outcome"]) == ("NOT_ATTEMPTED", "REJECTED")
    assert open_quotes(alpha) == {}
    first, second = sent(alpha, good, bad, atomicity="market")["markets"]
    assert (first["outcome"], second["outcome"]) == ("APPLIED", "REJECTED")
    assert len(open_quotes(alpha)) == 1


# Time, rehearsal, retries


def test_past_valid_until_nothing_is_done(alpha: Trader) -> None:
    late = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    (market,) = sent(alpha, part(alpha, entry(49900, 50100)), validUntil=late)["markets"]
    assert market["outcome"] == "TIMED_OUT"
    assert results(market) == ["TIMED_OUT"]
    assert open_quotes(alpha) == {}


def test_a_dry_run_answers_as_if_and_changes_nothing(alpha: Trader, beta: Trader) -> None:
    resting = beta.order("sell", 2, 50000)
    rehearsed = sent(alpha, part(alpha, entry(50000, 50100, size=5)), dryRun=True)
    (quote,) = rehearsed["markets"][0]["quotes"]
    assert (quote["status"], quote["bidFilled"]) == ("partially_filled", 2)
    assert open_quotes(alpha) == {}
    assert beta.read_order(resting)["status"] == "open"
    assert alpha.get("/api/v1/trades").body["trades"] == []
    real = sent(alpha, part(alpha, entry(50000, 50100, size=5)))
    assert real["openQuotesDigest"] == rehearsed["openQuotesDigest"]


def test_the_same_client_batch_id_gets_the_stored_answer(alpha: Trader) -> None:
    batch = part(alpha, entry(49900, 50100))
    first = send(alpha, batch, clientBatchId="b1")
    again = send(alpha, batch, clientBatchId="b1")
    assert again.body == first.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(open_quotes(alpha)) == 1
    other = send(alpha, part(alpha, entry(49800, 50200)), clientBatchId="b1")
    assert (other.status, other.code) == (409, "CLIENT_ID_IN_USE")


def test_a_repeated_client_order_id_is_not_placed_twice(alpha: Trader) -> None:
    order = {"side": "buy", "price": 49000, "size": 1, "clientOrderId": "once"}
    first = sent(alpha, part(alpha, orders=[order]))["markets"][0]["orders"][0]
    (market,) = sent(alpha, part(alpha, orders=[order]))["markets"]
    assert results(market, "orders") == ["CLIENT_ID_REPEATED"]
    assert market["orders"][0]["orderId"] == first["orderId"]


def test_the_digest_is_of_the_open_quotes(alpha: Trader) -> None:
    empty = sent(alpha, part(alpha, cancel="all"))["openQuotesDigest"]
    one = sent(alpha, part(alpha, entry(49900, 50100, clientQuoteId="a")))["openQuotesDigest"]
    moved = sent(alpha, part(alpha, entry(49901, 50100, clientQuoteId="a")))["openQuotesDigest"]
    assert len({empty, one, moved}) == 3
    assert sent(alpha, part(alpha, cancel="all"))["openQuotesDigest"] == empty


def test_there_is_no_digest_where_no_matcher_was_asked(alpha: Trader) -> None:
    sent(alpha, part(alpha, entry(49900, 50100)))
    body = sent(alpha, part(alpha, entry(49900.001, 50100)))
    assert (body["openQuotesDigest"], body["appliedAt"]) == (None, None)


# Bad input


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "markets", "REQUIRED"),
        ({"markets": []}, "markets", "TOO_SHORT"),
        ({"markets": [{"market": "NO-SUCH"}]}, "markets[0].market", "UNKNOWN_MARKET"),
        ({"markets": [{"market": "BTC-USD", "extra": 1}]}, "markets[0].extra", "UNKNOWN_FIELD"),
        ({"markets": [{"market": "BTC-USD"}], "atomicity": "half"}, "atomicity", "INVALID_VALUE"),
        ({"markets": [{"market": "BTC-USD"}, {"market": "BTC-USD"}]}, "markets[1].market", "REPEATED"),
        (
            {"markets": [{"market": "BTC-USD", "quotes": [entry(1, 2, clientQuoteId="a")] * 2}]},
            "markets[0].quotes[1].clientQuoteId",
            "REPEATED",
        ),
        (
            {"markets": [{"market": "BTC-USD", "quotes": [{**entry(1, 2), "bidPrice": "x"}]}]},
            "markets[0].quotes[0].bidPrice",
            "WRONG_FORMAT",
        ),
    ],
)
def test_a_body_of_another_shape_is_refused_whole(alpha: Trader, body: object, field: str, code: str) -> None:
    text = json.dumps(body).replace("BTC-USD", alpha.market.symbol)
    answer = alpha.post(BATCH, json.loads(text))
    assert (answer.status, answer.faults) == (400, [(field, code)])


def test_numbers_are_exact(alpha: Trader) -> None:
    quote = sent(alpha, part(alpha, {**entry(1, 2), "bidPrice": "49900.01", "askPrice": 50100.01}))
    (found,) = quote["markets"][0]["quotes"]
    assert alpha.get(f"/api/sdk/quotes/{found['quoteId']}").body["bidPrice"] == Decimal("49900.01")
    assert str(found["bidFilled"]) == "0.0000"
