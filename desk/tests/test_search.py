"""One box finds what staff have in hand, and of it only what they may see."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from staff.tests.people import SignedIn, member
from venue.tests.cast import Trader


def found(client: Client, word: str) -> dict[str, str]:
    """Titles with where they lead."""
    page = client.get(reverse("admin:search"), {"s": word, "extended": "1"}).content.decode()
    return {title: link for link, title in re.findall(r'href="([^"]+)"\s+data-title="([^"]+)"', page)}


def test_everything_in_hand(alpha: Trader, beta: Trader, signed_in: SignedIn) -> None:
    number = alpha.market.number
    quote = alpha.quote(clientQuoteId=f"Quote-{number}")["quoteId"]
    order = beta.order("sell", 1, 49900, clientOrderId=f"Order-{number}")
    trade = order["fills"][0]["tradeId"]
    client = signed_in("viewer")
    for word, title in {
        alpha.party.firm.code: alpha.party.firm.code,
        alpha.party.firm.code.lower(): alpha.party.firm.code,
        alpha.party.account.name: alpha.party.account.name,
        alpha.caller.key.key_id: alpha.caller.key.key_id,
        alpha.caller.key.key_id[:12]: alpha.caller.key.key_id,
        quote: quote,
        quote.upper(): quote,
        f"Quote-{number}": quote,
        f" Order-{number} ": order["orderId"],
        order["orderId"]: order["orderId"],
        trade: trade,
        alpha.market.symbol: alpha.market.symbol,
    }.items():
        links = found(client, word)
        assert title in links, (word, links)
        assert client.get(links[title]).status_code == 200


def test_client_ids_are_taken_as_they_are_written(alpha: Trader, signed_in: SignedIn) -> None:
    quote = alpha.quote(clientQuoteId=f"MiXed-{alpha.market.number}")["quoteId"]
    client = signed_in("viewer")
    assert quote in found(client, f"MiXed-{alpha.market.number}")
    assert quote not in found(client, f"mixed-{alpha.market.number}")


@pytest.mark.parametrize("word", ["quote_zz", "no such thing", "quote_ffffffffffff", "'; --", "%", "a"])
def test_nothing(alpha: Trader, signed_in: SignedIn, word: str) -> None:
    assert alpha.party.firm.code not in found(signed_in("viewer"), word)


def test_only_what_one_may_see(alpha: Trader) -> None:
    quote = alpha.quote()["quoteId"]
    client = Client()
    user = member("nothing in particular")
    client.force_login(user)
    for word in (alpha.party.firm.code, quote, alpha.caller.key.key_id):
        assert found(client, word) == {}


def test_rights_that_are_gone_find_nothing_any_more(alpha: Trader, signed_in: SignedIn) -> None:
    client = signed_in("viewer")
    assert alpha.party.firm.code in found(client, alpha.party.firm.code)
    member("viewer").groups.clear()
    assert found(client, alpha.party.firm.code) == {}
