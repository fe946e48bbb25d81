"""Staff at the desk, and a market in which something has happened."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Firm
from venue.tests.cast import MatcherProcess, Trader


class Desk:
    """A staff member's browser."""

    def __init__(self, staff: User) -> None:
        self.client = Client()
        self.client.force_login(staff)

    def get(self, name: str, *args: Any, **query: Any) -> str:
        """A page that must open."""
        response = self.client.get(reverse(f"admin:{name}", args=args), query)
        assert response.status_code == 200, response.status_code
        return response.content.decode()

    def post(self, name: str, *args: Any, **form: Any) -> str:
        """The page that a form leads to."""
        response = self.client.post(reverse(f"admin:{name}", args=args), form, follow=True)
        assert response.status_code == 200, response.status_code
        return response.content.decode()

    def status_of(self, method: str, name: str, *args: Any, **form: Any) -> int:
        return int(getattr(self.client, method)(reverse(f"admin:{name}", args=args), form).status_code)

    def queries(self, name: str, **query: Any) -> list[str]:
        """The statements behind a page."""
        with CaptureQueriesContext(connection) as captured:
            self.get(name, **query)
        return [statement["sql"] for statement in captured]


class Traded(NamedTuple):
    """Alpha's quote was hit by Beta's order; another order of Beta's rests and one of Gamma's was refused."""

    quote: str
    order: str
    trade: str


@pytest.fixture
def desk(running_matcher: MatcherProcess) -> Desk:
    return Desk(User.objects.filter(username="desk").first() or User.objects.create_superuser("desk"))


@pytest.fixture
def viewer(running_matcher: MatcherProcess) -> Desk:
    """May look at markets and at nothing else."""
    staff, _ = User.objects.get_or_create(username="onlooker", is_staff=True)
    staff.user_permissions.set(Permission.objects.filter(codename="view_market"))
    return Desk(staff)


@pytest.fixture
def traded(alpha: Trader, beta: Trader, gamma: Trader) -> Traded:
    quote = alpha.quote(clientQuoteId=f"q-{alpha.market.number}", metadata={"desk": "one"})
    order = beta.order("sell", 2, 49900, clientOrderId=f"o-{alpha.market.number}")
    beta.order("buy", 0.5, 49000)
    refused = gamma.post("/api/v1/orders", gamma.order_body("buy", 1, 1))
    assert refused.code == "PRICE_OUTSIDE_BAND"
    return Traded(quote["quoteId"], order["orderId"], order["fills"][0]["tradeId"])


@pytest.fixture
def silent(running_matcher: MatcherProcess, settings: Any) -> Iterator[None]:
    """The matcher does not answer."""
    settings.SUBMIT_TIMEOUT_MS = 200
    running_matcher.pause()
    yield
    running_matcher.resume()


def number_of(text: str) -> int:
    """Of an id such as quote_0123456789ab."""
    return int(text.split("_")[1], 16)


def firm_of(trader: Trader) -> Firm:
    return Firm.objects.get(pk=trader.party.firm.pk)
