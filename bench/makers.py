"""What the load consists of: makers that refresh their quotes round a random walk, and never meet each other."""

import json
import random
from dataclasses import dataclass
from http.client import HTTPConnection

from bench.load import signed
from bench.own_venue import Key
from mmapi.codec.framing import read_header, rows, spans
from mmapi.codec.replies import BATCH, decode_reply
from mmapi.codec.requests import BatchRequest, MarketPart, encode_request
from mmapi.codec.schema import MEDIA_TYPE
from mmapi.codec.words import MarketOutcome

LONGEST_VALIDITY = 300


@dataclass(frozen=True)
class Ladder:
    """A market as the load quotes it, in ticks: the walk stays within `wander`, quotes begin `gap` away from it."""

    asset: str
    decimals: int
    reference: int
    size: str
    gap: int = 100
    wander: int = 40

    def price(self, ticks: int) -> str:
        whole, rest = divmod(ticks, 10**self.decimals)
        return f"{whole}.{rest:0{self.decimals}d}"


LADDERS = (
    Ladder("BTC", 2, 5_000_000, "0.1"),
    Ladder("ETH", 2, 300_000, "1"),
    Ladder("SOL", 2, 15_000, "10"),
    Ladder("XRP", 4, 6_000, "100"),
)


MARKET_NUMBERS = {"BTC": 1, "ETH": 2, "SOL": 3, "XRP": 4}  # of the sandbox


class Walk:
    """The market's middle as one maker sees it."""

    def __init__(self, ladder: Ladder, seed: int) -> None:
        self._ladder = ladder
        self._random = random.Random(seed)
        self._drift = 0

    def step(self) -> int:
        wander = self._ladder.wander
        self._drift = max(-wander, min(wander, self._drift + self._random.choice((-1, 0, 1))))
        return self._ladder.reference + self._drift


class BatchMaker:
    """Refreshes all its quotes with one request, again and again. What it asks at a place of the walk is written once:
    the time on two cores is the venue's."""

    method = "PATCH"
    path = "/api/sdk/quotes/batch/update"
    content_type = "application/json"

    def __init__(self, port: int, key: Key, ladder: Ladder, quotes: int, seed: int) -> None:
        self._key = key
        self._ladder = ladder
        self._walk = Walk(ladder, seed)
        self._quotes = [_place(port, key, ladder, level) for level in range(quotes)]
        self._bodies: dict[int, bytes] = {}  # by the walk's middle

    def request(self) -> bytes:
        middle = self._walk.step()
        body = self._bodies.get(middle)
        if body is None:
            body = self._bodies[middle] = self.body(middle)
        return signed(self._key, self.method, self.path, body, self.content_type)

    def body(self, middle: int) -> bytes:
        return f"[{','.join(self.entries(middle))}]".encode()

    def entries(self, middle: int, more: str = "") -> list[str]:
        ladder = self._ladder
        sizes = f'"bidSize":{ladder.size},"askSize":{ladder.size}'
        return [
            f'{{"quoteId":"{quote}","bidPrice":{ladder.price(middle - ladder.gap - level)},'
            f'"askPrice":{ladder.price(middle + ladder.gap + level)},{sizes}{more}}}'
            for level, quote in enumerate(self._quotes)
        ]

    def answered(self, status: int, body: bytes) -> int:
        if status != 200:
            raise AssertionError(f"{status}: {body[:500]!r}")
        summary = json.loads(body[body.rindex(b'"summary":') + 10 : -1])
        if summary["failed"]:
            raise AssertionError(body[:500])
        return int(summary["successful"])


class JsonBatchMaker(BatchMaker):
    """The same by the Market Maker API's batch."""

    method = "POST"
    path = "/api/v1/mm/orders/batch"

    def body(self, middle: int) -> bytes:
        entries = ",".join(self.entries(middle, f',"validForSeconds":{LONGEST_VALIDITY}'))
        return f'{{"markets":[{{"market":"{self._ladder.asset}-USD","quotes":[{entries}]}}]}}'.encode()

    def answered(self, status: int, body: bytes) -> int:
        if status != 200 or b'"outcome":"APPLIED"' not in body:
            raise AssertionError(f"{status}: {body[:500]!r}")
        return body.count(b'"result":"SUCCESS"')


class BinaryBatchMaker(BatchMaker):
    """The same in SBE."""

    method = "POST"
    path = "/api/v1/mm/orders/batch.bin"
    content_type = MEDIA_TYPE

    def __init__(self, port: int, key: Key, ladder: Ladder, quotes: int, seed: int) -> None:
        super().__init__(port, key, ladder, quotes, seed)
        self._market = MARKET_NUMBERS[ladder.asset]
        self._numbers = [int(quote.rpartition("_")[2], 16) for quote in self._quotes]
        self._tick = 10 ** (8 - ladder.decimals)
        self._size = int(float(ladder.size) * 10**8)

    def body(self, middle: int) -> bytes:
        gap, tick, size = self._ladder.gap, self._tick, self._size
        quotes = [
            (quote, (middle - gap - n) * tick, size, (middle + gap + n) * tick, size, LONGEST_VALIDITY, 0)
            for n, quote in enumerate(self._numbers)
        ]
        return encode_request(BatchRequest([MarketPart(self._market, quotes=quotes)]))

    def answered(self, status: int, body: bytes) -> int:
        """As many as there are entries, of a market that was applied whole; not every one is made an object of."""
        header = read_header(body)
        if status == 200 and header.template_id == BATCH.template_id:
            _, (markets, entries, _) = spans(body, header, BATCH)
            if [row[-1] for row in rows(body, markets)] == [MarketOutcome.APPLIED]:
                return entries.entries
        raise AssertionError(f"{status}: {decode_reply(body)!r:.500}")


class SingleMaker:
    """Places a quote, refreshes it some times, places the next: one quote a request."""

    refreshes = 9

    def __init__(self, key: Key, ladder: Ladder, seed: int) -> None:
        self._key = key
        self._ladder = ladder
        self._walk = Walk(ladder, seed)
        self._quote = ""
        self._left = 0

    def request(self) -> bytes:
        middle, ladder = self._walk.step(), self._ladder
        terms: dict[str, object] = {
            "bidPrice": ladder.price(middle - ladder.gap),
            "askPrice": ladder.price(middle + ladder.gap),
        }
        if self._left:
            self._left -= 1
            return signed(self._key, "PATCH", f"/api/sdk/quotes/{self._quote}", json.dumps(terms).encode())
        self._left = self.refreshes
        terms |= {"asset": ladder.asset, "bidSize": ladder.size, "askSize": ladder.size, "validForSeconds": 30}
        return signed(self._key, "POST", "/api/sdk/quotes", json.dumps(terms).encode())

    def answered(self, status: int, body: bytes) -> int:
        if status not in (200, 201):
            raise AssertionError(f"{status}: {body[:500]!r}")
        self._quote = json.loads(body)["quoteId"]
        return 1


def _place(port: int, key: Key, ladder: Ladder, level: int) -> str:
    """Rest one quote, out of everybody's way, for as long as the venue allows."""
    terms = {
        "asset": ladder.asset,
        "bidPrice": ladder.price(ladder.reference - 2 * ladder.gap - level),
        "askPrice": ladder.price(ladder.reference + 2 * ladder.gap + level),
        "bidSize": ladder.size,
        "askSize": ladder.size,
        "validForSeconds": LONGEST_VALIDITY,
    }
    head, _, body = signed(key, "POST", "/api/sdk/quotes", json.dumps(terms).encode()).partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/api/sdk/quotes", body, headers)
    answer = connection.getresponse()
    content = json.loads(answer.read())
    connection.close()
    if answer.status != 201:
        raise AssertionError(content)
    return str(content["quoteId"])
