"""Cancel-on-disconnect while things break: a matcher that is killed or stands still, a Redis that has lost its data."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest

from mmapi.tests.desk import HEARTBEAT, arm, await_firing, millis, order, post, sessions, status_of
from venue.tests.cast import MatcherProcess, Trader, open_market, wait_until

CANCELLED = ("cancelled", "cancel_on_disconnect")
TIMEOUT = 500


@contextmanager
def beating(trader: Trader, session: str) -> Iterator[None]:
    """Heartbeats all the while, however long a matcher takes to start."""
    over = Event()

    def beat() -> None:
        while not over.wait(0.2):
            assert post(trader, HEARTBEAT, session=session).status == 200

    with ThreadPoolExecutor(1) as thread:
        beats = thread.submit(beat)
        try:
            yield
        finally:
            over.set()
            beats.result()


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as found:
        yield found


@pytest.mark.parametrize("heard_of_again", [False, True])
def test_a_deadline_that_passed_without_a_matcher_fires_before_anything_is_matched(
    alpha: Trader, beta: Trader, running_matcher: MatcherProcess, pool: ThreadPoolExecutor, heard_of_again: bool
) -> None:
    """A heartbeat after the deadline does not undo it."""
    mine = order(alpha, 49_900, session="s")
    armed = arm(alpha, TIMEOUT, session="s")
    running_matcher.stop()
    time.sleep(TIMEOUT / 1_000 + 0.2)
    if heard_of_again:
        alpha.call("GET", "/api/v1/orders", **{"X-MM-Session": "s"})
    hit = pool.submit(beta.post, "/api/v1/orders", beta.order_body("sell", 1, 49_900))
    time.sleep(0.1)
    running_matcher.start()
    assert hit.result().body["status"] == "open"
    assert status_of(alpha, mine) == CANCELLED
    firing = await_firing(alpha, "s")
    assert firing["deadline"] == armed["triggerAt"]
    assert firing["fillsBetween"] == []


def test_a_heartbeat_in_time_wins_though_the_matcher_is_away(alpha: Trader, running_matcher: MatcherProcess) -> None:
    mine = order(alpha, session="s")
    arm(alpha, 1_500, session="s")
    running_matcher.stop()
    for _ in range(6):
        time.sleep(0.4)
        alpha.call("GET", "/api/v1/orders", **{"X-MM-Session": "s"})
    with beating(alpha, "s"):
        running_matcher.start()
    assert status_of(alpha, mine) == ("open", None)


def test_no_order_from_before_the_firing_survives_it(
    alpha: Trader, running_matcher: MatcherProcess, pool: ThreadPoolExecutor
) -> None:
    """It waited in the inbox while the matcher stood still."""
    arm(alpha, TIMEOUT, session="s")
    running_matcher.pause()
    stale = pool.submit(post, alpha, "/api/v1/orders", alpha.order_body("buy", 1, 49_000), "s")
    time.sleep(TIMEOUT / 1_000 + 0.3)
    running_matcher.resume()
    refused = stale.result()
    assert (refused.status, refused.code) == (503, "NOT_APPLIED")
    assert alpha.get("/api/v1/orders?status=open").body["orders"] == []
    order(alpha, session="s")


def test_a_paused_matcher_fires_before_it_matches_what_waited(
    alpha: Trader, beta: Trader, running_matcher: MatcherProcess, pool: ThreadPoolExecutor
) -> None:
    mine = order(alpha, 49_900, session="s")
    arm(alpha, TIMEOUT, session="s")
    running_matcher.pause()
    time.sleep(TIMEOUT / 1_000 + 0.2)
    hit = pool.submit(beta.post, "/api/v1/orders", beta.order_body("sell", 1, 49_900))
    time.sleep(0.2)
    running_matcher.resume()
    assert hit.result().body["status"] == "open"
    assert status_of(alpha, mine) == CANCELLED


def test_a_flush_makes_nobody_alive(alpha: Trader, redis_client: Any) -> None:
    mine = order(alpha, session="s")
    armed = arm(alpha, TIMEOUT, session="s")
    time.sleep(0.2)
    names = [name for name in redis_client.keys("venue:*") if b"lease" not in name and b"inbox" not in name]
    redis_client.delete(*names)
    firing = await_firing(alpha, "s")
    assert firing["deadline"] == armed["triggerAt"]
    assert status_of(alpha, mine) == CANCELLED


def test_a_flush_hurts_nobody_who_is_heard_of(alpha: Trader, redis_client: Any) -> None:
    mine = order(alpha, session="s")
    arm(alpha, 1_000, session="s")
    for _ in range(8):
        time.sleep(0.2)
        redis_client.delete(*redis_client.keys("venue:session:*"))
        post(alpha, HEARTBEAT, session="s")
    assert status_of(alpha, mine) == ("open", None)


def test_the_setting_outlives_the_matcher(alpha: Trader, running_matcher: MatcherProcess) -> None:
    mine = order(alpha, session="s")
    arm(alpha, 3_000, session="s")
    with beating(alpha, "s"):
        running_matcher.stop()
        running_matcher.start()
    heard = millis(post(alpha, HEARTBEAT, session="s").body["lastHeartbeatAt"])
    firing = await_firing(alpha, "s", 8)
    assert millis(firing["deadline"]) == heard + 3_000
    assert status_of(alpha, mine) == CANCELLED


def test_every_shard_fires_for_its_own_markets(alpha: Trader, second_shard: MatcherProcess) -> None:
    there = open_market(shard=2)
    orders = [order(alpha, session="s"), order(alpha, session="s", market=there.symbol)]
    arm(alpha, TIMEOUT, session="s")
    wait_until(lambda: all(status_of(alpha, one) == CANCELLED for one in orders))
    firing = sessions(alpha)["s"]["lastFiring"]
    assert firing["cancelled"] == 2
    assert firing["firstCancelAt"] <= firing["lastCancelAt"]


def test_a_market_of_another_shard(alpha: Trader, second_shard: MatcherProcess) -> None:
    there = open_market(shard=2)
    orders = [order(alpha, session="s"), order(alpha, session="s", market=there.symbol)]
    arm(alpha, TIMEOUT, "market", "s", market=there.symbol)
    assert await_firing(alpha, "s")["cancelled"] == 1
    assert [status_of(alpha, one) for one in orders] == [("open", None), CANCELLED]
    post(alpha, HEARTBEAT, session="s")
    wait_until(lambda: sessions(alpha)["s"]["state"] == "active")
