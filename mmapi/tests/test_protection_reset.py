"""POST /api/v1/mm/protection/reset: the freeze ends and the window is empty."""

import pytest

from accounts.scopes import Scope
from mmapi.tests.test_protection import hit, put, standing
from venue.tests.cast import Trader

ADDRESS = "/api/v1/mm/protection/reset"


def test_it_ends_the_freeze(alpha: Trader, beta: Trader) -> None:
    put(alpha, tradeCount=1, frozenMs=0)
    hit(alpha, beta, 1)
    answer = alpha.post(ADDRESS, {"market": alpha.market.symbol})
    assert (answer.status, answer.body["status"]) == (200, "active")
    assert answer.body["lastTrigger"]["cause"] == "trade_count"
    assert alpha.get("/api/v1/mm/protection").body["protections"] == [answer.body]
    alpha.quote()


def test_it_empties_the_window(alpha: Trader, beta: Trader) -> None:
    put(alpha, tradeCount=2)
    hit(alpha, beta, 1)
    assert standing(alpha)["window"]["tradeCount"] == 1
    assert alpha.post(ADDRESS, {"market": alpha.market.symbol}).body["window"]["tradeCount"] == 0
    beta.order("sell", 1, 49900)
    assert standing(alpha)["status"] == "active"


def test_a_group(alpha: Trader, beta: Trader) -> None:
    put(alpha, market=None, group="majors", markets=[alpha.market.symbol], tradeCount=1)
    hit(alpha, beta, 1)
    assert alpha.post(ADDRESS, {"group": "majors"}).body["status"] == "active"


def test_what_is_not_there(alpha: Trader, gamma: Trader) -> None:
    put(alpha, tradeCount=1)
    for trader, name in (
        (alpha, {"group": "majors"}),
        (gamma, {"market": alpha.market.symbol}),
    ):
        answer = trader.post(ADDRESS, name)
        assert (answer.status, answer.code) == (404, "UNKNOWN_PROTECTION")


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, [("market", "REQUIRED")]),
        ({"market": "NONE"}, [("market", "UNKNOWN_MARKET")]),
        ({"market": "BTC-USD", "group": "majors"}, [("market", "NOT_ALLOWED")]),
        ({"windowMs": 1}, [("windowMs", "UNKNOWN_FIELD")]),
    ],
)
def test_what_is_wrong_with_the_name(alpha: Trader, body: dict[str, object], faults: list[tuple[str, str]]) -> None:
    answer = alpha.post(ADDRESS, body)
    assert (answer.status, answer.code, answer.faults) == (400, "INVALID_PARAMETERS", faults)


def test_scope(alpha: Trader) -> None:
    trader = alpha.another(scopes=(Scope.READ, Scope.TRADE))
    assert trader.post(ADDRESS, {"market": alpha.market.symbol}).code == "INSUFFICIENT_SCOPE"
