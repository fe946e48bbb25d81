"""GET /api/sdk/quotes: filters, pages, newest first."""

import pytest

from venue.tests.cast import Trader, open_market


def ids(alpha: Trader, query: str = "") -> list[str]:
    answer = alpha.get(f"/api/sdk/quotes{query}")
    assert answer.status == 200, answer.text
    return [quote["quoteId"] for quote in answer.body["quotes"]]


def test_newest_first_with_the_whole_quote_each(alpha: Trader) -> None:
    quotes = [alpha.quote(bidPrice=49900 - step) for step in range(3)]
    answer = alpha.get("/api/sdk/quotes")
    assert answer.body["quotes"] == quotes[::-1]
    assert answer.body["pagination"] == {"limit": 50, "offset": 0, "total": 3}


def test_none(alpha: Trader) -> None:
    assert alpha.get("/api/sdk/quotes").body == {"quotes": [], "pagination": {"limit": 50, "offset": 0, "total": 0}}


def test_newest_first_across_markets(alpha: Trader) -> None:
    later, earlier = alpha.market, open_market()
    placed = [alpha.quote(asset=market.base_asset)["quoteId"] for market in (earlier, later, earlier, later)]
    assert ids(alpha) == placed[::-1]
    assert ids(alpha, "?limit=2&offset=1") == placed[::-1][1:3]


def test_by_asset(alpha: Trader) -> None:
    other = open_market()
    here, there = alpha.quote(), alpha.quote(asset=other.base_asset)
    assert ids(alpha, f"?asset={alpha.market.base_asset}") == [here["quoteId"]]
    answer = alpha.get(f"/api/sdk/quotes?asset={other.base_asset}")
    assert [quote["quoteId"] for quote in answer.body["quotes"]] == [there["quoteId"]]
    assert answer.body["pagination"]["total"] == 1


def test_by_status(alpha: Trader, beta: Trader) -> None:
    cancelled, filled, partial, active = (alpha.quote(bidPrice=49000 + step, askPrice=51000) for step in range(4))
    alpha.delete(f"/api/sdk/quotes/{cancelled['quoteId']}")
    for quote in (active, partial):
        alpha.patch(f"/api/sdk/quotes/{quote['quoteId']}", {"bidPrice": 48000})
    beta.order("sell", 5, 49001)
    beta.order("buy", 6, 51000)  # the oldest ask first
    wanted = {"cancelled": cancelled, "filled": filled, "partially_filled": partial, "active": active, "expired": None}
    for status, expected in wanted.items():
        assert ids(alpha, f"?status={status}") == ([expected["quoteId"]] if expected else []), status
        assert expected is None or alpha.read_quote(expected)["status"] == status


def test_by_client_id(alpha: Trader) -> None:
    alpha.quote(clientQuoteId="a")
    wanted = alpha.quote(clientQuoteId="b")
    assert ids(alpha, "?clientQuoteId=b") == [wanted["quoteId"]]
    assert ids(alpha, "?clientQuoteId=c") == []


def test_pages(alpha: Trader) -> None:
    placed = [alpha.quote(bidPrice=49900 - step)["quoteId"] for step in range(5)][::-1]
    pages = [ids(alpha, f"?limit=2&offset={offset}") for offset in (0, 2, 4, 6)]
    assert pages == [placed[0:2], placed[2:4], placed[4:5], []]
    answer = alpha.get("/api/sdk/quotes?limit=2&offset=4")
    assert answer.body["pagination"] == {"limit": 2, "offset": 4, "total": 5}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=101", "limit"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("limit=1.5", "limit"),
        ("limit=", "limit"),
        ("limit=5&limit=6", "limit"),
        ("offset=-1", "offset"),
        ("offset=x", "offset"),
        ("offset=99999999999999999999", "offset"),
        ("status=open", "status"),
        ("status=ACTIVE", "status"),
        ("asset=NOPE", "asset"),
        ("asset=", "asset"),
        ("cursor=1", "cursor"),
        ("clientQuoteId=", "clientQuoteId"),
    ],
)
def test_malformed_parameters(alpha: Trader, query: str, field: str) -> None:
    answer = alpha.get(f"/api/sdk/quotes?{query}")
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETERS"), answer.text
    assert [name for name, _ in answer.faults] == [field]


def test_a_limit_of_100(alpha: Trader) -> None:
    assert alpha.get("/api/sdk/quotes?limit=100").body["pagination"]["limit"] == 100


def test_gamma_sees_nothing_of_alphas(alpha: Trader, gamma: Trader) -> None:
    alpha.quote()
    assert ids(gamma) == []
    assert gamma.get("/api/sdk/quotes").body["pagination"]["total"] == 0
