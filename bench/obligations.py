"""Quote obligations: how late the figures are under a steady load, and how long a whole journal takes once more."""

import json
import statistics
import subprocess
import sys
import time
from typing import Final, NamedTuple

import psycopg
from django.conf import settings
from msgspec import structs

from accounts.models import TradingAccount
from bench.load import Connection
from bench.makers import LADDERS, BatchMaker
from bench.own_venue import ROOT, OwnVenue
from mmapi.obligations import following
from mmapi.obligations.models import ObligationMembership, ObligationProgramme, ObligationTerms
from venue import rows, sandbox
from venue.engine.terms import ExecType, Kind, first_id
from venue.matcher import process
from venue.matcher.journal import COMMAND_COLUMNS
from venue.models import Command, Shard, journal_id
from venue.reports import COLUMNS as REPORT_COLUMNS
from venue.sandbox import SandboxMarket
from venue.transactions import Session

_BATCH: Final = 100
_MAKERS: Final = 5
_BATCHES_A_SECOND: Final = 50
_SHARD: Final = 3
_MARKET: Final = 1_001
_ACCOUNTS: Final = 10
_QUOTES: Final = 20
_EVERY_MS: Final = 20  # between two reports: a million of them are a session of five and a half hours
_BEGIN: Final = 1_772_438_400_000  # 2 March 2026, 08:00 UTC
_TERMS: Final = ("--presence", "50", "--spread", "200", "--size", "1", "--ratio", "3")


class Late(NamedTuple):
    """How many quotes were refreshed a second, and how old the first report was that was not in the figures yet."""

    per_second: float
    median_ms: float
    p99_ms: float
    largest_ms: float


class Recomputed(NamedTuple):
    reports: int
    followed_seconds: float
    rebuilt_seconds: float
    differences: int


def measure_lag(venue: OwnVenue, seconds: float) -> Late:
    """Makers, all members, refresh 5,000 quotes a second together."""
    keys, port = venue.issue_keys(_MAKERS), venue.servers.rest_port
    _manage(venue, "setobligations", "BTC-USD", *_TERMS)
    for number in range(_MAKERS):
        _manage(venue, "joinobligations", "BTC-USD", f"bench-{number}")
    venue.start("obligations")
    makers = [BatchMaker(port, key, LADDERS[0], _BATCH, n) for n, key in enumerate(keys)]
    time.sleep(2)  # the process has started and has taken in what is there
    watching = venue.popen(sys.executable, "-m", "bench.obligations", "watch", venue.servers.postgres.url, str(seconds))
    quotes = _load(port, makers, seconds)
    lags = json.loads(watching.communicate(timeout=60)[0])
    venue.stop("obligations")
    cuts = statistics.quantiles(lags, n=100)
    return Late(quotes / seconds, cuts[49], cuts[98], max(lags))


def _load(port: int, makers: list[BatchMaker], seconds: float) -> int:
    lanes = [Connection(port, maker) for maker in makers]
    begin, quotes = time.perf_counter(), 0
    for number in range(round(seconds * _BATCHES_A_SECOND)):
        time.sleep(max(0.0, begin + number / _BATCHES_A_SECOND - time.perf_counter()))
        lane = lanes[number % len(lanes)]
        lane.send()
        while (answer := lane.receive()) is None:
            pass
        quotes += lane.lane.answered(*answer)
    for lane in lanes:
        lane.socket.close()
    return quotes


def watch(url: str, seconds: float) -> list[float]:
    """Ever again, in ms: the age of the first report that is not in the figures; 0 where all are."""
    lags, end = [], time.time() + seconds
    with psycopg.connect(url, autocommit=True) as watching:
        while time.time() < end:
            row = watching.execute(
                "SELECT transact_time FROM venue_executionreport WHERE id = "
                "(SELECT %s + report + 1 FROM mmapi_obligationplace WHERE shard = 1)",
                (journal_id(1, 0),),
            ).fetchone()
            lags.append(max(0.0, time.time() * 1_000 - row[0]) if row else 0.0)
            time.sleep(0.02)
    return lags


def measure_recomputation(venue: OwnVenue, reports: int) -> Recomputed:
    """A journal of that many reports, followed from its beginning, and then rebuilt beside its figures."""
    venue.issue_keys(_ACCOUNTS)
    venue.stop("beat")  # nobody serves the shard
    venue.python("bench.obligations", "write", str(reports))
    followed = float(venue.python("bench.obligations", "follow"))
    (rebuilt,) = json.loads(_manage(venue, "rebuildobligations", "--market", "OBL-USD", "--json"))
    assert rebuilt["days"] == _ACCOUNTS, rebuilt
    differences = rebuilt["differingDays"] + rebuilt["differingIntervals"]
    return Recomputed(rebuilt["reports"], followed, rebuilt["seconds"], differences)


def _manage(venue: OwnVenue, *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=venue.environment, check=True, capture_output=True, text=True).stdout


def write(reports: int) -> None:
    """Ten makers refresh twenty quotes each in turn, each at a moment of its own, and stray beyond what is asked."""
    opening = sandbox.opening(SandboxMarket(_MARKET, "OBL", "0.01", "0.0001", "50000"))
    process.carry_out(_SHARD, [structs.replace(opening[0], shard=_SHARD), *opening[1:]])
    Command.objects.filter(id__gt=journal_id(_SHARD, 0)).update(applied_at=_BEGIN)
    accounts = list(TradingAccount.objects.order_by("-pk")[:_ACCOUNTS])
    _oblige(accounts)
    Shard.objects.filter(number=_SHARD).update(
        sequence=reports, reports=reports, applied_at=_BEGIN + reports * _EVERY_MS
    )
    first, entities, all_quotes = journal_id(_SHARD, 0), first_id(_MARKET) + 1, _ACCOUNTS * _QUOTES
    journal: list[rows.Row] = []
    commands: list[rows.Row] = []
    for number in range(1, reports + 1):
        account, quote = accounts[number % _ACCOUNTS], number % all_quotes
        at, distance = _BEGIN + number * _EVERY_MS, 50 + 100 * (quote // _ACCOUNTS) + number % 977 * 20
        bid, ask, size = 5_000_000 - distance, 5_000_000 + distance + number % 7, 1 + number % 5
        before = first + number - all_quotes if number > all_quotes else 0
        place = (first + number, before, number, number, at)
        whose = (account.firm_id, account.pk, _MARKET, Kind.QUOTE, entities + quote, rows.text(""))
        journal.append((*place, *whose, ExecType.REPLACED, 0, 0, 0, bid, size, 0, size, ask, 3, 0, 3, *[0] * 7))
        if number > len(opening):
            name, key, nothing = rows.text("UpdateQuotes"), rows.text(""), rows.binary(b"")
            commands.append((first + number, name, account.pk, key, at, at, nothing, nothing, at))
    statements = rows.Statements()
    statements.insert("venue_executionreport", REPORT_COLUMNS, journal)
    statements.insert("venue_command", COMMAND_COLUMNS, commands)
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
        statements.run(Session(connection))


def _oblige(accounts: list[TradingAccount]) -> None:
    """At most 200 bp, at least 3 lots a side, the larger at most three times the smaller."""
    programme = ObligationProgramme.objects.create(market_id=_MARKET)
    asked = {"presence": 5_000, "spread": 20_000, "size": 3, "ratio": 300}
    bounds = {f"{condition}_{name}": value for condition in ("normal", "stressed") for name, value in asked.items()}
    hours = {"opens": 8 * 60, "closes": 16 * 60, "days": [1, 2, 3, 4, 5], "time_zone": "UTC"}
    ObligationTerms.objects.create(
        programme=programme, effective_from=_BEGIN, set_at=_BEGIN, set_by="bench", **hours, **bounds
    )
    for account in accounts:
        member = {"programme": programme, "account": account, "firm": account.firm}
        ObligationMembership.objects.create(**member, joined_at=_BEGIN, joined_by="bench")


def follow() -> float:
    """Seconds to follow the shard from its beginning."""
    begin = time.perf_counter()
    following.catch_up(_SHARD)
    return time.perf_counter() - begin


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["watch", url, seconds]:
            print(json.dumps(watch(url, float(seconds))))
        case ["write", count]:
            write(int(count))
        case ["follow"]:
            print(follow())
