"""PUT, GET and DELETE /api/v1/mm/protection: terms by market or group, what the window holds, what triggered last."""

from typing import Any

import pytest

from accounts.scopes import Scope
from venue.models import Protection
from venue.tests.cast import Answer, MatcherProcess, Trader, member, open_market

ADDRESS = "/api/v1/mm/protection"


def put(trader: Trader, **body: Any) -> Answer:
    """The protection of the test's market, with these changes; None leaves a parameter out."""
    terms = {"market": trader.market.symbol, "windowMs": 60_000, "frozenMs": 60_000, **body}
    return trader.call("PUT", ADDRESS, {name: value for name, value in terms.items() if value is not None})


def standing(trader: Trader) -> dict[str, Any]:
    """The only protection there is."""
    answer = trader.get(ADDRESS)
    assert answer.status == 200, answer.text
    (protection,) = answer.body["protections"]
    return dict(protection)


def hit(alpha: Trader, beta: Trader, size: float) -> None:
    alpha.quote()
    beta.order("sell", size, 49900)


def test_the_terms_of_a_market(alpha: Trader) -> None:
    answer = put(alpha, grossQuantity=10, netQuantity=5.5, notional=250000.5, tradeCount=20)
    assert answer.status == 200, answer.text
    symbol = alpha.market.symbol
    assert answer.text == (
        f'{{"market":"{symbol}","markets":["{symbol}"],"windowMs":60000,"frozenMs":60000,"grossQuantity":10.0000,'
        '"netQuantity":5.5000,"notional":250000.5,"tradeCount":20,"includeOrders":false,"status":"active",'
        '"frozenUntil":null,"remainingFrozenMs":null,'
        '"window":{"grossQuantity":0.0000,"netQuantity":0.0000,"notional":0,"tradeCount":0},"lastTrigger":null}'
    )
    assert alpha.get(ADDRESS).text == f'{{"protections":[{answer.text}]}}'


def test_new_terms_replace_the_old(alpha: Trader) -> None:
    put(alpha, grossQuantity=10, tradeCount=5)
    put(alpha, netQuantity=3, windowMs=1, includeOrders=True)
    now = standing(alpha)
    assert (now["grossQuantity"], now["tradeCount"], float(now["netQuantity"])) == (None, None, 3)
    assert (now["windowMs"], now["includeOrders"]) == (1, True)


def test_what_the_window_holds(alpha: Trader, beta: Trader) -> None:
    put(alpha, grossQuantity=100)
    hit(alpha, beta, 1.5)
    beta.order("buy", 0.5, 50100)
    window = {name: str(value) for name, value in standing(alpha)["window"].items()}
    assert window == {"grossQuantity": "2.0000", "netQuantity": "1.0000", "notional": "99900", "tradeCount": "2"}


def test_frozen(alpha: Trader, beta: Trader) -> None:
    put(alpha, grossQuantity=2)
    quote = alpha.quote()
    beta.order("sell", 3, 49900)
    assert alpha.read_quote(quote)["status"] == "cancelled"
    now = standing(alpha)
    assert now["status"] == "frozen"
    assert 0 < now["remainingFrozenMs"] <= 60_000
    assert now["window"]["tradeCount"] == 0
    trigger = now["lastTrigger"]
    trade = alpha.get("/api/v1/trades?limit=1").body["trades"][0]
    assert (trigger["cause"], str(trigger["limit"]), str(trigger["observed"])) == ("gross_quantity", "2.0000", "3.0000")
    assert (trigger["tradeId"], trigger["triggeredAt"]) == (trade["tradeId"], trade["executedAt"])
    assert (trigger["market"], trigger["windowMs"]) == (alpha.market.symbol, 60_000)
    assert trigger["frozenUntil"] == now["frozenUntil"] > trigger["triggeredAt"]


@pytest.mark.parametrize(("limit", "cause", "figures"), [
    ({"notional": 49900}, "notional", ("49900", "99800")),
    ({"netQuantity": 2}, "net_quantity", ("2.0000", "2.0000")),
    ({"tradeCount": 1}, "trade_count", ("1", "1")),
])  # fmt: skip
def test_each_cause_in_its_units(
    alpha: Trader, beta: Trader, limit: dict[str, int], cause: str, figures: tuple[str, str]
) -> None:
    put(alpha, **limit)
    hit(alpha, beta, 2)
    trigger = standing(alpha)["lastTrigger"]
    assert (trigger["cause"], str(trigger["limit"]), str(trigger["observed"])) == (cause, *figures)


def test_new_quotes_and_updates_are_refused(alpha: Trader, beta: Trader) -> None:
    put(alpha, tradeCount=1)
    quote = alpha.quote()
    beta.order("sell", 1, 49900)
    update = {"bidPrice": 49800}
    for answer in (
        alpha.post("/api/sdk/quotes", alpha.quote_body()),
        alpha.patch(f"/api/sdk/quotes/{quote['quoteId']}", update),
    ):
        assert (answer.status, answer.code, answer.body["rule"]) == (422, "PROTECTION_FROZEN", "PROTECTION_FROZEN")
        assert 0 < answer.body["remainingFrozenMs"] <= 60_000
    batch = alpha.patch("/api/sdk/quotes/batch/update", [{"quoteId": quote["quoteId"], **update}])
    assert batch.body["results"][0]["error"]["code"] == "PROTECTION_FROZEN"
    assert alpha.delete(f"/api/sdk/quotes/{quote['quoteId']}").code == "QUOTE_NOT_OPEN"
    assert alpha.post("/api/v1/orders", alpha.order_body("buy", 1, 49000)).status == 201


def test_until_reset_there_is_no_end(alpha: Trader, beta: Trader) -> None:
    put(alpha, tradeCount=1, frozenMs=0)
    hit(alpha, beta, 1)
    now = standing(alpha)
    assert (now["status"], now["frozenUntil"], now["remainingFrozenMs"]) == ("frozen", None, None)
    assert now["lastTrigger"]["frozenUntil"] is None
    refused = alpha.post("/api/sdk/quotes", alpha.quote_body())
    assert (refused.code, refused.body["remainingFrozenMs"]) == ("PROTECTION_FROZEN", None)


def test_included_orders(alpha: Trader, beta: Trader) -> None:
    put(alpha, tradeCount=1, includeOrders=True)
    order = alpha.order("buy", 1, 49000)
    hit(alpha, beta, 1)
    gone = alpha.read_order(order)
    assert (gone["status"], gone["reason"]) == ("cancelled", "protection")
    refused = alpha.post("/api/v1/orders", alpha.order_body("buy", 1, 49000))
    assert (refused.status, refused.code) == (422, "PROTECTION_FROZEN")
    beta.order("buy", 1, 50000)
    assert alpha.order("sell", 1, 50000, timeInForce="IOC")["status"] == "filled"


def test_a_group_of_markets(alpha: Trader, beta: Trader) -> None:
    other = open_market()
    symbols = [alpha.market.symbol, other.symbol]
    answer = put(alpha, market=None, group="majors", markets=symbols, notional=1_000_000, tradeCount=2)
    assert answer.status == 200, answer.text
    assert (answer.body["group"], answer.body["markets"]) == ("majors", symbols)
    assert "market" not in answer.body
    assert answer.body["window"]["grossQuantity"] is None
    elsewhere = alpha.quote(asset=other.base_asset)
    hit(alpha, beta, 1)
    beta.order("sell", 1, 49900, market=other.symbol)
    assert alpha.read_quote(elsewhere)["status"] == "cancelled"
    now = standing(alpha)
    assert (now["status"], now["lastTrigger"]["market"]) == ("frozen", other.symbol)


def test_a_market_is_under_one_protection(alpha: Trader) -> None:
    put(alpha, tradeCount=1)
    answer = put(alpha, market=None, group="majors", markets=[alpha.market.symbol], tradeCount=1)
    assert (answer.status, answer.code, answer.body["market"]) == (409, "MARKET_PROTECTED", alpha.market.symbol)


def test_filters(alpha: Trader) -> None:
    symbol = alpha.market.symbol
    put(alpha, market=None, group="majors", markets=[symbol], tradeCount=1)
    other = open_market()
    put(alpha, market=other.symbol, tradeCount=1)
    groups = [one.get("group") for one in alpha.get(ADDRESS).body["protections"]]
    assert groups == [None, "majors"]
    assert alpha.get(f"{ADDRESS}?market={symbol}").body["protections"][0]["group"] == "majors"
    assert alpha.get(f"{ADDRESS}?group=majors").body["protections"][0]["markets"] == [symbol]
    assert alpha.get(f"{ADDRESS}?group=minors").body == {"protections": []}
    assert alpha.get(f"{ADDRESS}?market=NONE").faults == [("market", "UNKNOWN_MARKET")]


def test_removed(alpha: Trader, beta: Trader) -> None:
    put(alpha, tradeCount=1)
    hit(alpha, beta, 1)
    answer = alpha.delete(ADDRESS, {"market": alpha.market.symbol})
    assert answer.status == 200
    assert answer.body["market"] == alpha.market.symbol
    assert alpha.get(ADDRESS).body == {"protections": []}
    alpha.quote()
    assert alpha.delete(ADDRESS, {"market": alpha.market.symbol}).code == "UNKNOWN_PROTECTION"


def test_nobody_else_sees_it(alpha: Trader, gamma: Trader) -> None:
    put(alpha, market=None, group="majors", markets=[alpha.market.symbol], tradeCount=1)
    assert gamma.get(ADDRESS).body == {"protections": []}
    assert gamma.delete(ADDRESS, {"group": "majors"}).code == "UNKNOWN_PROTECTION"
    assert len(alpha.get(ADDRESS).body["protections"]) == 1


def test_scopes(alpha: Trader) -> None:
    reader = alpha.another(scopes=(Scope.READ, Scope.TRADE))
    assert reader.get(ADDRESS).status == 200
    assert (put(reader, tradeCount=1).status, put(reader, tradeCount=1).code) == (403, "INSUFFICIENT_SCOPE")
    assert reader.delete(ADDRESS, {"market": alpha.market.symbol}).code == "INSUFFICIENT_SCOPE"
    assert alpha.post(ADDRESS, {}).status == 405


def test_it_survives_the_matcher(alpha: Trader, beta: Trader, running_matcher: MatcherProcess) -> None:
    put(alpha, tradeCount=2)
    hit(alpha, beta, 1)
    running_matcher.stop()
    running_matcher.ensure()
    assert standing(alpha)["window"]["tradeCount"] == 1
    beta.order("sell", 1, 49900)
    assert standing(alpha)["status"] == "frozen"


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"windowMs": None, "tradeCount": 1}, [("windowMs", "REQUIRED")]),
        ({"frozenMs": None, "tradeCount": 1}, [("frozenMs", "REQUIRED")]),
        ({"windowMs": 0, "tradeCount": 1}, [("windowMs", "OUT_OF_RANGE")]),
        ({"windowMs": 3_600_001, "tradeCount": 1}, [("windowMs", "OUT_OF_RANGE")]),
        ({"frozenMs": -1, "tradeCount": 1}, [("frozenMs", "OUT_OF_RANGE")]),
        ({"tradeCount": 0}, [("tradeCount", "OUT_OF_RANGE")]),
        ({"grossQuantity": 0, "netQuantity": -1}, [("grossQuantity", "NOT_POSITIVE"), ("netQuantity", "NOT_POSITIVE")]),
        ({"grossQuantity": 0.00015}, [("grossQuantity", "OFF_LOT")]),
        ({"notional": 0}, [("notional", "NOT_POSITIVE")]),
        ({"notional": 9_000_000_001}, [("notional", "OUT_OF_RANGE")]),
        ({"notional": "0.0000000001"}, [("notional", "OUT_OF_RANGE")]),
        ({"notional": "NaN"}, [("notional", "OUT_OF_RANGE")]),
        ({"market": "NONE", "tradeCount": 1}, [("market", "UNKNOWN_MARKET")]),
        ({"market": None, "tradeCount": 1}, [("market", "REQUIRED")]),
        ({"group": "majors", "tradeCount": 1}, [("market", "NOT_ALLOWED")]),
        ({"markets": ["BTC-USD"], "tradeCount": 1}, [("markets", "NOT_ALLOWED")]),
        ({"market": None, "group": "majors", "tradeCount": 1}, [("markets", "REQUIRED")]),
        ({"market": None, "group": "majors", "markets": [], "tradeCount": 1}, [("markets", "TOO_SHORT")]),
        ({"market": None, "group": "majors", "markets": ["NONE"], "tradeCount": 1}, [("markets[0]", "UNKNOWN_MARKET")]),
        ({"market": None, "group": "a b", "tradeCount": 1}, [("group", "WRONG_FORMAT")]),
        ({"unknown": 1, "tradeCount": 1}, [("unknown", "UNKNOWN_FIELD")]),
        ({"includeOrders": "yes", "tradeCount": 1}, [("includeOrders", "WRONG_TYPE")]),
    ],
)
def test_what_is_wrong_with_the_terms(alpha: Trader, changes: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    answer = put(alpha, **changes)
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETERS"), answer.text
    assert answer.faults == faults


def test_some_limit_is_needed(alpha: Trader) -> None:
    assert (put(alpha).status, put(alpha).code) == (400, "INVALID_PARAMETERS")


def test_what_cannot_be_summed(alpha: Trader) -> None:
    """Two assets' quantities."""
    group = {"market": None, "group": "majors", "markets": [alpha.market.symbol, open_market().symbol]}
    assert put(alpha, **group, grossQuantity=1).faults == [("grossQuantity", "NOT_ALLOWED")]
    assert put(alpha, **group, notional=1).status == 200
    twice = {**group, "markets": [alpha.market.symbol] * 2}
    assert put(alpha, **twice, notional=1).faults == [("markets", "REPEATED")]


def test_a_firm_wide_key_reads_all_accounts(alpha: Trader, running_matcher: MatcherProcess) -> None:
    put(alpha, tradeCount=1)
    wide = alpha.another()
    wide.caller.key.firm_wide = True
    wide.caller.key.save()
    assert standing(wide)["account"] == alpha.party.account.name
    assert member("OTHER", alpha.market).get(ADDRESS).body == {"protections": []}


def test_a_group_keeps_to_one_shard(alpha: Trader) -> None:
    """Its markets are matched together, and new ones must be matched where the first ones are."""
    elsewhere = Protection(
        **{field.attname: 0 for field in Protection._meta.fields if field.attname not in ("id", "group", "markets")}
    )
    elsewhere.account_id, elsewhere.firm_id = alpha.party.account.pk, alpha.party.firm.pk
    elsewhere.shard, elsewhere.group, elsewhere.markets = 2, "majors", [alpha.market.number]
    elsewhere.save()
    try:
        answer = put(alpha, market=None, group="majors", markets=[alpha.market.symbol], tradeCount=1)
        assert answer.faults == [("markets", "NOT_ALLOWED")]
    finally:
        elsewhere.delete()
