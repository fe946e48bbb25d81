"""The watch: who fires when, whatever was lost, and what comes too late. Heartbeats are written as Redis would hold
them, on its own clock."""

import time
from typing import Any

import pytest
import redis
from django.db import connection

from accounts import heartbeats
from venue.engine import commands
from venue.engine.commands import Command, FireDisconnect, RearmDisconnect
from venue.engine.terms import DisconnectScope, OrderType, Side
from venue.matcher.disconnects import Watch
from venue.streams import Envelope
from venue.tests.engine.cast import ALPHA
from venue.tests.engine.floor import MARKET
from venue.tests.matcher import trading
from venue.tests.matcher.shard import Shard

SESSION = 7
KEY, NAME = "ak", "desk"
TIMEOUT = 1_000
ORDER = commands.PlaceOrder(ALPHA.account, ALPHA.firm, MARKET, Side.BUY, OrderType.LIMIT, 90, 1, session=SESSION)
REPLACEMENT = commands.CancelReplace(ALPHA.account, ALPHA.firm, commands.Target(id=1), ORDER)


def redis_now(client: redis.Redis) -> int:
    return heartbeats.look(client, [])[0]


class Desk:
    """One session with cancel-on-disconnect on its account, and the watch over it."""

    def __init__(self, shard: Shard, client: redis.Redis) -> None:
        self.shard = shard
        self.client = client
        self.start = redis_now(client)
        trading.open_market(shard)
        self.arm()

    def arm(self, ago: int = 0, **more: Any) -> None:
        terms = {"timeout_ms": TIMEOUT, "lock": False, **more}
        who = (ALPHA.account, ALPHA.firm, SESSION, DisconnectScope.ACCOUNT, 0)
        setting = commands.ConfigureDisconnect(*who, **terms, armed_at=self.start - ago, key_id=KEY, session_name=NAME)
        self.shard.carry_out(setting)
        self.watch = Watch(self.shard.matcher.engine.state, self.client)

    def heard(self, ago: int, timeout_ms: int = TIMEOUT) -> None:
        self.client.set(heartbeats.session_name(KEY, NAME), f"{self.start - ago} {timeout_ms or ''}".strip())

    def silent(self, begun: int, ended: int) -> None:
        """Both of them ago."""
        self.client.rpush(heartbeats.silences_name(KEY, NAME), f"{self.start - begun} {self.start - ended}")

    def look(self) -> list[Command]:
        self.watch._look_at = 0
        return self.watch.due()

    def fires(self) -> int | None:
        """How long before the start the deadline was that fires; None: nothing fires."""
        found = [one for one in self.look() if isinstance(one, FireDisconnect)]
        return self.start - found[0].deadline if found else None

    def carry_out(self) -> None:
        self.shard.carry_out(*self.look())
        self.watch.settle()

    def takes(self, ago: int, entry_id: str = "", command: Command | None = None) -> bool:
        """Whether an order of the session, or the command, is carried out that was put in so long before the start."""
        put_in_at = self.start - ago
        self.shard.carry_out(*self.look())
        self.watch.settle()
        envelope = Envelope("", put_in_at, 1 << 60, KEY, command or ORDER)
        return not self.watch.too_late(entry_id or f"{put_in_at}-0", envelope)


@pytest.fixture
def desk(shard: Shard, redis_client: redis.Redis) -> Desk:
    return Desk(shard, redis_client)


def test_it_fires_after_the_deadline(desk: Desk) -> None:
    desk.arm(ago=5_000)
    desk.heard(ago=TIMEOUT + 50)
    assert desk.fires() == 50


def test_a_heartbeat_in_time_wins_however_late_the_matcher_is(desk: Desk) -> None:
    desk.arm(ago=60_000)
    desk.heard(ago=100)
    assert desk.fires() is None


def test_a_heartbeat_after_the_deadline_comes_too_late(desk: Desk) -> None:
    desk.arm(ago=60_000)
    desk.silent(begun=9_000, ended=5_000)
    desk.heard(ago=10)
    told = desk.look()
    assert [type(one) for one in told] == [FireDisconnect, RearmDisconnect]
    assert isinstance(told[0], FireDisconnect)
    assert told[0].deadline == desk.start - 8_000


def test_silences_before_the_arming_do_not_count(desk: Desk) -> None:
    desk.arm(ago=4_000)
    desk.silent(begun=9_000, ended=4_000)
    desk.heard(ago=10)
    assert desk.fires() is None


def test_without_a_heartbeat_the_arming_counts(desk: Desk) -> None:
    desk.arm(ago=TIMEOUT + 20)
    assert desk.fires() == 20
    desk.arm(ago=TIMEOUT - 500)
    assert desk.fires() is None


def test_after_a_flush_what_is_remembered_counts(desk: Desk) -> None:
    desk.arm(ago=5_000)
    desk.heard(ago=TIMEOUT - 300)
    assert desk.fires() is None
    desk.client.flushall()
    assert desk.fires() is None
    time.sleep(0.35)
    assert desk.fires() == -300


def test_after_a_flush_nobody_is_alive_without_proof(desk: Desk) -> None:
    """The new heartbeat does not tell how long it was silent before."""
    desk.arm(ago=5_000)
    desk.heard(ago=10, timeout_ms=0)
    assert desk.fires() == 4_000


def test_the_record_of_silences_is_begun_again_after_a_flush(desk: Desk) -> None:
    desk.arm(ago=200)
    desk.heard(ago=10, timeout_ms=0)
    assert desk.fires() is None
    stored = desk.client.get(heartbeats.session_name(KEY, NAME))
    assert heartbeats.read(stored) == (desk.start - 10, TIMEOUT)  # type: ignore[arg-type]


def test_it_fires_once_and_is_armed_by_the_next_heartbeat(desk: Desk) -> None:
    desk.arm(ago=5_000)
    desk.carry_out()
    assert desk.look() == []
    desk.heard(ago=0)
    told = desk.look()
    assert told == [RearmDisconnect(SESSION, desk.start)]
    desk.shard.carry_out(*told)
    assert desk.look() == []


def test_a_lock_is_not_ended_by_a_heartbeat(desk: Desk) -> None:
    desk.arm(ago=5_000, lock=True)
    desk.carry_out()
    desk.heard(ago=0)
    assert desk.look() == []


def test_what_was_put_in_before_the_deadline_is_too_late(desk: Desk) -> None:
    desk.arm(ago=5_000)
    desk.carry_out()
    assert not desk.takes(ago=4_001)
    assert not desk.takes(ago=4_000)


def test_what_comes_from_a_session_not_heard_of_since_is_too_late(desk: Desk) -> None:
    desk.arm(ago=5_000)
    desk.carry_out()
    assert not desk.takes(ago=0)
    desk.heard(ago=0)
    assert desk.takes(ago=0)
    assert not desk.takes(ago=4_001)


def test_a_cancel_and_replace_enters_something_too(desk: Desk) -> None:
    desk.arm(ago=5_000)
    desk.carry_out()
    assert not desk.takes(ago=0, command=REPLACEMENT)
    desk.heard(ago=0)
    assert desk.watch.is_back(REPLACEMENT)
    assert desk.takes(ago=0, command=REPLACEMENT)
    assert not desk.takes(ago=4_001, command=REPLACEMENT)


def test_a_clock_that_was_put_back_keeps_nobody_alive(desk: Desk) -> None:
    desk.arm(ago=-60_000)
    desk.heard(ago=-60_000)
    assert desk.fires() is None
    time.sleep(TIMEOUT / 1_000 + 0.05)
    told = desk.look()
    assert [type(one) for one in told] == [FireDisconnect]
    desk.shard.carry_out(*told)
    assert desk.look() == []


def test_an_inbox_that_numbers_ahead_hides_nothing(desk: Desk) -> None:
    desk.arm(ago=5_000)
    desk.carry_out()
    desk.heard(ago=0)
    assert desk.takes(ago=0, entry_id="9999999999999-7")
    assert not desk.takes(ago=4_001, entry_id="9999999999999-8")


def test_a_restart_forgets_nothing_that_counts(desk: Desk) -> None:
    desk.arm(ago=5_000)
    desk.carry_out()
    desk.shard.restart()
    desk.watch = Watch(desk.shard.matcher.engine.state, desk.client)
    assert desk.look() == []
    assert not desk.takes(ago=4_001)


def test_the_journal_explains_it(desk: Desk) -> None:
    desk.arm(ago=5_000)
    desk.shard.carry_out(trading.quote("mine"))
    desk.carry_out()
    desk.heard(ago=0)
    desk.carry_out()
    desk.arm(lock=True)
    desk.shard.carry_out(commands.CloseSession(ALPHA.account, ALPHA.firm, SESSION))
    assert desk.shard.verdict().differences == []


def test_nothing_armed_costs_nothing(shard: Shard) -> None:
    watch = Watch(shard.matcher.engine.state, None)  # type: ignore[arg-type]
    assert watch.due() == []
    assert watch.patience_ms(200) == 200


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE venue_disconnect SET timeout_ms = 7", "scope 1, market 0: timeout_ms is 7 in the rows, 1000 after"),
        ("DELETE FROM venue_disconnect", "cancel-on-disconnect of session 7, scope 1, market 0: missing in the rows"),
        ("UPDATE venue_disconnectfiring SET cancelled = 2", "2 cancelled says its receipt, 1 the reports"),
    ],
)
def test_the_verifier_finds_what_does_not_fit(desk: Desk, sql: str, words: str) -> None:
    desk.arm(ago=5_000)
    desk.shard.carry_out(trading.quote("mine"))
    desk.carry_out()
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert words in "\n".join(desk.shard.verdict().differences)
