"""How long a kill switch takes until every engine has confirmed it, while batches of quotes stream into the venue."""

import json
import threading
from typing import Final, NamedTuple

from bench import load
from bench.load import signed
from bench.makers import LADDERS, LONGEST_VALIDITY, Ladder, Walk
from bench.own_venue import Key, OwnVenue

_STREAMING: Final = 8  # makers; the first one's key, account and firm are stopped
_BATCH: Final = 100
_ROUNDS: Final = 5
_KINDS: Final = ("key", "account", "firm", "market", "venue")


class Taken(NamedTuple):
    """Of one kind: milliseconds, and how many quotes and orders were cancelled in all."""

    kind: str
    median: float
    worst: float
    cancelled: int


class Measured(NamedTuple):
    quotes_per_second: float
    taken: list[Taken]


class PersistentMaker:
    """Sends its ladder again and again, by client ids, so that what was cancelled is entered anew as soon as it may."""

    path = "/api/v1/mm/orders/batch"

    def __init__(self, key: Key, ladder: Ladder, seed: int) -> None:
        self._key = key
        self._ladder = ladder
        self._walk = Walk(ladder, seed)

    def request(self) -> bytes:
        middle, ladder = self._walk.step(), self._ladder
        entries = [
            f'{{"clientQuoteId":"level-{level}","bidPrice":{ladder.price(middle - ladder.gap - level)},'
            f'"askPrice":{ladder.price(middle + ladder.gap + level)},"bidSize":{ladder.size},"askSize":{ladder.size},'
            f'"validForSeconds":{LONGEST_VALIDITY}}}'
            for level in range(_BATCH)
        ]
        body = f'{{"markets":[{{"market":"{ladder.asset}-USD","quotes":[{",".join(entries)}]}}]}}'
        return signed(self._key, "POST", self.path, body.encode())

    def answered(self, status: int, body: bytes) -> int:
        """A refusal is what this is about."""
        return body.count(b'"result":"SUCCESS"')


def measure(venue: OwnVenue) -> Measured:
    """Each kind a few times; the second officer lifts it, and the makers quote again."""
    port = venue.servers.rest_port
    keys = venue.issue_keys(_STREAMING)
    makers = [PersistentMaker(key, LADDERS[n % len(LADDERS)], n) for n, key in enumerate(keys)]
    undisturbed = load.run(port, makers, 5.0, warm_up=2).per_second
    found: list[Taken] = []
    officers = threading.Thread(target=lambda: found.extend(engaged(venue, keys[0])), daemon=True)
    officers.start()
    while officers.is_alive():
        load.run(port, makers, 2.0, warm_up=0)
    return Measured(undisturbed, found)


def engaged(venue: OwnVenue, key: Key) -> list[Taken]:
    """In a process of its own, by the function that the web process calls when it is clicked."""
    answer = venue.python("bench.officers", key.api_key, str(_ROUNDS), *_KINDS)
    return [Taken(*one) for one in json.loads(answer)]
