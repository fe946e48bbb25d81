"""A maker that quotes without end, over the served door, until it is stopped or refused."""

import http.client
import json
import threading
from types import TracebackType
from typing import Self

from venue.tests.cast import Trader


class Streaming:
    """While in the `with` block; `accepted` counts, `refusal` is the code that ended it."""

    def __init__(self, trader: Trader, port: int) -> None:
        self._trader = trader
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.accepted = 0
        self.refusal = ""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(15)

    def _run(self) -> None:
        """Prices move, so that the board has something to show."""
        for turn in range(1_000_000):
            if self._stop.is_set() or self.refusal:
                return
            status, code = self._quote(49_900 - turn % 50)
            self.accepted += status == 201
            self.refusal = code

    def _quote(self, bid: int) -> tuple[int, str]:
        body = json.dumps(self._trader.quote_body(bidPrice=bid, validForSeconds=60)).encode()
        caller = self._trader.caller
        headers = caller.sign("POST", "/api/sdk/quotes", body, timestamp_ms=caller.next_ms())
        self._connection.request("POST", "/api/sdk/quotes", body, {**headers, "Content-Type": "application/json"})
        answer = self._connection.getresponse()
        text = answer.read()
        return answer.status, "" if answer.status == 201 else str(json.loads(text).get("code", "REFUSED"))
