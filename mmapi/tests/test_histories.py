"""Receipts of an order or quote: the same rows in the same order, each once, whatever its history is like and however
little of it one request may look at."""

from typing import Any, NamedTuple

import pytest
from django.db.models import Q

from mmapi.receipts import reading
from venue.models import ExecutionReport
from venue.notation import entity_number
from venue.tests.cast import Trader


class Story(NamedTuple):
    """A quote and an order with one client id, with refusals of them, and much else meanwhile."""

    trader: Trader
    quote: str
    order: str
    times: list[str]  # of its reports, the newest first

    def sequences(self, chosen: Q) -> list[int]:
        """The firm's, newest first, as the table has them."""
        own = ExecutionReport.objects.filter(chosen, firm=self.trader.party.firm)
        return list(own.order_by("-pk").values_list("firm_sequence", flat=True))


@pytest.fixture
def story(alpha: Trader, beta: Trader) -> Story:
    again = alpha.order_body("buy", 2, 49950, clientOrderId="same")
    alpha.post("/api/sdk/quotes", alpha.quote_body(bidPrice=1, clientQuoteId="same"))
    quote = alpha.quote(clientQuoteId="same")["quoteId"]
    alpha.quote()
    order = alpha.order("buy", 5, 49950, clientOrderId="same")["orderId"]
    for step in range(3):
        beta.order("sell", 0.1, 49950)
        beta.order("buy", 0.1, 50100)
        alpha.patch(f"/api/sdk/quotes/{quote}", {"bidPrice": 49800 + step})
        alpha.patch(f"/api/sdk/quotes/{quote}", {"bidPrice": 1})
        alpha.order("buy", 0.1, 49000)
        assert alpha.post("/api/v1/orders", again).code == "CLIENT_ID_IN_USE"
    alpha.delete(f"/api/v1/orders/{order}")
    alpha.delete(f"/api/sdk/quotes/{quote}")
    assert alpha.delete(f"/api/sdk/quotes/{quote}").code == "QUOTE_NOT_OPEN"
    assert beta.delete(f"/api/v1/orders/{order}").status == 404
    alpha.quote()
    (body,) = pages(alpha, "limit=100")
    return Story(alpha, quote, order, [one["transactTime"] for one in body])


def pages(trader: Trader, query: str) -> list[list[Any]]:
    found: list[list[Any]] = []
    cursor = ""
    while True:
        answer = trader.get(f"/api/v1/mm/receipts?{query}{cursor}")
        assert answer.status == 200, answer.text
        found.append(answer.body["receipts"])
        if answer.body["nextCursor"] is None:
            return found
        cursor = f"&cursor={answer.body['nextCursor']}"


def read(trader: Trader, query: str) -> list[int]:
    return [one["sequence"] for page in pages(trader, query) for one in page]


def everything(story: Story) -> dict[str, Q]:
    """By what is asked for: what that is in the table."""
    quote, order = entity_number("quote", story.quote), entity_number("order", story.order)
    named = Q(entity_id__in=[quote, order]) | Q(entity_id=0, client_id="same")
    return {
        f"orderId={story.quote}": Q(entity_id=quote),
        f"orderId={story.order}": Q(entity_id=order),
        "clientOrderId=same": named,
        "clientOrderId=same&execType=Trade": named & Q(exec_type=15),
        f"orderId={story.quote}&execType=Rejected": Q(entity_id=quote, exec_type=8),
    }


@pytest.mark.parametrize("window", [1, 3, 8, 100])
@pytest.mark.parametrize("limit", [1, 4])
def test_pages_in_both_directions(story: Story, window: int, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WINDOW", window)
    for query, chosen in everything(story).items():
        expected = story.sequences(chosen)
        assert len(expected) > 2
        assert read(story.trader, f"{query}&limit={limit}") == expected
        assert read(story.trader, f"{query}&limit={limit}&fromSequence=0") == expected[::-1]


@pytest.mark.parametrize("window", [1, 3, 100])
def test_between_two_moments(story: Story, window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "WINDOW", window)
    since, until = story.times[-5], story.times[4]
    everyone = pages(story.trader, f"since={since}&until={until}&limit=100")
    between = {one["sequence"] for page in everyone for one in page}
    for query, chosen in everything(story).items():
        expected = [one for one in story.sequences(chosen) if one in between]
        assert read(story.trader, f"{query}&since={since}&until={until}&limit=2") == expected
        first = min(between)
        forward = read(story.trader, f"{query}&until={until}&limit=2&fromSequence={first}")
        assert forward == [one for one in story.sequences(chosen) if first <= one <= max(between)][::-1]


def test_a_long_history_is_not_walked_again_for_each_page(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fits is beyond the window: empty pages lead there, each from where the last one ended."""
    monkeypatch.setattr(reading, "WINDOW", 2)
    found = pages(story.trader, f"orderId={story.quote}&execType=New&limit=1")
    links = len(story.sequences(everything(story)[f"orderId={story.quote}"] & ~Q(exec_type=8)))
    assert [len(page) for page in found] == [0] * ((links - 1) // 2) + [1]


def test_refusals_of_what_is_closed_anothers_or_never_was(story: Story, beta: Trader) -> None:
    nobody = f"order_{story.order.removeprefix('order_')[:3]}{'f' * 9}"
    assert beta.delete(f"/api/v1/orders/{nobody}").status == 404
    assert [page[0]["execType"] for page in pages(beta, f"orderId={story.order}")] == ["Rejected"]
    assert [page[0]["execType"] for page in pages(beta, f"orderId={nobody}")] == ["Rejected"]
    kinds = [one["execType"] for (page,) in [pages(story.trader, f"orderId={story.quote}")] for one in page]
    assert kinds[:2] == ["Rejected", "Canceled"]
