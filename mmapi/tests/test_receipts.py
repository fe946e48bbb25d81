"""GET /api/v1/mm/receipts: what the venue did with everything it received, refusals included, and what it never got."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.credentials import invalidate
from mmapi.receipts import reading
from mmapi.tests.batches import entry, part, send, sent
from venue import gateway
from venue.engine import commands
from venue.engine.terms import MarketStatus
from venue.tests.cast import Answer, MatcherProcess, Trader, open_market, set_status


def ask(trader: Trader, query: str = "") -> Answer:
    answer = trader.get(f"/api/v1/mm/receipts{query}")
    assert answer.status == 200, answer.text
    return answer


def receipts(trader: Trader, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(trader, query).body["receipts"]
    return found


def words(found: list[dict[str, Any]]) -> list[str]:
    return [receipt["execType"] for receipt in found]


def time_of(receipt: dict[str, Any], name: str) -> datetime:
    return datetime.fromisoformat(receipt[name])


def test_a_quote_from_entry_to_end(alpha: Trader, beta: Trader) -> None:
    quote = alpha.quote(clientQuoteId="q-1")
    order = beta.order("buy", 1, 50100, clientOrderId="b-1")
    alpha.delete(f"/api/sdk/quotes/{quote['quoteId']}")
    cancelled, traded, placed = receipts(alpha)
    assert words([cancelled, traded, placed]) == ["Canceled", "Trade", "New"]
    assert {one["clientQuoteId"] for one in (cancelled, traded, placed)} == {"q-1"}
    assert [one["sequence"] for one in (cancelled, traded, placed)] == [3, 2, 1]
    assert (placed["ordStatus"], placed["bidPrice"], placed["askQty"]) == ("New", 49900, 5)
    assert (traded["ordStatus"], traded["side"], traded["lastPx"]) == ("PartiallyFilled", "sell", 50100)
    assert (traded["lastQty"], traded["cumQty"], traded["leavesQty"]) == (1, 1, 4)
    assert (traded["fee"], traded["feeCurrency"], traded["lastLiquidityInd"]) == (Decimal("5.01"), "USD", "maker")
    assert (cancelled["reason"], cancelled["askLeavesQty"], cancelled["askCumQty"]) == ("requested", 0, 1)
    assert words(receipts(beta)) == ["Trade", "New"]
    assert receipts(beta)[0]["tradeId"] == traded["tradeId"] == order["fills"][0]["tradeId"]


def test_prices_and_sizes_have_the_digits_of_tick_and_lot(alpha: Trader) -> None:
    alpha.order("sell", 1.5, 50100)
    text = ask(alpha).text
    assert '"price":50100.00' in text
    assert '"orderQty":1.5000' in text


def test_the_times_are_in_their_order(alpha: Trader) -> None:
    alpha.quote()
    (receipt,) = receipts(alpha)
    received, applied, committed = (time_of(receipt, name) for name in ("receivedAt", "appliedAt", "committedAt"))
    assert received <= applied <= committed < received + timedelta(seconds=5)
    assert receipt["transactTime"] == receipt["appliedAt"]


def test_another_firms_command_shows_nothing_of_itself(alpha: Trader, beta: Trader) -> None:
    alpha.quote()
    beta.order("buy", 1, 50100)
    assert "receivedAt" not in receipts(alpha, "?execType=Trade")[0]
    assert "receivedAt" in receipts(beta, "?execType=Trade")[0]


def test_gamma_sees_nothing_of_alphas(alpha: Trader, gamma: Trader) -> None:
    quote = alpha.quote(clientQuoteId="secret")
    assert receipts(gamma) == []
    assert receipts(gamma, "?clientOrderId=secret") == []
    assert receipts(gamma, f"?orderId={quote['quoteId']}") == []


def test_a_key_sees_its_account_and_a_firm_wide_key_the_firm(alpha: Trader) -> None:
    alpha.quote()
    other = alpha.party.firm.accounts.create(name=f"{alpha.party.account.name}b")
    side = Trader(type(alpha.party)(alpha.party.firm, other), alpha.market)
    assert receipts(side) == []
    side.caller.key.firm_wide = True
    side.caller.key.save()
    invalidate()
    assert [one["account"] for one in receipts(side)] == [alpha.party.account.name]


def test_refusals_are_receipts_too(alpha: Trader) -> None:
    set_status(alpha.market, MarketStatus.HALTED)
    assert alpha.post("/api/sdk/quotes", alpha.quote_body(clientQuoteId="no")).code == "MARKET_HALTED"
    assert alpha.post("/api/v1/orders", alpha.order_body("buy", 1, 50000, clientOrderId="no")).code == "MARKET_HALTED"
    order, quote = receipts(alpha, "?clientOrderId=no")
    assert {order["rejectCode"], quote["rejectCode"]} == {"MARKET_HALTED"}
    assert order["orderId"].startswith("order_")
    assert ("quoteId" in quote, quote["clientQuoteId"]) == (False, "no")
    assert words(receipts(alpha, "?execType=Rejected")) == ["Rejected"] * 2


def test_a_refusal_by_a_limit_has_its_figures(alpha: Trader) -> None:
    alpha.post("/api/sdk/quotes", alpha.quote_body(bidPrice=1))
    (receipt,) = receipts(alpha)
    assert (receipt["rejectCode"], receipt["observed"], receipt["limit"]) == ("PRICE_OUTSIDE_BAND", 1, 37500)


def test_client_ids_of_quotes_and_orders(alpha: Trader) -> None:
    alpha.quote(clientQuoteId="same")
    alpha.order("buy", 1, 49000, clientOrderId="same")
    alpha.quote()
    answer = ask(alpha, "?clientOrderId=same")
    assert [sorted(one.keys() & {"orderId", "quoteId"}) for one in answer.body["receipts"]] == [
        ["orderId"],
        ["quoteId"],
    ]
    assert (answer.body["found"], answer.body["definite"]) == (True, True)


def test_a_client_id_that_never_came(alpha: Trader) -> None:
    answer = ask(alpha, "?clientOrderId=never")
    assert (answer.body["receipts"], answer.body["found"], answer.body["definite"]) == ([], False, True)
    (before,) = answer.body["searchedThrough"]
    alpha.quote()
    (after,) = ask(alpha, "?clientOrderId=never").body["searchedThrough"]
    assert after["sequence"] > before["sequence"]


def test_nothing_is_definite_while_something_waits(running_matcher: MatcherProcess, alpha: Trader) -> None:
    running_matcher.pause()
    try:
        waiting = gateway._Sent(alpha.market.shard, commands.ExpireDue(), "", 60_000)
        assert ask(alpha, "?clientOrderId=never").body["definite"] is False
    finally:
        running_matcher.resume()
    waiting.receive()
    assert ask(alpha, "?clientOrderId=never").body["definite"] is True


def test_by_order_and_quote(alpha: Trader) -> None:
    quote, order = alpha.quote(), alpha.order("buy", 1, 49000)
    alpha.patch(f"/api/sdk/quotes/{quote['quoteId']}", {"bidPrice": 49800})
    assert words(receipts(alpha, f"?orderId={quote['quoteId']}")) == ["Replaced", "New"]
    assert words(receipts(alpha, f"?orderId={order['orderId']}")) == ["New"]
    assert ask(alpha, "?orderId=nonsense").body["found"] is False


def test_a_batch_is_found_by_its_client_id(alpha: Trader, beta: Trader) -> None:
    (market,) = sent(alpha, part(alpha, entry(49900, 50100), entry(49800, 50200)), clientBatchId="b-1")["markets"]
    sent(alpha, part(alpha, entry(49700, 50300)), clientBatchId="b-2")
    beta.order("buy", 1, 50100)
    answer = ask(alpha, "?clientBatchId=b-1")
    assert [one["quoteId"] for one in answer.body["receipts"]] == [one["quoteId"] for one in market["quotes"]][::-1]
    assert {one["clientBatchId"] for one in answer.body["receipts"]} == {"b-1"}
    assert answer.body["found"] is True
    assert "clientBatchId" not in receipts(alpha, "?execType=Trade")[0]
    assert ask(beta, "?clientBatchId=b-1").body["found"] is False


def test_a_batch_that_left_no_report_is_found(alpha: Trader) -> None:
    sent(alpha, part(alpha, cancel="all"), clientBatchId="empty")
    answer = ask(alpha, "?clientBatchId=empty")
    assert (answer.body["receipts"], answer.body["found"]) == ([], True)


def test_a_batch_that_was_not_taken_under_its_client_id_is_not_found(alpha: Trader) -> None:
    assert ask(alpha, "?clientBatchId=never").body["found"] is False
    sent(alpha, part(alpha, entry(49900, 50100)), clientBatchId="rehearsed", dryRun=True)
    assert ask(alpha, "?clientBatchId=rehearsed").body["found"] is False
    sent(alpha, part(alpha, entry(49900, 50100)), clientBatchId="b-1")
    assert send(alpha, part(alpha, entry(49800, 50200)), clientBatchId="b-1").code == "CLIENT_ID_IN_USE"
    assert words(receipts(alpha, "?clientBatchId=b-1")) == ["New"]


def test_by_market_and_kind_of_report(alpha: Trader) -> None:
    other = open_market()
    alpha.quote()
    alpha.quote(asset=other.base_asset)
    (receipt,) = receipts(alpha, f"?market={other.symbol}")
    assert receipt["market"] == other.symbol
    assert receipts(alpha, "?execType=Trade") == []


def test_since_is_included_and_until_is_not(alpha: Trader) -> None:
    for _ in range(3):
        alpha.quote()
    newest, middle, oldest = receipts(alpha)
    times = [one["transactTime"] for one in (oldest, middle, newest)]
    since = [one for one in (newest, middle, oldest) if one["transactTime"] >= times[1]]
    until = [one for one in (newest, middle, oldest) if one["transactTime"] < times[2]]
    assert receipts(alpha, f"?since={times[1]}") == since
    assert receipts(alpha, f"?until={times[2]}") == until
    assert receipts(alpha, f"?since={times[1]}&until={times[2]}") == [one for one in since if one in until]


def test_pages_newest_first_and_from_a_sequence_on(alpha: Trader) -> None:
    quote = alpha.quote()
    for step in range(6):
        alpha.patch(f"/api/sdk/quotes/{quote['quoteId']}", {"bidPrice": 49800 + step})
    for narrowing in ("", f"&orderId={quote['quoteId']}", "&execType=Replaced"):
        newest_first = read_all(alpha, narrowing)
        assert newest_first == sorted(newest_first, reverse=True)
        assert read_all(alpha, f"{narrowing}&fromSequence=0") == newest_first[::-1]
        assert read_all(alpha, f"{narrowing}&fromSequence=4") == [4, 5, 6, 7]
    assert read_all(alpha, "") == [7, 6, 5, 4, 3, 2, 1]


def read_all(trader: Trader, narrowing: str) -> list[int]:
    found: list[int] = []
    cursor = ""
    while True:
        body = ask(trader, f"?limit=3{narrowing}{cursor}").body
        found += [one["sequence"] for one in body["receipts"]]
        if body["nextCursor"] is None:
            return found
        cursor = f"&cursor={body['nextCursor']}"


def test_parameters_at_fault(alpha: Trader) -> None:
    faults = {
        "cursor=zzz": [("cursor", "WRONG_FORMAT")],
        "cursor=": [("cursor", "WRONG_FORMAT")],
        "cursor=60000-1": [("cursor", "WRONG_FORMAT")],
        "since=1700000000": [("since", "WRONG_FORMAT")],
        "until=null": [("until", "WRONG_FORMAT")],
        "fromSequence=1e3": [("fromSequence", "WRONG_TYPE")],
        "execType=new": [("execType", "INVALID_VALUE")],
        "market=NO-WAY": [("market", "UNKNOWN_MARKET")],
        "orderId=a&clientOrderId=b": [("clientOrderId", "NOT_ALLOWED")],
        "limit=101": [("limit", "OUT_OF_RANGE")],
        "since=yesterday": [("since", "WRONG_FORMAT")],
        "shard=999": [("shard", "INVALID_VALUE")],
        "clientId=x": [("clientId", "UNKNOWN_FIELD")],
    }
    for query, expected in faults.items():
        answer = alpha.get(f"/api/v1/mm/receipts?{query}")
        assert (answer.status, answer.faults) == (400, expected), query


def test_reading_takes_the_scope_read(alpha: Trader) -> None:
    assert alpha.another(scopes=("MARKET_MAKING",)).get("/api/v1/mm/receipts").code == "INSUFFICIENT_SCOPE"


def test_a_window_without_a_match_goes_on_by_its_cursor(alpha: Trader, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "WINDOW", 2)
    alpha.order("buy", 1, 49000)
    for _ in range(5):
        alpha.quote()
    answer = ask(alpha, "?execType=Trade")
    assert (answer.body["receipts"], answer.body["nextCursor"]) == ([], "1-4")
    for near in (1, 2, 5):
        monkeypatch.setattr(reading, "_NEAR", near)
        for window in (2, 4, 100):
            monkeypatch.setattr(reading, "WINDOW", window)
            assert read_all(alpha, "&market=" + alpha.market.symbol) == [6, 5, 4, 3, 2, 1]
            assert read_all(alpha, "&fromSequence=2") == [2, 3, 4, 5, 6]
