"""Lists go on by the last row shown, both ways, whatever is written meanwhile; nothing is shown twice or left out."""

import re
from typing import Any

import pytest

from venue.admin.orders import OrderAdmin
from venue.models import ExecutionReport, Order, journal_place
from venue.tests.admin.conftest import Desk
from venue.tests.cast import Trader, open_market


@pytest.fixture(autouse=True)
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("venue.admin.matcher_rows.LargeTableAdmin.list_per_page", 3)


def rows(page: str, kind: str) -> list[str]:
    """The ids in the list's order, each once."""
    listed = page.split('id="result_list"')[1] if 'id="result_list"' in page else ""
    return list(dict.fromkeys(re.findall(rf"{kind}_[0-9a-f]{{12}}", listed)))


def leads(page: str, way: str) -> str | None:
    found = re.search(rf'rel="{way}" href="([^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else None


def follow(desk: Desk, name: str, link: str) -> str:
    query: dict[str, Any] = dict(part.split("=") for part in link.lstrip("?").split("&"))
    return desk.get(name, **query)


def walk(desk: Desk, name: str, kind: str, **query: Any) -> tuple[list[list[str]], str]:
    """All pages from the first to the last, and the last one."""
    page, pages = desk.get(name, **query), []
    while True:
        pages.append(rows(page, kind))
        onward = leads(page, "next")
        if onward is None:
            return pages, page
        page = follow(desk, name, onward)


def entered(trader: Trader, other: Trader) -> list[str]:
    """Seven orders, in two markets in turns; their ids do not run in time."""
    traders = [trader, other]
    return [traders[n % 2].order("buy", 0.1, 48000 + n)["orderId"] for n in range(7)]


@pytest.fixture
def elsewhere(alpha: Trader) -> Trader:
    """Alpha in another market."""
    return Trader(alpha.party, open_market())


def test_down_and_up_again(desk: Desk, alpha: Trader, elsewhere: Trader) -> None:
    ids = entered(alpha, elsewhere)
    firm = alpha.party.firm.code
    pages, page = walk(desk, "venue_order_changelist", "order", q=firm)
    assert [one for page in pages for one in page] == ids[::-1]
    assert [len(page) for page in pages] == [3, 3, 1]
    back = []
    while (link := leads(page, "prev")) is not None:
        page = follow(desk, "venue_order_changelist", link)
        back.append(rows(page, "order"))
    assert back == pages[-2::-1]


def test_oldest_first(desk: Desk, alpha: Trader, elsewhere: Trader) -> None:
    ids = entered(alpha, elsewhere)
    pages, _ = walk(desk, "venue_order_changelist", "order", q=alpha.party.firm.code, o="1")
    assert [one for page in pages for one in page] == ids


def test_what_is_entered_meanwhile_moves_nothing(desk: Desk, alpha: Trader, elsewhere: Trader) -> None:
    ids = entered(alpha, elsewhere)
    page = desk.get("venue_order_changelist", q=alpha.party.firm.code)
    onward = leads(page, "next")
    assert onward is not None
    elsewhere.order("buy", 0.1, 48100)
    alpha.order("buy", 0.1, 48100)
    assert rows(follow(desk, "venue_order_changelist", onward), "order") == ids[::-1][3:6]


def test_of_one_moment(desk: Desk, alpha: Trader, elsewhere: Trader) -> None:
    """Rows of the same millisecond are told apart by their ids."""
    ids = entered(alpha, elsewhere)
    numbers = [int(one.removeprefix("order_"), 16) for one in ids]
    Order.objects.filter(pk__in=numbers).update(created_at=Order.objects.get(pk=numbers[0]).created_at)
    pages, _ = walk(desk, "venue_order_changelist", "order", q=alpha.party.firm.code)
    assert [one for page in pages for one in page] == sorted(ids, reverse=True)
    pages, _ = walk(desk, "venue_order_changelist", "order", q=alpha.party.firm.code, o="1")
    assert [one for page in pages for one in page] == sorted(ids)


def test_a_filter_starts_at_the_first_page(desk: Desk, alpha: Trader, elsewhere: Trader) -> None:
    ids = entered(alpha, elsewhere)
    onward = leads(desk.get("venue_order_changelist", q=alpha.party.firm.code), "next")
    assert onward is not None
    page = follow(desk, "venue_order_changelist", onward)
    without_pages = re.sub(r'rel="(next|prev)" href="[^"]+"', "", page)
    assert not re.search(r"""[?&;"']older\b""", without_pages)
    pages, _ = walk(desk, "venue_order_changelist", "order", market__number__exact=alpha.market.number)
    assert [one for page in pages for one in page] == ids[::-1][::2]


def test_the_journal(desk: Desk, alpha: Trader) -> None:
    quote = alpha.quote()
    for price in (49800, 49850, 49870):
        alpha.patch(f"/api/sdk/quotes/{quote['quoteId']}", {"bidPrice": price})
    pages, _ = walk(desk, "venue_executionreport_changelist", "quote", q=alpha.party.firm.code)
    assert len(pages) == 2
    found = ExecutionReport.objects.filter(firm=alpha.party.firm).values_list("pk", flat=True)
    assert [journal_place(pk)[0] for pk in found] == [1] * 4


@pytest.mark.parametrize("place", ["x", "-1", "1e9", "999999999999999999999"])
def test_a_place_that_is_none(desk: Desk, alpha: Trader, place: str) -> None:
    assert desk.status_of("get", "venue_order_changelist", older=place) in (200, 302)


def test_what_takes_too_long_is_given_up(desk: Desk, alpha: Trader, monkeypatch: pytest.MonkeyPatch) -> None:
    alpha.order("buy", 0.1, 48000)
    monkeypatch.setattr("staff.lists.LONGEST_MS", 50)
    slow = {"slow": "(SELECT pg_sleep(2)) IS NULL"}
    monkeypatch.setattr(OrderAdmin, "get_queryset", lambda *_: Order.objects.extra(where=list(slow.values())))
    assert "This takes too long" in desk.get("venue_order_changelist")
    monkeypatch.undo()
    assert "This takes too long" not in desk.get("venue_order_changelist")
