"""The cast of every test that knocks at the doors, as a pytest plugin: Alpha makes the market, Beta takes from it,
Gamma must see nothing of Alpha's. Each test has a market and firms of its own, really committed, so nothing is cleaned
up; a real matcher process serves them."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from msgspec import structs

from accounts.credentials import cache
from accounts.tests.cast import Caller, Party, party
from staff.tests.people import let_tests_truncate
from venue import gateway, markets, sandbox, streams
from venue.engine import commands
from venue.engine.terms import MarketStatus
from venue.gateway import NotApplied, OutcomeUnknown
from venue.launch import data
from venue.launch.children import signalled_with_parent
from venue.markets import Terms
from venue.models import Market, Shard
from venue.sandbox import SandboxMarket

SHARD = sandbox.SHARD
_numbers = itertools.count(101)


class Answer(NamedTuple):
    """A response with its body read exactly: decimals are never floats."""

    status: int
    body: Any
    headers: Mapping[str, str]
    text: str

    @property
    def code(self) -> str:
        return str(self.body["code"])

    @property
    def faults(self) -> list[tuple[str, str]]:
        return [(fault["field"], fault["code"]) for fault in self.body["errors"]]


class Trader:
    """A firm with one account and one key, in one market."""

    def __init__(self, party: Party, market: Terms, **key: Any) -> None:
        self.party = party
        self.market = market
        self.caller: Caller = party.caller(**key)

    def another(self, **key: Any) -> "Trader":
        """The same account by another key."""
        return Trader(self.party, self.market, **key)

    def call(self, method: str, target: str, body: Any = b"", **headers: str) -> Answer:
        return read(self.caller.call(method, target, body, headers))

    def get(self, target: str) -> Answer:
        return self.call("GET", target)

    def post(self, target: str, body: Any) -> Answer:
        return self.call("POST", target, body)

    def patch(self, target: str, body: Any) -> Answer:
        return self.call("PATCH", target, body)

    def delete(self, target: str, body: Any = b"") -> Answer:
        return self.call("DELETE", target, body)

    def quote_body(self, **changes: Any) -> dict[str, Any]:
        """The specification's example, in this test's market; None leaves a parameter out."""
        body = {
            "asset": self.market.base_asset,
            "bidPrice": 49900.00,
            "askPrice": 50100.00,
            "bidSize": 5.0,
            "askSize": 5.0,
            **changes,
        }
        return {name: value for name, value in body.items() if value is not None}

    def order_body(self, side: str, size: float, price: float | str | None, **changes: Any) -> dict[str, Any]:
        body = {"market": self.market.symbol, "side": side, "type": "limit", "price": price, "size": size, **changes}
        return {name: value for name, value in body.items() if value is not None}

    def quote(self, **changes: Any) -> dict[str, Any]:
        """A quote that must be accepted."""
        answer = self.post("/api/sdk/quotes", self.quote_body(**changes))
        assert answer.status == 201, answer.text
        quote: dict[str, Any] = answer.body
        return quote

    def order(self, side: str, size: float, price: float | None = None, **changes: Any) -> dict[str, Any]:
        """An order that must be accepted."""
        answer = self.post("/api/v1/orders", self.order_body(side, size, price, **changes))
        assert answer.status == 201, answer.text
        order: dict[str, Any] = answer.body
        return order

    def read_quote(self, quote: Mapping[str, Any]) -> Any:
        return self.get(f"/api/sdk/quotes/{quote['quoteId']}").body

    def read_order(self, order: Mapping[str, Any]) -> Any:
        return self.get(f"/api/v1/orders/{order['orderId']}").body


def read(response: Any) -> Answer:
    text = response.content.decode()
    body = json.loads(text, parse_float=Decimal) if text else None
    return Answer(response.status_code, body, dict(response.items()), text)


class MatcherProcess:
    """`manage.py runmatcher` on this worker's test database and Redis."""

    def __init__(self, shard: int) -> None:
        self.shard = shard
        self.epoch = 0
        self.process: subprocess.Popen[bytes] | None = None

    def ensure(self) -> None:
        """Serving; started anew where another test has emptied the tables or Redis under it."""
        if not self.is_current():
            self.stop()
            self.start()

    def is_current(self) -> bool:
        return (
            self.process is not None
            and self.process.poll() is None
            and Shard.objects.filter(number=self.shard, epoch=self.epoch).exists()
            and bool(streams.client().exists(streams.lease(self.shard)))
        )

    def start(self) -> None:
        streams.client().delete(streams.lease(self.shard))
        command = [sys.executable, str(data.PROJECT / "manage.py"), "runmatcher", "--shard", str(self.shard)]
        self.process = subprocess.Popen(command, env=environment(), preexec_fn=signalled_with_parent(signal.SIGTERM))
        self.await_service()
        self.epoch = Shard.objects.get(number=self.shard).epoch

    def await_service(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                gateway.submit(commands.ExpireDue(), shard=self.shard, timeout_ms=1_000)
            except (OutcomeUnknown, NotApplied):
                assert self.process is not None
                assert self.process.poll() is None, "the matcher has ended"
            else:
                return
        raise TimeoutError("The matcher does not answer.")

    def pause(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        self.process = None


def environment() -> dict[str, str]:
    """What makes a process of the venue use this worker's test database and Redis."""
    database = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}")
    return {
        **os.environ,
        "DATABASE_URL": urlunsplit(database),
        "REDIS_URL": settings.REDIS_URL,
        "REDIS_PREFIX": settings.REDIS_PREFIX,
        "SECRET_KEY": settings.SECRET_KEY,
        "VENUE_SECRET_KEYS": ",".join(settings.VENUE_SECRET_KEYS),
    }


def carry_out(command: commands.Command, shard: int = SHARD) -> None:
    """A command of operations."""
    refused = markets.refusal(gateway.submit(command, shard=shard))
    assert refused is None, refused


def open_market(
    shard: int = SHARD, *, asset: str = "", tick: str = "0.01", lot: str = "0.0001", reference: str = "50000"
) -> Terms:
    """A market as BTC-USD of the sandbox, of an asset that no other test has."""
    number = next(_numbers)
    create, *rest = sandbox.opening(SandboxMarket(number, asset or f"A{number}", tick, lot, reference))
    for command in (structs.replace(create, shard=shard), *rest):
        carry_out(command, shard)
    markets._directory._load()  # a process looks for an unknown market once a second only
    terms = markets.by_number(number)
    assert terms is not None
    return terms


def set_rules(market: Terms, **rules: int) -> None:
    """The sandbox's rules with these changed."""
    opening = sandbox.opening(SandboxMarket(market.number, market.base_asset, "1", "1", "1"))
    configured = next(command for command in opening if isinstance(command, commands.ConfigureMarket))
    carry_out(structs.replace(configured, **rules), market.shard)


def set_status(market: Terms, status: MarketStatus) -> None:
    carry_out(commands.SetMarketStatus(market.number, status), market.shard)


def wait_until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """pytest-django's own makes the database only where a test is marked to clean it up; those of this cast are not."""
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
        let_tests_truncate()
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def _matcher(django_db_setup: None) -> Iterator[MatcherProcess]:
    matcher = MatcherProcess(SHARD)
    yield matcher
    matcher.stop()


@pytest.fixture
def running_matcher(_matcher: MatcherProcess, django_db_blocker: Any) -> Iterator[MatcherProcess]:
    """Serves shard 1; the test's own changes to the database are committed and stay."""
    with django_db_blocker.unblock():
        cache.clear()
        _matcher.ensure()
        yield _matcher


@pytest.fixture
def second_shard(running_matcher: MatcherProcess) -> Iterator[MatcherProcess]:
    """Another matcher; its markets go with it, so that nobody waits for it afterwards."""
    matcher = MatcherProcess(2)
    matcher.start()
    yield matcher
    matcher.stop()
    Market.objects.filter(shard=2).delete()
    markets._directory._load()


@pytest.fixture
def market(running_matcher: MatcherProcess) -> Terms:
    """A market of this test's own: tick 0.01, lot 0.0001, reference 50,000, band 25%, fees 0.01% and 0.05%."""
    return open_market()


def member(name: str, market: Terms) -> Trader:
    return Trader(party(f"{name}{market.number}"), market)


@pytest.fixture
def alpha(market: Terms) -> Trader:
    return member("ALPHA", market)


@pytest.fixture
def beta(market: Terms) -> Trader:
    return member("BETA", market)


@pytest.fixture
def gamma(market: Terms) -> Trader:
    return member("GAMMA", market)
