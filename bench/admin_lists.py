"""How long the admin's lists take with a million execution reports in the database: first page, filtered, sorted,
searched, deep; and the search box, and an export."""

import json
import statistics
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from bench.own_venue import OwnVenue

ROUNDS: Final = 5
PERCENT: Final = 95


class Timed(NamedTuple):
    """A page, and what its rounds took in milliseconds."""

    name: str
    median: float
    slowest: float


class Measured(NamedTuple):
    pages: list[Timed]
    median: float
    p95: float
    export_rows_per_second: float


def addresses(known: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every list in every way."""
    lists = {
        "venue/executionreport": ("order", "exec_type__exact=12", f"older={known['report']}"),
        "quotes/quote": ("quote", "status=filled", f"older={number(known['quote'])}"),
        "venue/order": ("order", "status=rejected", f"older={number(known['order'])}"),
        "venue/trade": ("trade", "aggressor_side__exact=1", f"older={number(known['trade'])}"),
        "venue/command": ("account", "command=SetMarketStatus", f"older={known['command']}"),
    }
    for name, (searched, filtered, deep) in lists.items():
        yield f"{name}: first", f"/admin/{name}/"
        yield f"{name}: filtered ({filtered})", f"/admin/{name}/?{filtered}"
        yield f"{name}: oldest first", f"/admin/{name}/?o=1"
        yield f"{name}: searched by {searched}", f"/admin/{name}/?q={known[searched]}"
        yield f"{name}: searched by firm", f"/admin/{name}/?q={known['firm']}"
        yield f"{name}: searched in vain", f"/admin/{name}/?q=no-such-thing"
        yield f"{name}: deep", f"/admin/{name}/?{deep}"
        yield f"{name}: deep, backwards", f"/admin/{name}/?{deep.replace('older', 'newer')}"
        if name != "venue/command":
            yield f"{name}: a rare market", f"/admin/{name}/?market__number__exact={known['rare']}"
            yield f"{name}: a rare market, filtered", f"/admin/{name}/?market__number__exact={known['rare']}&{filtered}"
        if name not in ("venue/command", "venue/trade"):
            yield f"{name}: a firm", f"/admin/{name}/?firm__id__exact={known['firm_pk']}"
    yield "staff/auditentry: first", "/admin/staff/auditentry/"
    yield "staff/auditentry: filtered", "/admin/staff/auditentry/?action=halt_market"
    yield "staff/auditentry: between", "/admin/staff/auditentry/?at_from_0=2023-11-15&at_to_0=2023-11-16"
    yield "staff/auditentry: searched", "/admin/staff/auditentry/?q=staff-7"
    for name in ("venue/market", "venue/position", "accounts/firm", "accounts/apikey", "accounts/tradingaccount"):
        yield f"{name}: first", f"/admin/{name}/"
    for word in ("quote", "order", "trade", "firm", "account"):
        yield f"search box: {word}", f"/admin/search/?extended=1&s={known[word]}"
    yield "search box: client id", f"/admin/search/?extended=1&s={quote('client-51000')}"


def number(written: Any) -> int:
    return int(str(written).split("_")[1], 16)


def measure(venue: OwnVenue) -> Measured:
    known = json.loads(venue.python("bench.admin_rows"))
    connection = HTTPConnection("127.0.0.1", venue.servers.rest_port, timeout=60)
    headers = {"Cookie": f"sessionid={known['session']}"}
    taken: dict[str, list[float]] = {}
    for turn in range(ROUNDS + 1):
        for name, address in addresses(known):
            milliseconds = fetch(connection, address, headers)
            if turn:  # the first warms templates and caches
                taken.setdefault(name, []).append(milliseconds)
    pages = [Timed(name, statistics.median(rounds), max(rounds)) for name, rounds in taken.items()]
    every = sorted(milliseconds for rounds in taken.values() for milliseconds in rounds)
    p95 = every[int(len(every) * PERCENT / 100)]
    rate = export_rate(connection, headers)
    return Measured(sorted(pages, key=lambda page: -page.median), statistics.median(every), p95, rate)


def fetch(connection: HTTPConnection, address: str, headers: dict[str, str]) -> float:
    begin = time.perf_counter()
    connection.request("GET", address, headers=headers)
    response = connection.getresponse()
    body = response.read()
    taken = (time.perf_counter() - begin) * 1000
    assert response.status == 200, (address, response.status)
    assert b"takes too long" not in body, address
    return taken


def export_rate(connection: HTTPConnection, headers: dict[str, str]) -> float:
    """Lines a second of the first hundred thousand, as they stream."""
    begin, lines = time.perf_counter(), 0
    connection.request("GET", "/admin/venue/executionreport/export/", headers=headers)
    response = connection.getresponse()
    while lines < 100_000:
        piece = response.read(65_536)
        if not piece:
            break
        lines += piece.count(b"\n")
    connection.close()
    return lines / (time.perf_counter() - begin)
