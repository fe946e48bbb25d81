"""A quote lives until expiresAt: past it nothing fills, and within a beat it is expired."""

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from quotes.expiry import expire_due
from venue.launch import data
from venue.launch.children import signalled_with_parent
from venue.models import Command
from venue.tests.cast import SHARD, MatcherProcess, Trader, environment, wait_until


def seconds_past(moment: str) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()


def wait_past(moment: str) -> None:
    time.sleep(max(0.0, 0.005 - seconds_past(moment)))


def test_one_that_is_hit_after_its_end_never_fills(alpha: Trader, beta: Trader) -> None:
    quote = alpha.quote(validForSeconds=1)
    wait_past(quote["expiresAt"])
    order = beta.order("buy", 1, 50100, timeInForce="IOC")
    assert (order["status"], order["filledSize"], order["fills"]) == ("cancelled", 0, [])
    assert alpha.read_quote(quote)["status"] == "expired"


def test_an_idle_one_expires_with_the_beat(alpha: Trader) -> None:
    quote = alpha.quote(validForSeconds=1)
    wait_past(quote["expiresAt"])
    expire_due()
    after = alpha.read_quote(quote)
    assert after["status"] == "expired"
    assert after["updatedAt"] >= quote["expiresAt"]


def test_one_that_was_extended_lives_on(alpha: Trader, beta: Trader) -> None:
    quote = alpha.quote(validForSeconds=1)
    alpha.patch(f"/api/sdk/quotes/{quote['quoteId']}", {"validForSeconds": 30})
    wait_past(quote["expiresAt"])
    expire_due()
    assert beta.order("buy", 1, 50100)["status"] == "filled"


def test_an_expired_one_is_no_longer_open(alpha: Trader) -> None:
    quote = alpha.quote(validForSeconds=1)
    wait_past(quote["expiresAt"])
    for method, body in (("PATCH", {"validForSeconds": 30}), ("DELETE", {})):
        answer = alpha.call(method, f"/api/sdk/quotes/{quote['quoteId']}", body)
        assert (answer.status, answer.code, answer.body["quoteStatus"]) == (409, "QUOTE_NOT_OPEN", "expired")
    assert alpha.get("/api/sdk/quotes?status=expired").body["pagination"]["total"] == 1


def test_the_beat_may_come_as_often_as_it_likes(alpha: Trader) -> None:
    quote = alpha.quote(validForSeconds=300)
    for _ in range(3):
        expire_due()
    assert alpha.read_quote(quote) == quote


def test_beats_that_nobody_takes_do_not_pile_up(alpha: Trader, running_matcher: MatcherProcess) -> None:
    before = Command.objects.filter(name="ExpireDue").count()
    running_matcher.pause()
    try:
        started = time.monotonic()
        expire_due()
        expire_due()
        assert time.monotonic() - started < 2.5
    finally:
        running_matcher.resume()
    alpha.quote()
    assert Command.objects.filter(name="ExpireDue").count() == before


def test_a_shards_silence_is_told_once(
    alpha: Trader, running_matcher: MatcherProcess, caplog: pytest.LogCaptureFixture
) -> None:
    expire_due()
    caplog.set_level(logging.INFO, "quotes.expiry")
    caplog.clear()
    running_matcher.pause()
    try:
        for _ in range(3):
            expire_due()
    finally:
        running_matcher.resume()
    expire_due()
    expire_due()
    silent, back = [(record.levelname, record.getMessage()) for record in caplog.records]
    assert (silent[0], back) == ("WARNING", ("INFO", f"shard {SHARD} takes the beat again"))


@pytest.fixture
def beat(running_matcher: MatcherProcess, tmp_path: Path) -> Iterator[None]:
    """The real worker with the real schedule."""
    command = [sys.executable, "-m", "celery", "--quiet", "--app", "venue.celery", "worker", "--beat"]
    options = ["--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle", "-l", "ERROR"]
    process = subprocess.Popen(
        [*command, *options, "--schedule", str(tmp_path / "schedule")],
        cwd=data.PROJECT,
        env=environment(),
        preexec_fn=signalled_with_parent(signal.SIGTERM),
    )
    before = Command.objects.filter(name="ExpireDue").count()
    wait_until(lambda: Command.objects.filter(name="ExpireDue").count() > before, 30)
    yield
    process.terminate()
    process.wait(20)


def test_an_idle_quote_is_expired_within_a_second_and_a_half(alpha: Trader, beat: Any) -> None:
    quotes = [alpha.quote(validForSeconds=seconds) for seconds in (1, 2, 3)]
    for quote in quotes:
        wait_until(lambda quote=quote: alpha.read_quote(quote)["status"] == "expired", 10)  # type: ignore[misc]
        updated = datetime.fromisoformat(alpha.read_quote(quote)["updatedAt"])
        assert 0 <= (updated - datetime.fromisoformat(quote["expiresAt"])).total_seconds() <= 1.5
