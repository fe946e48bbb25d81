"""The board as all who look share it: figures of the published books, the pulses and the rows."""

import json
import time
from typing import Any

import msgspec
import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from accounts.connections import redis_client
from desk import owed, recording
from desk.board import building, shared
from desk.board.shapes import Board, MakerLine, MarketLine, Obligation, ShardLine
from desk.tests.conftest import officer
from venue.tests.cast import MatcherProcess, Trader, set_rules, wait_until


@pytest.fixture
def looker(running_matcher: MatcherProcess) -> Client:
    client = Client()
    client.force_login(officer("looker", "desk.view_board"))
    return client


def board() -> Board:
    """As of now, not as shared."""
    for key in redis_client().scan_iter("*desk:*"):
        redis_client().delete(key)
    return building.latest()


def line_of(trader: Trader) -> MarketLine:
    return next(line for line in board().markets if line.symbol == trader.market.symbol)


def makers_of(trader: Trader) -> list[MakerLine]:
    return [line for line in board().makers if line.account == trader.party.account.name]


def shard_of(trader: Trader) -> ShardLine:
    return next(line for line in board().shards if line.number == trader.market.shard)


def published(trader: Trader) -> None:
    wait_until(lambda: line_of(trader).two_sided)


def test_a_market(alpha: Trader, beta: Trader) -> None:
    alpha.quote(bidPrice=49900, askPrice=50100, bidSize=5, askSize=4)
    beta.order("sell", 1, 49900)
    wait_until(lambda: line_of(alpha).bid_size == "4.0000")
    line = line_of(alpha)
    assert (line.status, line.bid, line.ask, line.ask_size) == ("open", "49,900.00", "50,100.00", "4.0000")
    assert (line.last, line.reference, line.spread_bps) == ("49,900.00", "50,000.00", 40.0)
    assert line.trades_a_minute == 1
    assert line.reference_age is not None
    assert line.reference_age < 60
    assert line.bids.startswith("0.00,") or "100.00" in line.bids


def test_a_market_with_nothing_in_it(alpha: Trader) -> None:
    line = line_of(alpha)
    assert (line.bid, line.ask, line.spread_bps, line.bids, line.trades_a_minute) == ("", "", None, "", 0)


def test_quotes_a_second_come_from_the_matcher(alpha: Trader) -> None:
    def streams() -> bool:
        alpha.quote()
        return line_of(alpha).quotes_a_second > 0

    wait_until(streams, 10)


def test_a_stale_reference(alpha: Trader) -> None:
    set_rules(alpha.market, reference_max_age_ms=50)
    time.sleep(0.1)
    assert line_of(alpha).reference_is_stale


def test_a_maker(alpha: Trader) -> None:
    alpha.quote()
    (line,) = makers_of(alpha)
    assert (line.firm, line.state, line.quotes, line.orders) == (alpha.party.firm.code, "active", 1, 0)
    assert line.heartbeat_age is not None
    assert line.heartbeat_age < 30
    assert (line.protection, line.obligation, line.deadline_in) == ("", None, None)


def test_a_makers_obligations_come_by_the_seam(alpha: Trader, monkeypatch: pytest.MonkeyPatch) -> None:
    alpha.quote()
    told = Obligation(met=True, text="98.2% of 95%")
    monkeypatch.setattr(owed, "obligations_today", lambda accounts: dict.fromkeys(accounts, told))
    (line,) = makers_of(alpha)
    assert line.obligation == told


def test_a_matcher(alpha: Trader, running_matcher: MatcherProcess) -> None:
    alpha.quote()
    time.sleep(0.3)
    alpha.quote()
    wait_until(lambda: shard_of(alpha).commit is not None)
    line = shard_of(alpha)
    assert line.leased
    assert running_matcher.process is not None
    assert f"process {running_matcher.process.pid}" in line.holder
    assert line.commit is not None
    assert line.commit > 0
    assert line.sequence > 0
    assert line.lag < 1_000


def test_a_matcher_that_is_behind(alpha: Trader, silent: None) -> None:
    """The oldest command that waits tells how far."""
    alpha.post("/api/sdk/quotes", alpha.quote_body())
    time.sleep(0.3)
    assert shard_of(alpha).lag >= 300


def test_celery_is_heard_of_by_its_own_task(running_matcher: MatcherProcess) -> None:
    recording.hear_beat()
    heard = board().workers.heartbeat_age
    assert heard is not None
    assert heard < 10


def test_one_building_serves_all(running_matcher: MatcherProcess, redis_client: Any) -> None:
    built = []

    def build() -> bytes:
        built.append(1)
        return b"%d" % len(built)

    assert [shared.shared("a", 10_000, build) for _ in range(3)] == [b"1", b"1", b"1"]


def test_while_one_builds_the_others_see_what_was(running_matcher: MatcherProcess, redis_client: Any) -> None:
    def slow() -> bytes:
        assert shared.shared("b", 1, lambda: b"never built") == b"old"
        return b"new"

    assert shared.shared("b", 1, lambda: b"old") == b"old"
    time.sleep(0.05)
    assert shared.shared("b", 10_000, slow) == b"new"
    assert shared.shared("b", 10_000, lambda: b"never built") == b"new"


def test_the_board_as_json_and_as_a_fragment(looker: Client, alpha: Trader) -> None:
    alpha.quote()
    published(alpha)
    answer = looker.get(reverse("desk:board_json"))
    assert "no-store" in answer["Cache-Control"]
    assert msgspec.json.decode(answer.content, type=Board).markets
    page = looker.get(reverse("desk:board")).content.decode()
    assert alpha.market.symbol in page
    assert "<html" not in page


def test_the_first_page_is_the_board(looker: Client, alpha: Trader) -> None:
    board()
    page = looker.get("/admin/").content.decode()
    assert f'data-live="{reverse("desk:board")}"' in page
    assert alpha.market.symbol in page


def test_without_redis_the_pages_say_so(looker: Client, alpha: Trader, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert looker.get(reverse("desk:board")).status_code == 503
    assert b"Redis does not answer" in looker.get("/admin/").content


def test_charts_of_one_market(looker: Client, alpha: Trader) -> None:
    recording.record_markets()
    answer = json.loads(looker.get(reverse("desk:charts"), {"market": alpha.market.symbol}).content)
    assert [chart["name"] for chart in answer["charts"]] == ["presence", "spread", "volume", "rebates"]
    assert User.objects.filter(username="looker").exists()
