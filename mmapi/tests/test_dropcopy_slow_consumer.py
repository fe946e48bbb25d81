"""A consumer that does not keep up loses nothing and slows nobody: it is cut off with a code, and goes on later."""

import socket
import time
from collections.abc import Iterator

import pytest

from mmapi.tests.stream import StreamProcess, following, serving
from venue.tests.cast import MatcherProcess, Trader

QUOTES = 100
UPDATES = 150
EVERY = QUOTES * (UPDATES + 1)  # more than the buffers on the way hold


@pytest.fixture
def impatient(running_matcher: MatcherProcess) -> Iterator[StreamProcess]:
    with serving(DROPCOPY_SEND_TIMEOUT_MS="700") as process:
        yield process


def refresh(trader: Trader, quotes: list[str], price: int) -> None:
    body = [{"quoteId": one, "bidPrice": price} for one in quotes]
    assert trader.patch("/api/sdk/quotes/batch/update", body).body["summary"]["failed"] == 0


def narrow_socket(port: int) -> socket.socket:
    """One that takes little before somebody reads."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    made.connect(("127.0.0.1", port))
    return made


def test_who_does_not_read_is_cut_off_and_resumes(impatient: StreamProcess, alpha: Trader) -> None:
    quotes = [alpha.quote()["quoteId"] for _ in range(QUOTES)]
    for step in range(UPDATES):
        refresh(alpha, quotes, 48000 + step)
    sock = narrow_socket(impatient.port)
    with following(impatient, alpha, "?from=0&consumer=slow", sock=sock, max_queue=1) as slow:
        time.sleep(2)
        with following(impatient, alpha, "?from=0") as quick:
            quick.until_report(EVERY)
        assert slow.until_closed() == (4408, "CONSUMER_TOO_SLOW")
    assert 0 < slow.position < EVERY
    with following(impatient, alpha, f"?from={slow.position + 1}") as resumed:
        resumed.until_report(EVERY)
    received = [report["sequence"] for report in slow.reports + resumed.reports]
    assert received == list(range(1, EVERY + 1))


def test_who_falls_too_far_behind_is_cut_off(running_matcher: MatcherProcess, alpha: Trader) -> None:
    quotes = [alpha.quote()["quoteId"] for _ in range(QUOTES)]
    with serving(DROPCOPY_LAG_LIMIT="50") as process:
        with following(process, alpha, "?from=0") as follower:
            follower.until("live")  # what was before it came live does not count
            refresh(alpha, quotes, 48000)
            assert follower.until_closed() == (4408, "CONSUMER_TOO_SLOW")
        with following(process, alpha, f"?from={follower.position + 1}") as resumed:
            resumed.until_report(2 * QUOTES)
