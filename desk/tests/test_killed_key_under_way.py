"""What a killed key has sent before the click, and the matcher has not come to yet, does not rest afterwards."""

import threading
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.db import connection

from accounts.scopes import Scope
from desk.kill import switches
from desk.tests.stopping import Kind, target
from quotes.models import Quote
from venue import streams
from venue.models import Order
from venue.streams import Lane
from venue.tests.cast import MatcherProcess, Trader, wait_until


def in_background(work: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, found


def entries(trader: Trader, lane: Lane) -> int:
    return int(streams.client().xlen(streams.inbox(trader.market.shard, lane)))  # type: ignore[arg-type]


def sent_before_the_kill(trader: Trader, first: User, matcher: MatcherProcess, send: Callable[[], Any]) -> Any:
    """The answer to what waits in the standard lane while the kill's commands come into the fast one."""
    matcher.pause()
    # What comes first is handed to the matcher's read that waits; what is sent then stays in the stream.
    streams.client().xadd(streams.inbox(trader.market.shard, Lane.STANDARD), {b"": b""})
    waiting, inbox = entries(trader, Lane.STANDARD), entries(trader, Lane.FAST)
    sender, answers = in_background(send)
    wait_until(lambda: entries(trader, Lane.STANDARD) > waiting)
    officer, killed = in_background(lambda: switches.engage(target(Kind.KEY, trader), first, "Leaked"))
    wait_until(lambda: entries(trader, Lane.FAST) > inbox or entries(trader, Lane.STANDARD) > waiting + 1)
    matcher.resume()
    sender.join()
    officer.join()
    assert killed[0].state == "engaged"
    return answers[0]


def test_a_quote_meets_the_lock_of_its_session(first: User, alpha: Trader, running_matcher: MatcherProcess) -> None:
    alpha.quote()
    answer = sent_before_the_kill(
        alpha, first, running_matcher, lambda: alpha.post("/api/sdk/quotes", alpha.quote_body())
    )
    assert (answer.status, answer.code) == (422, "MASS_CANCEL_LOCK")
    assert not Quote.objects.filter(market_id=alpha.market.number, status__in=[0, 1]).exists()


def test_an_order_outside_of_sessions_is_found_after_it_was_entered(
    first: User, alpha: Trader, running_matcher: MatcherProcess
) -> None:
    taker = alpha.another(scopes=(Scope.READ, Scope.TRADE))
    answer = sent_before_the_kill(
        taker, first, running_matcher, lambda: taker.post("/api/v1/orders", taker.order_body("buy", 1, 49000))
    )
    assert answer.status == 201
    assert not Order.objects.filter(market_id=alpha.market.number, status__in=[0, 1]).exists()
