"""No reply in time means unknown, never rejected: the retry with the same client id gives the one outcome there is."""

import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from venue.tests.cast import MatcherProcess, Trader, environment, wait_until


@pytest.fixture(autouse=True)
def _impatient(settings: Any) -> None:
    settings.SUBMIT_TIMEOUT_MS = 300


@pytest.fixture
def blocked_commits(running_matcher: MatcherProcess) -> Iterator[psycopg.Connection]:
    """A lock that keeps the matcher from committing: commands are carried out, and nobody hears of it."""
    with psycopg.connect(environment()["DATABASE_URL"]) as connection:
        connection.execute("LOCK TABLE venue_command IN SHARE MODE")
        yield connection


def total(trader: Trader, path: str) -> int:
    return int(trader.get(path).body["pagination"]["total"])


def test_a_matcher_that_stands_still(alpha: Trader, running_matcher: MatcherProcess) -> None:
    body = alpha.quote_body(clientQuoteId="q-1")
    running_matcher.pause()
    try:
        answer = alpha.post("/api/sdk/quotes", body)
    finally:
        running_matcher.resume()
    assert (answer.status, answer.code, answer.body["outcome"]) == (503, "OUTCOME_UNKNOWN", "unknown")
    retried = settled(alpha, "/api/sdk/quotes", body)
    assert (retried.body["clientQuoteId"], total(alpha, "/api/sdk/quotes")) == ("q-1", 1)


def settled(trader: Trader, path: str, body: Any) -> Any:
    """Retries as a client would, until there is an outcome."""
    deadline = time.monotonic() + 10
    while (answer := trader.post(path, body)).status == 503:
        assert time.monotonic() < deadline
    assert answer.status == 201
    return answer


def test_one_that_was_carried_out_unheard(alpha: Trader, blocked_commits: psycopg.Connection) -> None:
    body = alpha.quote_body(clientQuoteId="q-1")
    assert alpha.post("/api/sdk/quotes", body).body["outcome"] == "unknown"
    blocked_commits.rollback()
    wait_until(lambda: total(alpha, "/api/sdk/quotes") == 1)
    answer = settled(alpha, "/api/sdk/quotes", body)
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert answer.body == alpha.read_quote(answer.body)
    assert total(alpha, "/api/sdk/quotes") == 1


def test_an_order_is_not_placed_twice(alpha: Trader, beta: Trader, blocked_commits: psycopg.Connection) -> None:
    body = beta.order_body("buy", 1, 49000, clientOrderId="o-1")
    assert beta.post("/api/v1/orders", body).code == "OUTCOME_UNKNOWN"
    assert beta.post("/api/v1/orders", body).code == "OUTCOME_UNKNOWN"
    blocked_commits.rollback()
    wait_until(lambda: total(beta, "/api/v1/orders") == 1)
    answer = settled(beta, "/api/v1/orders", body)
    assert answer.headers["Idempotent-Replayed"] == "true"
    assert total(beta, "/api/v1/orders") == 1


def test_one_that_came_too_late_was_not_applied(alpha: Trader, running_matcher: MatcherProcess, settings: Any) -> None:
    """The matcher comes to it after its deadline, and while somebody still waits says so."""
    running_matcher.pause()
    alpha.post("/api/sdk/quotes", alpha.quote_body())
    running_matcher.resume()
    settings.SUBMIT_TIMEOUT_MS = 5_000
    alpha.quote(bidPrice=48000)
    assert total(alpha, "/api/sdk/quotes") == 1


def test_reads_do_not_need_the_matcher(alpha: Trader, running_matcher: MatcherProcess) -> None:
    quote = alpha.quote()
    running_matcher.pause()
    try:
        assert alpha.read_quote(quote) == quote
        assert alpha.get(f"/api/v1/markets/{alpha.market.symbol}/book").status == 200
    finally:
        running_matcher.resume()
