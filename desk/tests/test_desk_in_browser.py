"""The desk in a real browser: it renews itself and keeps its place, and a kill switch bites while quotes stream."""

import time
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from desk.models import KillSwitch
from desk.tests.conftest import KILLER
from desk.tests.stopping import Kind, target
from desk.tests.streaming import Streaming
from quotes.models import Quote
from venue.engine.terms import MarketStatus
from venue.models import Market
from venue.tests.browser import PHONE, Visit, photograph
from venue.tests.cast import Trader, set_status, wait_until
from venue.tests.rest import RestProcess

# Who signs in is nobody that another test has made without a password: amy, ben and eve.
OFFICER: Final = (*KILLER, "venue.view_market")
_BOUND: Final = 10.0  # seconds, very generously: what it takes is measured in bench/kill_switch.py
expect.set_options(timeout=15_000)


def row(page: Page, trader: Trader) -> Any:
    return page.locator(f'tr[data-key="{trader.market.number}"]')


def open_quotes(trader: Trader) -> int:
    return Quote.objects.filter(market_id=trader.market.number, status__in=[0, 1]).count()


def test_the_board_renews_itself(sign_in: Visit, alpha: Trader) -> None:
    page = sign_in("amy", *OFFICER)
    market = row(page, alpha)
    expect(market).to_contain_text("open")
    link = market.get_by_role("link")
    link.focus()
    page.evaluate("document.querySelector('[data-live]').firstElementChild.mine = true")
    alpha.quote(bidPrice=49900, askPrice=50100)
    expect(market).to_contain_text("49,900.00")
    expect(market).to_contain_text("40.00 bp")
    set_status(alpha.market, MarketStatus.HALTED)
    expect(market).to_contain_text("halted")
    expect(page.get_by_text(f"{alpha.market.symbol} is halted")).to_be_visible()
    expect(link).to_be_focused()
    assert page.evaluate("document.querySelector('[data-live]').firstElementChild.mine === true")
    expect(page.get_by_role("status")).to_contain_text("Live")
    photograph(page, "board")


def test_a_board_that_gets_no_news_says_so(sign_in: Visit, alpha: Trader) -> None:
    page = sign_in("amy", *OFFICER)
    status = page.get_by_role("status")
    expect(status).to_contain_text("Live")
    page.route("**/admin/desk/board/", lambda route: route.abort())
    expect(status).to_contain_text("Not up to date", timeout=15_000)
    page.unroute("**/admin/desk/board/")
    expect(status).to_contain_text("Live")


def test_who_is_signed_out_is_told_so(sign_in: Visit, alpha: Trader) -> None:
    page = sign_in("amy", *OFFICER)
    page.context.clear_cookies()
    expect(page.get_by_role("status")).to_contain_text("you are not signed in any more")


def test_the_market_page_shows_the_book_as_it_is(sign_in: Visit, alpha: Trader, beta: Trader) -> None:
    page = sign_in("amy", *OFFICER)
    page.goto(f"/admin/desk/markets/{alpha.market.symbol}/")
    expect(page.get_by_text("Nothing rests.")).to_be_visible()
    alpha.quote(bidPrice=49900, askPrice=50100)
    expect(page.get_by_role("cell", name="49,900.00")).to_be_visible()
    beta.order("sell", 1, 49900)
    expect(page.get_by_role("cell", name="sell")).to_be_visible()
    photograph(page, "market")


@pytest.mark.parametrize("kind", [Kind.KEY, Kind.ACCOUNT, Kind.FIRM, Kind.MARKET])
def test_a_kill_switch_while_quotes_stream(sign_in: Visit, rest: RestProcess, alpha: Trader, kind: str) -> None:
    page = sign_in("amy", *OFFICER)
    stopped = target(kind, alpha)
    with Streaming(alpha, rest.port) as stream:
        wait_until(lambda: stream.accepted > 5, 15)
        page.goto(f"/admin/desk/kill/{kind}/{stopped.number}/")
        button = page.get_by_role("button", name="Kill now")
        expect(button).to_be_disabled()
        page.get_by_label(f"Type {stopped.word} to confirm").fill(stopped.word)
        expect(button).to_be_enabled()
        clicked = time.monotonic()
        button.click()
        expect(page.get_by_text("is engaged:")).to_be_visible()
        assert time.monotonic() - clicked < _BOUND
        wait_until(lambda: bool(stream.refusal), _BOUND)
    assert stream.refusal in {"KEY_BLOCKED", "MASS_CANCEL_LOCK", "ACCOUNT_SUSPENDED", "FIRM_SUSPENDED", "MARKET_HALTED"}
    assert open_quotes(alpha) == 0
    expect(page.get_by_text("You have engaged it, so somebody else has to lift it.")).to_be_visible()
    photograph(page, f"switch-{kind}")


def test_a_second_person_lifts_it(sign_in: Visit, alpha: Trader) -> None:
    page = sign_in("amy", *OFFICER)
    page.goto(f"/admin/desk/markets/{alpha.market.symbol}/")
    page.get_by_role("link", name="Kill switch", exact=True).click()
    expect(page.get_by_label(f"Type {alpha.market.symbol} to confirm")).to_be_focused()
    page.keyboard.type(alpha.market.symbol)  # what is typed first is the name
    page.keyboard.press("Enter")
    expect(page.get_by_text("is engaged:")).to_be_visible()
    expect(page.get_by_text("Kill switch of market", exact=False).first).to_be_visible()
    other = sign_in("ben", *OFFICER, viewport=PHONE)
    other.get_by_role("link", name=f"Kill switch of market {alpha.market.symbol}", exact=False).click()
    other.get_by_label(f"Type {alpha.market.symbol} to confirm").fill(alpha.market.symbol)
    other.get_by_label("Reason").fill("The index is back")
    other.get_by_role("button", name="Lift the kill switch").click()
    expect(other.get_by_text("is lifted.")).to_be_visible()
    assert Market.objects.get(number=alpha.market.number).status == MarketStatus.OPEN
    switch = KillSwitch.objects.get(kind=Kind.MARKET, subject_id=alpha.market.number)
    assert switch.lifted_by is not None
    assert switch.lifted_by.get_username() == "ben"


def test_who_may_only_look_is_offered_nothing(sign_in: Visit, alpha: Trader) -> None:
    page = sign_in("eve", "desk.view_board")
    expect(page.get_by_text("Kill switch: venue")).to_have_count(0)
    page.goto(f"/admin/desk/markets/{alpha.market.symbol}/")
    expect(page.get_by_role("link", name="Kill switch")).to_have_count(0)
    answer = page.goto(f"/admin/desk/kill/market/{alpha.market.number}/")
    assert answer is not None
    assert answer.status == 403
