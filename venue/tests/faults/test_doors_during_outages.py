"""What a client sees over HTTP while the venue is broken: a clear 503, and its quote once and no more after a retry."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from accounts.signing import signed_headers
from venue.tests.faults.arena import Arena

RETRY_AFTER = 0.05


class Poster(threading.Thread):
    """Posts one quote after the other, each until it is told what became of it."""

    def __init__(self, port: int, credentials: Mapping[str, str], name: str) -> None:
        super().__init__(daemon=True)
        self._url = f"http://127.0.0.1:{port}"
        self._credentials = credentials
        self._name = name
        self._ended = threading.Event()
        self.quotes: dict[str, str] = {}  # client id → quote id
        self.troubles: list[tuple[int, dict[str, Any]]] = []

    def run(self) -> None:
        number = 0
        while not self._ended.is_set():
            number += 1
            client_id = f"{self._name}-{number}"
            while (answer := self._post(client_id)) is None:
                time.sleep(RETRY_AFTER)
            self.quotes[client_id] = answer["quoteId"]

    def end(self) -> None:
        self._ended.set()
        self.join(60)
        assert not self.is_alive()

    def _post(self, client_id: str) -> dict[str, Any] | None:
        """The quote; None where a retry is called for."""
        terms = {"asset": "XRP", "bidPrice": 0.59, "askPrice": 0.61, "bidSize": 1, "askSize": 1}
        body = json.dumps({**terms, "validForSeconds": 300, "clientQuoteId": client_id}).encode()
        headers = signed_headers(self._credentials, "POST", "/api/sdk/quotes", body)
        headers["Content-Type"] = "application/json"
        request = urllib.request.Request(f"{self._url}/api/sdk/quotes", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            kind = error.headers["Content-Type"]
            self.troubles.append((error.code, json.load(error) if kind == "application/problem+json" else {}))
            return None


def stop_matcher(arena: Arena, matchers: Any) -> None:
    matchers.leader().kill()


def stop_postgres(arena: Arena, matchers: Any) -> None:
    arena.kill_postgres()


def stop_redis(arena: Arena, matchers: Any) -> None:
    arena.kill_redis()


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_doors_during_outages(arena: Arena) -> None:
    credentials = json.loads(
        arena.manage(
            *("issuekey", "--firm", "GAMMA", "--account", "gamma-1", "--scope", "MARKET_MAKING"),
            *("--tier", "unlimited", "--json"),
        )
    )
    with arena.supervised() as matchers, arena.rest():
        posters = [Poster(arena.servers.rest_port, credentials, f"http-{number}") for number in range(4)]
        for poster in posters:
            poster.start()
        breaks: list[Callable[[Arena, Any], None]] = [stop_matcher, stop_postgres, stop_redis]
        for break_it in breaks:
            arena.wait_for_trading(20)
            break_it(arena, matchers)
            arena.servers.start()
        arena.wait_for_trading(20)
        for poster in posters:
            poster.end()
    troubles = [trouble for poster in posters for trouble in poster.troubles]
    assert troubles, "nobody noticed"
    for status, problem in troubles:
        assert status == 503, (status, problem)
        assert problem.get("outcome") in ("unknown", "not_applied"), problem
    told = {client_id: quote for poster in posters for client_id, quote in poster.quotes.items()}
    rows = arena.query("SELECT client_id, id FROM quotes_quote WHERE client_id LIKE 'http-%%'")
    assert max(Counter(client_id for client_id, _ in rows).values()) == 1
    assert told == {client_id: f"quote_{number:012x}" for client_id, number in rows}
    arena.check()
