"""Each alert rule finds what it is for, and nothing on a board where all is well."""

from typing import Any

import pytest
from msgspec import structs

from desk.board import alerts
from desk.board.shapes import (
    Board,
    ConsumerLine,
    MakerLine,
    MarketLine,
    Obligation,
    Severity,
    ShardLine,
    SwitchLine,
    WorkerLine,
)

MARKET = MarketLine(
    number=1,
    symbol="BTC-USD",
    link="/btc",
    status="open",
    status_reason="",
    bid="1",
    bid_size="1",
    ask="2",
    ask_size="1",
    spread_bps=4.0,
    bids="",
    asks="",
    last="1",
    reference="1",
    reference_age=5.0,
    reference_max_age=10.0,
    trades_a_minute=1,
    quotes_a_second=1.0,
)
MAKER = MakerLine(
    firm="ALPHA",
    account="alpha-1",
    account_number=1,
    link="/alpha",
    session="",
    key="ak_1",
    state="active",
    heartbeat_age=1.0,
    deadline_in=None,
    streams=0,
    quotes=1,
    orders=0,
    protection="active",
    obligation=Obligation(met=True, text="99%"),
)
SHARD = ShardLine(
    number=1,
    leased=True,
    holder="here",
    take_overs=1,
    sequence=5,
    lag=20.0,
    commit=2.0,
    slowest=20.0,
    latency=5.0,
    commands=10.0,
    pulse_age=0.2,
)
CONSUMER = ConsumerLine(firm="ALPHA", link="/alpha", shard=1, consumer="oms", live=True, behind=10)
SWITCH = SwitchLine(
    number=1,
    title="Kill switch of firm ALPHA",
    state="engaged",
    reason="Margin call",
    engaged_by="ann",
    engaged_at="10:00:00",
    link="/switch",
)
WELL = Board(
    at=0.0,
    alerts=[],
    switches=[],
    markets=[MARKET],
    makers=[MAKER],
    shards=[SHARD],
    consumers=[CONSUMER],
    workers=WorkerLine(heartbeat_age=2.0, waiting=1),
)


def but(part: str, line: Any, **changes: Any) -> Board:
    """The board on which all is well, with one line otherwise."""
    return structs.replace(WELL, **{part: [structs.replace(line, **changes)]})


CASES = [
    ("kill_switch", but("switches", SWITCH), "Kill switch of firm ALPHA, engaged by ann at 10:00:00: Margin call"),
    ("kill_switch", but("switches", SWITCH, state="unfinished"), "NOT CONFIRMED YET"),
    ("no_lease", but("shards", SHARD, leased=False), "Shard 1 has no matcher"),
    ("long_lag", but("shards", SHARD, lag=2_500.0), "2.5 s behind"),
    ("lag", but("shards", SHARD, lag=600.0), "0.6 s behind"),
    ("slow_commit", but("shards", SHARD, slowest=800.0), "800 ms"),
    ("celery_silent", structs.replace(WELL, workers=WorkerLine(heartbeat_age=60.0, waiting=0)), "Celery's beat"),
    ("celery_silent", structs.replace(WELL, workers=WorkerLine(heartbeat_age=None, waiting=9)), "Celery's worker"),
    ("tasks_waiting", structs.replace(WELL, workers=WorkerLine(heartbeat_age=1.0, waiting=500)), "500 tasks"),
    ("stale_reference", but("markets", MARKET, reference_age=11.0), "BTC-USD refuses orders"),
    ("stale_reference", but("markets", MARKET, reference_age=None), "BTC-USD refuses orders"),
    ("halted", but("markets", MARKET, status="halted", status_reason="Outage"), "BTC-USD is halted: Outage"),
    ("one_sided", but("markets", MARKET, ask="", spread_bps=None), "BTC-USD is open and has no asks"),
    ("one_sided", but("markets", MARKET, bid="", spread_bps=None), "BTC-USD is open and has no bids"),
    ("one_sided", but("markets", MARKET, bid="", ask="", spread_bps=None), "has no bids or asks"),
    ("session_locked", but("makers", MAKER, state="locked", session="a"), "Session a of alpha-1 (ALPHA) is locked"),
    ("session_fired", but("makers", MAKER, state="fired"), "The unnamed session of alpha-1 (ALPHA) fell silent"),
    ("protection_frozen", but("makers", MAKER, protection="frozen"), "protection of alpha-1 (ALPHA)"),
    ("consumer_behind", but("consumers", CONSUMER, behind=15_000), "oms of ALPHA is 15,000 reports behind"),
    ("obligations", but("makers", MAKER, obligation=Obligation(met=False, text="80% of 95%")), "80% of 95%"),
]


def test_all_is_well() -> None:
    assert alerts.of(WELL) == []


@pytest.mark.parametrize(("rule", "board", "text"), CASES)
def test_rule(rule: str, board: Board, text: str) -> None:
    found = [alert for alert in alerts.of(board) if alert.rule == rule]
    assert len(found) == 1
    assert text in found[0].text
    assert found[0].link
    assert [alert.rule for alert in alerts.of(board)] == [rule]


def test_every_rule_has_a_case() -> None:
    assert {rule.name for rule in alerts.RULES} == {rule for rule, *_ in CASES}


def test_the_worst_comes_first() -> None:
    severities = [rule.severity for rule in alerts.RULES]
    assert severities == sorted(severities, key=list(Severity).index)


@pytest.mark.parametrize(
    "board",
    [
        but("consumers", CONSUMER, behind=50_000, live=False),
        but("markets", MARKET, status="halted", status_reason="Kill switch"),
        but("markets", MARKET, status="closed", bid="", ask="", spread_bps=None, reference_age=None),
        but("markets", MARKET, reference_age=500.0, reference_max_age=None),
        but("makers", MAKER, obligation=Obligation(met=None, text="too early")),
    ],
)
def test_what_is_no_alert(board: Board) -> None:
    assert alerts.of(board) == []
