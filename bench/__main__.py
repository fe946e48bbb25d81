"""`make bench`: starts a venue of its own, loads it, prints a table and keeps the figures as JSON.

`make bench ONLY="batch single"` measures only those parts.
"""

import json
import os
import platform
import signal
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from bench import (
    admin_lists,
    bare_rows,
    codec,
    drop_copy,
    engine_depth,
    engine_ladder,
    incentives,
    kill_switch,
    lanes,
    load,
    obligations,
    start_up,
)
from bench.makers import LADDERS, BatchMaker, BinaryBatchMaker, JsonBatchMaker, SingleMaker
from bench.own_venue import ROOT, OwnVenue
from venue import native

SECONDS: Final = float(os.environ.get("BENCH_SECONDS", "10"))
RESULTS: Final = ROOT / "bench" / "results.json"
BATCH: Final = 100
CONNECTIONS: Final = 8


class Figure(NamedTuple):
    """One line of the table."""

    part: str
    name: str
    value: float
    unit: str
    wanted: str = ""


def batch(venue: OwnVenue) -> Iterator[Figure]:
    """(a) and (c): batches of refreshed quotes against the machine's limit for the same rows, in turns."""
    keys = venue.issue_keys(CONNECTIONS)
    port, url = venue.servers.rest_port, venue.servers.postgres.url
    makers = [BatchMaker(port, key, LADDERS[n % len(LADDERS)], BATCH, n) for n, key in enumerate(keys)]
    since = bare_rows.last_command(url)
    measured = load.run(port, makers, SECONDS, warm_up=2)
    size = bare_rows.commit_size(url, since)
    limit = bare_rows.measure(url, size, SECONDS)
    again = load.run(port, makers, SECONDS)
    quotes = (measured.per_second + again.per_second) / 2
    yield Figure("a", "two-sided quotes, batches of 100, 8 connections", quotes, "quotes/s", ">= 20,000")
    yield Figure("a", "  a batch, median", measured.percentile_ms(50), "ms")
    yield Figure("a", "  a batch, 99th percentile", measured.percentile_ms(99), "ms")
    yield Figure("a", "  quotes in one commit", size.quotes, "quotes")
    yield Figure("c", "the same rows by a bare loop, same commit size", limit, "quotes/s")
    yield Figure("c", "  (a) as a part of it", 100 * quotes / limit, "%", ">= 50")


def maker_batches(venue: OwnVenue) -> Iterator[Figure]:
    """(h): the Market Maker API's batch in JSON and in SBE, in turns."""
    port = venue.servers.rest_port
    wanted = {JsonBatchMaker: ("JSON", ">= 20,000"), BinaryBatchMaker: ("SBE", ">= 25,000")}
    makers = {
        kind: [kind(port, key, LADDERS[n % 4], BATCH, n) for n, key in enumerate(venue.issue_keys(CONNECTIONS))]
        for kind in wanted
    }
    measured: dict[type[BatchMaker], list[load.Measured]] = {kind: [] for kind in wanted}
    for _ in range(3):
        for kind, lanes_of_kind in makers.items():
            measured[kind].append(load.run(port, lanes_of_kind, SECONDS / 2, warm_up=1))
    for kind, (form, least) in wanted.items():
        rates = [one.per_second for one in measured[kind]]
        name = f"mm batches of 100 in {form}, 8 connections"
        yield Figure("h", name, statistics.median(rates), "quotes/s", least)
        median = statistics.median(one.percentile_ms(50) for one in measured[kind])
        yield Figure("h", "  a batch, median", median, "ms")
    ratio = [one.per_second / other.per_second for one, other in zip(*reversed(measured.values()), strict=True)]
    yield Figure("h", "  SBE as a part of JSON", 100 * statistics.median(ratio), "%")


def single(venue: OwnVenue) -> Iterator[Figure]:
    """(b): one quote a request."""
    wanted = {1: ("", "p50 <= 3 ms"), 16: (">= 1,000", "")}
    for connections in (1, 16, 64):
        keys = venue.issue_keys(connections)
        makers = [SingleMaker(key, LADDERS[n % len(LADDERS)], n) for n, key in enumerate(keys)]
        measured = load.run(venue.servers.rest_port, makers, SECONDS)
        rate, latency = wanted.get(connections, ("", ""))
        name = f"single quotes, {connections} connections"
        yield Figure("b", name, measured.per_second, "quotes/s", rate)
        yield Figure("b", "  median", measured.percentile_ms(50), "ms", latency)
        yield Figure("b", "  99th percentile", measured.percentile_ms(99), "ms")


def latency_lanes(venue: OwnVenue) -> Iterator[Figure]:
    """(g): what the co-located lane is worth."""
    measured = lanes.measure(venue, SECONDS)
    yield Figure("g", "quotes, while batches saturate the matcher", measured.quotes_per_second, "quotes/s")
    for lane in (measured.standard, measured.colocated):
        yield Figure("g", f"  a single quote by the {lane.lane} lane, median", lane.median, "ms")
        yield Figure("g", "    99th percentile", lane.p99, "ms")
    ratio = measured.colocated.p99 / measured.standard.p99
    yield Figure("g", "  99th percentile, co-located to standard", ratio, "", "<= 0.33")


def start(venue: OwnVenue) -> Iterator[Figure]:
    """(f): recovery."""
    seconds = start_up.measure(venue, 100_000)
    yield Figure("f", "start to first answer, 100,000 open orders", seconds, "s", "<= 2")


def dropcopy(venue: OwnVenue) -> Iterator[Figure]:
    """(i): drop copy to many consumers of one firm."""
    delivered = drop_copy.measure(venue, SECONDS)
    yield Figure("i", f"drop copy to {delivered.consumers} consumers", delivered.per_second, "reports/s", "2,000")
    yield Figure("i", "  lost", delivered.lost, "reports", "0")
    yield Figure("i", "  late, median", delivered.median_ms, "ms")
    yield Figure("i", "  late, 99th percentile", delivered.p99_ms, "ms", "<= 500")


def quote_obligations(venue: OwnVenue) -> Iterator[Figure]:
    """(k): presence, followed and worked out once more."""
    late = obligations.measure_lag(venue, SECONDS)
    yield Figure("k", "obligations followed under a load of", late.per_second, "quotes/s", "5,000")
    yield Figure("k", "  late, median", late.median_ms, "ms")
    yield Figure("k", "  late, 99th percentile", late.p99_ms, "ms", "<= 2,000")
    yield Figure("k", "  late, largest", late.largest_ms, "ms", "<= 2,000")
    done = obligations.measure_recomputation(venue, 1_000_000)
    yield Figure("k", f"{done.reports:,} reports followed from the beginning", done.followed_seconds, "s", "<= 60")
    yield Figure("k", "  rebuilt beside the figures", done.rebuilt_seconds, "s", "<= 60")
    yield Figure("k", "  rows that differed", done.differences, "rows", "0")


def ledger(venue: OwnVenue) -> Iterator[Figure]:
    """(l): the ledger of fees, from nothing."""
    measured = incentives.measure(venue)
    fills = f"{measured.fills:,} fills"
    yield Figure("l", f"{fills} posted again into the ledger", measured.rebuild_seconds, "s", "<= 60")
    yield Figure("l", "  computed again and compared with it", measured.verify_seconds, "s")
    yield Figure("l", "  the volume of a member within its window", measured.earned_ms, "ms")
    yield Figure("l", "  a statement of one month, fill by fill", measured.statement_seconds, "s")


def kills(venue: OwnVenue) -> Iterator[Figure]:
    """(n): an emergency stop, from the click on, while batches stream."""
    measured = kill_switch.measure(venue)
    yield Figure("n", "quotes, before the kill switches", measured.quotes_per_second, "quotes/s")
    for taken in measured.taken:
        yield Figure("n", f"kill switch of a {taken.kind}, median", taken.median, "ms", "<= 1,000")
        yield Figure("n", "  the slowest", taken.worst, "ms", "<= 1,000")
        yield Figure("n", "  cancelled in all", taken.cancelled, "")


def admin(venue: OwnVenue) -> Iterator[Figure]:
    """(m): the admin's lists with a million execution reports and a hundred thousand quotes."""
    measured = admin_lists.measure(venue)
    yield Figure("m", f"the admin's {len(measured.pages)} lists and searches, median", measured.median, "ms")
    yield Figure("m", "  95th percentile", measured.p95, "ms", "<= 300")
    for page in measured.pages[:10]:
        yield Figure("m", f"  {page.name}", page.median, "ms", "<= 300")
    yield Figure("m", "  export to CSV, execution reports", measured.export_rows_per_second, "rows/s")


def engine() -> Iterator[Figure]:
    """(d) and (e): the engine without anything round it."""
    ladder = engine_ladder.measure()
    how = "compiled" if native.in_use() else "run by Python"
    yield Figure("d", f"engine, {how}, order operations", ladder["operations_per_second"], "1/s", ">= 600,000")
    pairs = ladder["cancel_insert_operations_per_second"]
    yield Figure("d", "  with a re-price counted as cancel and insert", pairs, "1/s")
    if native.in_use():
        in_python = engine_ladder.measure_in_python()
        yield Figure("d", "  run by Python, order operations", in_python["operations_per_second"], "1/s")
    for depth in engine_depth.measure():
        yield Figure(
            "e", f"one more quote among {depth.open_orders:,} ({depth.where})", depth.microseconds, "us", "flat"
        )


def decoding() -> Iterator[Figure]:
    """(j): the binary batch against the same as JSON."""
    measured = codec.measure()
    by_id, by_name = measured.parts_of_json()
    yield Figure("j", "decoding 100 quotes, binary, by quote id", measured.by_id, "us")
    yield Figure("j", "  by client id", measured.by_name, "us")
    yield Figure("j", "  bare struct.iter_unpack", measured.bare, "us")
    yield Figure("j", "the same as JSON, by quote id", measured.json_by_id, "us")
    yield Figure("j", "  of which msgspec alone", measured.json_alone, "us")
    yield Figure("j", "  by client id", measured.json_by_name, "us")
    yield Figure("j", "binary as a part of JSON, by quote id", by_id, "%", "<= 33")
    yield Figure("j", "  by client id", by_name, "%", "<= 33")


ALONE: Final[dict[str, Callable[[], Iterator[Figure]]]] = {"engine": engine, "codec": decoding}
PARTS: Final[dict[str, Callable[[OwnVenue], Iterator[Figure]]]] = {
    "batch": batch,
    "maker": maker_batches,
    "single": single,
    "lanes": latency_lanes,
    "dropcopy": dropcopy,
    "obligations": quote_obligations,
    "kill": kills,
    "start": start,
    "ledger": ledger,
    "admin": admin,
}


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is stopped
    chosen = os.environ.get("ONLY", "").split() or [*PARTS, *ALONE]
    figures: list[Figure] = []
    for name, alone in ALONE.items():
        if name in chosen:
            figures += show(alone())
    for name, part in PARTS.items():
        if name in chosen:
            with OwnVenue() as venue:
                figures += show(part(venue))
    keep(figures)


def show(figures: Iterator[Figure]) -> list[Figure]:
    """Print each line of the table as soon as it is known."""
    shown = []
    for figure in figures:
        value = f"{figure.value:,.0f}" if figure.value >= 100 else f"{figure.value:,.2f}"
        print(f"({figure.part}) {figure.name:<52}{value:>12} {figure.unit:<10}{figure.wanted}", flush=True)
        shown.append(figure)
    return shown


def keep(figures: list[Figure]) -> None:
    result: dict[str, Any] = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "machine": {"python": platform.python_version(), "cores": os.cpu_count(), "compiled_engine": native.in_use()},
        "figures": [figure._asdict() for figure in figures],
    }
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(f"kept in {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
