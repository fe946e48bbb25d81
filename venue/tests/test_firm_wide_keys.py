"""A firm-wide key reads all accounts of its firm and cancels for all of them at once; it trades for its own."""

import pytest

from accounts import firms, keys
from accounts.tests.cast import Party
from venue.tests.cast import Trader


@pytest.fixture
def sister(alpha: Trader) -> Trader:
    """Another account of Alpha's firm."""
    firm = alpha.party.firm
    return Trader(Party(firm, firms.open_account(firm, f"sister{alpha.market.number}")), alpha.market)


@pytest.fixture
def desk(alpha: Trader) -> Trader:
    """Alpha's own account, by a firm-wide key."""
    everything = alpha.another()
    everything.caller.key.firm_wide = True
    keys.amend(everything.caller.key)
    return everything


def test_it_reads_every_account_by_name(alpha: Trader, sister: Trader, desk: Trader) -> None:
    quotes = [alpha.quote(), sister.quote(bidPrice=48000)]
    orders = [alpha.order("buy", 1, 47000), sister.order("buy", 1, 47000)]
    names = [alpha.party.account.name, sister.party.account.name]
    listed = desk.get("/api/sdk/quotes").body["quotes"]
    assert [(quote["quoteId"], quote["account"]) for quote in listed] == [
        (quote["quoteId"], name) for quote, name in zip(quotes, names, strict=True)
    ][::-1]
    assert [order["account"] for order in desk.get("/api/v1/orders").body["orders"]] == names[::-1]
    assert desk.read_quote(quotes[1])["account"] == names[1]
    assert desk.read_order(orders[1])["account"] == names[1]


def test_the_others_read_their_account_only(alpha: Trader, sister: Trader) -> None:
    quote = alpha.quote()
    assert sister.get(f"/api/sdk/quotes/{quote['quoteId']}").status == 404
    assert sister.get("/api/sdk/quotes").body["quotes"] == []
    assert "account" not in quote


def test_it_sees_the_fills_of_every_account(alpha: Trader, sister: Trader, beta: Trader, desk: Trader) -> None:
    sister.quote()
    beta.order("buy", 1, 50100)
    (trade,) = desk.get("/api/v1/trades").body["trades"]
    assert (trade["account"], trade["liquidity"]) == (sister.party.account.name, "maker")
    assert alpha.get("/api/v1/trades").body["trades"] == []


def test_it_cancels_for_all_accounts_at_once(alpha: Trader, sister: Trader, beta: Trader, desk: Trader) -> None:
    for trader in (alpha, sister):
        trader.quote(bidPrice=48000)
        trader.order("buy", 1, 47000)
    theirs = beta.quote(bidPrice=48000)
    assert alpha.another().delete("/api/sdk/quotes").body["cancelledCount"] == 1
    assert desk.delete("/api/sdk/quotes").body["cancelledCount"] == 1
    assert desk.delete("/api/v1/orders").body["cancelledCount"] == 2
    assert beta.read_quote(theirs)["status"] == "active"


def test_it_writes_for_its_own_account(alpha: Trader, sister: Trader, desk: Trader) -> None:
    assert alpha.read_quote(desk.quote())["status"] == "active"
    theirs = sister.quote(bidPrice=48000)
    assert desk.patch(f"/api/sdk/quotes/{theirs['quoteId']}", {"bidPrice": 48001}).code == "UNKNOWN_QUOTE"
    assert desk.delete(f"/api/sdk/quotes/{theirs['quoteId']}").code == "UNKNOWN_QUOTE"


def test_it_sees_nothing_of_another_firm(desk: Trader, gamma: Trader) -> None:
    quote = gamma.quote()
    assert desk.get(f"/api/sdk/quotes/{quote['quoteId']}").status == 404
    assert desk.get("/api/sdk/quotes").body["quotes"] == []
