"""A key's tier decides its lane. What waits in the co-located one, and what operations ask, is carried out first."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Tier
from accounts.tests.cast import tier_of
from venue import streams
from venue.engine.terms import MarketStatus
from venue.streams import Lane
from venue.tests.cast import SHARD, MatcherProcess, Trader, set_status, wait_until


@pytest.fixture
def colocated(alpha: Trader) -> Trader:
    return alpha.another(tier=tier_of("lanes-colocated", lane=Tier.Lane.COLOCATED))


@pytest.fixture
def waiting_room(running_matcher: MatcherProcess) -> Iterator["WaitingRoom"]:
    """The matcher stands still until the end of the test's `with`; what was sent meanwhile waits in its lane."""
    room = WaitingRoom(running_matcher)
    yield room
    running_matcher.resume()
    for thread in room.threads:
        thread.join(timeout=10)


class WaitingRoom:
    def __init__(self, matcher: MatcherProcess) -> None:
        self.matcher = matcher
        self.threads: list[threading.Thread] = []

    @contextmanager
    def closed(self) -> Iterator[None]:
        self.matcher.pause()
        time.sleep(
            0.25
        )  # what it has asked Redis for before comes to nothing; else it would get the first entry of all
        try:
            yield
        finally:
            self.matcher.resume()
        for thread in self.threads:
            thread.join(timeout=10)

    def send(self, lane: Lane, call: Callable[[], Any]) -> list[Any]:
        """Sends, and returns once it is in its lane; the answer is in the list when it has come."""
        before, answers = newest(lane), list[Any]()

        def wait_for_answer() -> None:
            answers.append(call())
            connection.close()

        self.threads.append(threading.Thread(target=wait_for_answer))
        self.threads[-1].start()
        wait_until(lambda: newest(lane) != before)
        return answers


def newest(lane: Lane) -> Any:
    return streams.client().xrevrange(streams.inbox(SHARD, lane), count=1)


def order(trader: Trader, price: float) -> Callable[[], Any]:
    return lambda: trader.post("/api/v1/orders", trader.order_body("buy", 1, price))


def test_the_colocated_lane_goes_first(waiting_room: WaitingRoom, colocated: Trader, beta: Trader) -> None:
    with waiting_room.closed():
        standard = [waiting_room.send(Lane.STANDARD, order(beta, 48_000 + number)) for number in range(3)]
        fast = waiting_room.send(Lane.FAST, order(colocated, 47_000))
    numbers = [answers[0].body["orderId"] for answers in [fast, *standard]]
    assert numbers == sorted(numbers)


def test_operations_go_before_everybody(waiting_room: WaitingRoom, beta: Trader) -> None:
    with waiting_room.closed():
        waiting = waiting_room.send(Lane.STANDARD, order(beta, 48_000))
        waiting_room.send(Lane.FAST, lambda: set_status(beta.market, MarketStatus.HALTED))
    assert (waiting[0].status, waiting[0].code) == (422, "MARKET_HALTED")


def test_a_lane_that_staff_edit_counts_at_once(waiting_room: WaitingRoom, beta: Trader, admin: Client) -> None:
    tier = tier_of("lanes-edited")
    trader = beta.another(tier=tier)
    trader.order("buy", 1, 47_000)
    names = [field.name for field in Tier._meta.fields if field.name != "id"]
    form = {name: getattr(tier, name) for name in names} | {"lane": Tier.Lane.COLOCATED}
    assert admin.post(reverse("admin:accounts_tier_change", args=[tier.pk]), form).status_code == 302
    with waiting_room.closed():
        answers = waiting_room.send(Lane.FAST, order(trader, 48_000))
    assert answers[0].status == 201


@pytest.fixture
def admin(running_matcher: MatcherProcess) -> Client:
    client = Client()
    staff = User.objects.filter(username="desk").first() or User.objects.create_superuser("desk")
    client.force_login(staff)
    return client
