"""A venue on servers of its own, to be broken: supervised matchers, crowds of clients, and the proofs."""

import itertools
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import redis

from venue import books
from venue.engine.commands import Command
from venue.launch.data import PROJECT
from venue.launch.own_servers import OwnServers
from venue.launch.ports import is_free
from venue.models import journal_id
from venue.replies import Reply, decode
from venue.streams import ENVELOPE_FIELD, Envelope, Lane, encode, inbox
from venue.tests.faults.ledger import Ledger
from venue.tests.faults.processes import Matcher, Running, kill_family, python
from venue.tests.faults.waiting import PATIENCE, until

SHARD = 1
CREW = 5  # clients in a process of them
LEASE_TTL_MS = 800
SUBMIT_TIMEOUT_MS = 3_000

_RESTING = """
    SELECT market_id, side, price, size - filled AS lots FROM venue_order WHERE status IN (0, 1)
    UNION ALL SELECT market_id, 1, bid_price, bid_size - bid_filled FROM quotes_quote WHERE status IN (0, 1)
    UNION ALL SELECT market_id, 2, ask_price, ask_size - ask_filled FROM quotes_quote WHERE status IN (0, 1)"""
_LEVELS = f"""
    SELECT price, sum(lots)::bigint FROM ({_RESTING}) resting
    WHERE market_id = %s AND side = %s AND lots > 0 GROUP BY price"""


class Arena:
    """The servers with the sandbox set up. Several tests may follow one another over it."""

    def __init__(self) -> None:
        self.servers = OwnServers()
        self.folder = Path(tempfile.mkdtemp(prefix="arena-", dir=self.servers.folder))
        self.environment = self.servers.environment | {
            "DJANGO_SETTINGS_MODULE": "venue.settings",
            "LEASE_TTL_MS": str(LEASE_TTL_MS),
            "SUBMIT_TIMEOUT_MS": str(SUBMIT_TIMEOUT_MS),
        }
        self._numbers = itertools.count(1)
        for command in ("migrate", "seed"):
            self.manage(command)

    def close(self) -> None:
        self.servers.stop()

    def manage(self, *arguments: str, fails: bool = False) -> str:
        """The output of a management command, which succeeds unless it is said to fail."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            check=False,
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE * 4,
        )
        assert bool(done.returncode) == fails, done.stdout + done.stderr
        return done.stdout

    # Processes

    def matcher(self, fault: str = "") -> Matcher:
        return Matcher(self.environment, self.folder / f"matcher-{next(self._numbers)}.log", fault)

    @contextmanager
    def supervised(self, count: int = 1) -> Iterator["Supervised"]:
        """As many matchers, each started again whenever it ends."""
        supervised = Supervised(self, count)
        try:
            yield supervised
        finally:
            supervised.stop()

    @contextmanager
    def crowd(self, processes: int = 2) -> Iterator["Crowd"]:
        """Clients in processes of their own, gone at the end of the block."""
        crowd = Crowd(self, Path(tempfile.mkdtemp(prefix="crowd-", dir=self.folder)), processes)
        try:
            crowd.wait_until_up()
            yield crowd
        finally:
            crowd.stop()

    def client_process(self, folder: Path) -> Running:
        number = next(self._numbers)
        arguments = python("venue.tests.faults.clients", str(folder), f"c{number}n", str(number))
        return Running(arguments, self.environment, folder / f"{number}.log")

    @contextmanager
    def rest(self) -> Iterator[Running]:
        """The HTTP door, as in a real run."""
        port = str(self.servers.rest_port)
        options = ["--interface", "wsgi", "--port", port, "--workers", "1", "--blocking-threads", "8"]
        door = Running(
            [sys.executable, "-m", "granian", *options, "--respawn-failed-workers", "venue.wsgi:application"],
            self.environment,
            self.folder / "rest.log",
        )
        try:
            until(lambda: not is_free("127.0.0.1", self.servers.rest_port), "the door to open")
            yield door
        finally:
            door.stop()

    # One command by hand

    def account(self, name: str) -> tuple[int, int]:
        """The ids of a trading account and of its firm."""
        found = self.query("SELECT id, firm_id FROM accounts_tradingaccount WHERE name = %s", name)[0]
        return int(found[0]), int(found[1])

    def send(self, command: Command, *, good_for_ms: int = 60_000, lane: Lane = Lane.STANDARD) -> str:
        """Put the command into the inbox; the answer is where the reply will come."""
        reply_to, now = f"venue:reply:{uuid.uuid4().hex}", time.time_ns() // 1_000_000
        envelope = Envelope(reply_to, now, now + good_for_ms, "by hand", command)
        with self.redis() as client:
            client.xadd(inbox(SHARD, lane), {ENVELOPE_FIELD: encode(envelope)})
        return reply_to

    def reply(self, reply_to: str) -> Reply:
        with self.redis() as client:
            raw = until(lambda: client.lpop(reply_to), "a reply")
        return decode(raw)

    def ask(self, command: Command) -> Reply:
        return self.reply(self.send(command))

    def journalled(self, client_id: str) -> list[int]:
        """The sequence numbers of the commands with the client id."""
        found = self.query("SELECT id, payload FROM venue_command WHERE name = 'PlaceQuote' ORDER BY id")
        wanted = client_id.encode()
        return [row_id - journal_id(SHARD, 0) for row_id, payload in found if wanted in payload]

    # Servers

    def kill_postgres(self) -> None:
        assert self.servers.postgres.process is not None
        kill_family(self.servers.postgres.process)

    def kill_redis(self) -> None:
        assert self.servers.redis.process is not None
        kill_family(self.servers.redis.process)

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.servers.redis.url, socket_timeout=5)

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.servers.postgres.url, autocommit=True)

    def query(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return connection.execute(sql, parameters).fetchall()

    # Progress

    def sequence(self) -> int:
        """How many commands are in the journal; -1 while the database does not answer."""
        try:
            return int(self.query("SELECT sequence FROM venue_shard WHERE number = %s", SHARD)[0][0])
        except psycopg.OperationalError:
            return -1

    def epoch(self) -> int:
        return int(self.query("SELECT epoch FROM venue_shard WHERE number = %s", SHARD)[0][0])

    def wait_for_take_over(self, epoch: int) -> None:
        """Until a later epoch has begun."""
        until(lambda: self.epoch() > epoch, "a matcher to take over")

    def wait_for_trading(self, commands: int = 40) -> None:
        """Until as many more commands are durable."""
        reached = until(lambda: max(self.sequence(), 0), "a database that answers") + commands
        until(lambda: self.sequence() >= reached, f"{commands} more commands")

    # Proofs

    def check(self, ledger: Ledger | None = None) -> None:
        """The journal explains every row, the books shown are the rows, and nobody was told what is not there."""
        verdict = json.loads(self.manage("verifyjournal", "--json"))
        assert verdict["differences"] == []
        if ledger is not None:
            with self.connect() as connection:
                ledger.check(connection)

    def check_books(self) -> None:
        """While a matcher is up and nothing moves: what is shown of each market is what rests in the rows."""
        for (market,) in self.query("SELECT number FROM venue_market"):
            until(partial(self._shows_what_rests, market), f"the book of market {market}")

    def _shows_what_rests(self, market: int) -> bool:
        return self._shown(market) == self._resting(market)

    def _resting(self, market: int) -> tuple[list[Any], list[Any]]:
        bids, asks = (self.query(_LEVELS, market, side) for side in (1, 2))
        return sorted(bids, reverse=True)[:100], sorted(asks)[:100]

    def _shown(self, market: int) -> tuple[list[Any], list[Any]]:
        with self.redis() as client:
            raw = client.get(f"venue:book:{market}")
        assert raw is not None
        book = books.decode(raw)
        return book.bids, book.asks


class Supervised:
    """Matchers that somebody starts again when they end, and how each of them has ended."""

    def __init__(self, arena: Arena, count: int) -> None:
        self._arena = arena
        self._count = count
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self.running: list[Matcher] = []
        self.exits: list[int] = []
        self._keep_up()
        self._keeper = threading.Thread(target=self._watch, daemon=True)
        self._keeper.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            self._keep_up()

    def _keep_up(self) -> None:
        with self._lock:
            self.exits += [matcher.process.returncode for matcher in self.running if not matcher.alive]
            self.running = [matcher for matcher in self.running if matcher.alive]
            self.running += [self._arena.matcher() for _ in range(self._count - len(self.running))]

    def leader(self) -> Matcher:
        """The one that serves."""
        return until(self._serving, "a matcher that serves")[0]

    def _serving(self) -> list[Matcher]:
        return [one for one in list(self.running) if one.serving]

    def wait_for_end(self, after: int) -> None:
        """Until more than so many have ended."""
        until(lambda: len(self.exits) > after, "a matcher to leave")

    def stop(self) -> None:
        self._ended.set()
        self._keeper.join()
        for matcher in self.running:
            matcher.signal(signal.SIGCONT)
            matcher.signal(signal.SIGTERM)
        for matcher in self.running:
            matcher.stop()


class Crowd:
    """Client processes and the folder of what they write down."""

    def __init__(self, arena: Arena, folder: Path, processes: int) -> None:
        self.folder = folder
        self.processes: Sequence[Running] = [arena.client_process(folder) for _ in range(processes)]

    def wait_until_up(self) -> None:
        """All of them, before anything is broken: they need the database once, to find their accounts."""
        until(lambda: len(list(self.folder.glob("*.jsonl"))) == CREW * len(self.processes), "all clients to be up")

    def stop(self) -> None:
        (self.folder / "stop").touch()
        for client in self.processes:
            try:
                assert client.ended() == 0, client.said
            finally:
                client.kill()

    def ledger(self) -> Ledger:
        return Ledger(self.folder)
