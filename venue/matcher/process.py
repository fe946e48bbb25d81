"""The matcher process: hold the lease, recover, then take, apply, commit, reply, one group after the other."""

import logging
import sys
import threading
import time
from collections.abc import Iterable
from typing import Final

import psycopg
import redis
from django.conf import settings

from venue import memory, native, streams
from venue.engine.commands import Command
from venue.engine.market import MarketEngine
from venue.matcher.committer import Committer
from venue.matcher.disconnects import Watch
from venue.matcher.exits import Exit, leave
from venue.matcher.groups import Group
from venue.matcher.inbox import Inbox, Reached
from venue.matcher.journal import Applied, Journal
from venue.matcher.lease import Lease
from venue.matcher.publishing import Pictures
from venue.matcher.recovery import application_name, recover, take_over
from venue.projections import Stamp
from venue.replies import NotApplied, Reply, answer
from venue.streams import Envelope, Lane

logger = logging.getLogger(__name__)

_IDLE_MS: Final = 200
_PICTURE_DUE_MS: Final = 20
_SWITCH_SECONDS: Final = 0.0001  # the committer, back from PostgreSQL, must not wait for the engine at each step
_FULL_MS: Final = 2  # between two looks for room in the next commit, while only the fast lane is taken from
_IN_USE_MS: Final = 10_000  # for so long after a client's command the fast lane counts as being in use
_EITHER: Final = (Lane.FAST, Lane.STANDARD)
_SESSION: Final = (
    "idle_in_transaction_session_timeout=5000",
    "synchronous_commit=on",
    # The journal changes rows by their keys only; a planner misled by old statistics would read whole tables.
    "enable_seqscan=off",
    "enable_hashjoin=off",
    "enable_mergejoin=off",
    "plan_cache_mode=force_generic_plan",
)
_COLLECTIONS: Final = (50_000, 20, 1_000_000)  # full ones would stop the market for too long
_NEVER: Final = 1 << 62


def serve(shard: int, stop: threading.Event) -> None:
    """Be the shard's matcher until `stop`; a standby waits here until the lease is free."""
    client = redis.Redis.from_url(settings.REDIS_URL, **streams.options())
    lease = Lease(client, streams.lease(shard), settings.LEASE_TTL_MS / 1000)
    while not lease.acquire(patience=1):
        if stop.is_set():
            return
    with lease, connect(shard) as connection:
        logger.info("shard %s: lease held, recovering", shard)
        Matcher(connection, client, shard).run(stop)


def carry_out(shard: int, commands: list[Command]) -> list[Reply]:
    """Be the shard's matcher for just these commands, for set-up; raises `ShardBusy` while another one serves."""
    client = redis.Redis.from_url(settings.REDIS_URL, **streams.options())
    lease = Lease(client, streams.lease(shard), settings.LEASE_TTL_MS / 1000)
    if not lease.acquire(patience=0):
        raise ShardBusy(shard)
    with lease, connect(shard) as connection:
        return Matcher(connection, client, shard).carry_out(commands)


class ShardBusy(Exception):
    """Another matcher serves the shard: send it the commands instead."""


def connect(shard: int) -> psycopg.Connection:
    """The journal's own connection; a session stuck in a transaction is ended by PostgreSQL itself."""
    return psycopg.connect(
        settings.DATABASE_URL,
        autocommit=True,
        application_name=application_name(shard),
        connect_timeout=5,
        # A server that is gone without a word must not hold the shard for longer than its clients wait.
        keepalives_idle=2,
        keepalives_interval=1,
        keepalives_count=3,
        tcp_user_timeout=5_000,
        options=" ".join(f"-c {setting}" for setting in _SESSION),
    )


class Matcher:
    """A shard's engine with its journal. Taking over and recovering is what making one means."""

    def __init__(self, connection: psycopg.Connection, client: redis.Redis, shard: int) -> None:
        row = take_over(connection, shard)
        self._shard = shard
        self._sequence = row.sequence
        self._now = row.applied_at
        self.engine: MarketEngine = recover(connection, row)
        self._inbox = Inbox(client, shard, Reached(row.inbox_id, row.fast_inbox_id))
        self._journal = Journal(connection, row)
        self._client = client
        self._pictures = Pictures(self.engine)
        self._watch = Watch(self.engine.state, client)
        self._fast_lane_used_at = -_IN_USE_MS
        self._failed = False

    def run(self, stop: threading.Event) -> None:
        """The loop. What comes in while a group is being committed forms the next one."""
        memory.settle(_COLLECTIONS)
        sys.setswitchinterval(_SWITCH_SECONDS)
        committer = Committer(self._journal, self._client, self._shard)
        committer.start()
        engine = "compiled" if native.in_use() else "run by Python"
        logger.info("shard %s: serving from sequence %s, the engine %s", self._shard, self._sequence, engine)
        group = Group(self._inbox.reached)
        self.watch_over(group)
        if group:
            committer.add(group)
        while not stop.is_set():
            weight = self.group_weight()
            if group := self.take_turn(committer.room(weight), weight):
                committer.add(group)
            if self._failed:
                committer.finish()
                leave(Exit.ENGINE_FAILED, "the engine's memory cannot be trusted any more")
        committer.finish()

    def group_weight(self) -> int:
        """Commits are short while a client uses the fast lane, and as large as pays while nobody does."""
        in_use = self._tick() - self._fast_lane_used_at < _IN_USE_MS
        return settings.MATCHER_SHORT_GROUP_WEIGHT if in_use else settings.MATCHER_GROUP_WEIGHT

    def take_turn(self, room: int, spare: int) -> Group:
        """Carry out what is next: the fast lane first, `spare` beyond the room of the next commit, then of the standard
        one what there is room for, or a single command so that it is never shut out. So a command of the fast lane
        waits for the running commit and its own alone."""
        if room > 0:
            self._inbox.read(_EITHER, self._watch.patience_ms(_PICTURE_DUE_MS if self._pictures.pending else _IDLE_MS))
        else:
            self._inbox.read((Lane.FAST,), _FULL_MS)
        group = Group(self._inbox.reached)
        self.watch_over(group)
        self.apply(group, self._inbox.take(Lane.FAST), room + spare)
        if any(applied.key_id for applied in group.applied):
            self._fast_lane_used_at = self._now
        if room > 0:
            self.apply(group, self._inbox.take(Lane.STANDARD), max(room, group.weight + 1))
        if not self._failed:
            group.pictures = self._pictures.take()
        return group

    def carry_out(self, commands: list[Command]) -> list[Reply]:
        """Apply and commit commands that come from no inbox."""
        group = Group(self._inbox.reached)
        self.apply(group, self._own(commands))
        if not self._failed:
            group.pictures = self._pictures.take()
        replies = [reply for _, reply in group.replies]
        Committer(self._journal, self._client, self._shard).commit(group)
        return replies

    def watch_over(self, group: Group) -> None:
        """Whoever was silent for too long loses what rests before anything else is matched."""
        if due := self._watch.due():
            for _, envelope in self._own(due):
                self._add(group, self._apply_one(envelope, self._tick()), "")
            self._watch.settle()

    def _own(self, commands: Iterable[Command]) -> list[tuple[str, Envelope]]:
        """Envelopes of commands that come from no inbox."""
        return [("", Envelope("", self._now, _NEVER, "", command)) for command in commands]

    def apply(self, group: Group, entries: Iterable[tuple[str, Envelope]], most: int = _NEVER) -> None:
        """Carry commands out in memory until the group weighs `most`. An engine that fails ends the process; the
        command is set aside first."""
        if self._failed or group.weight >= most:
            return
        for entry_id, envelope in entries:
            if self._watch.is_back(envelope.command):
                self.watch_over(group)
            done = None if self._watch.too_late(entry_id, envelope) else self._apply_one(envelope, self._tick())
            self._add(group, done, envelope.reply_to)
            group.reached = self._inbox.reached
            if self._failed or group.weight >= most:
                return

    def _add(self, group: Group, done: Applied | None, reply_to: str) -> None:
        if done is None:
            group.replies.append((reply_to, NotApplied(self._sequence, self._now)))
        else:
            group.applied.append(done)
            group.replies.append((reply_to, done.reply))
            group.weight += len(done.events)
        group.weight += 1

    def _apply_one(self, envelope: Envelope, now: int) -> Applied | None:
        """The command as carried out; None if it came too late or the engine failed on it."""
        if self._failed or envelope.deadline < now:
            return None
        sequence, command = self._sequence + 1, envelope.command
        try:
            happened = self.engine.apply(sequence, now, command)
        except Exception:
            logger.exception("the engine failed on %r, which is set aside", command)
            self._failed = True
            return None
        self._sequence = sequence
        self._pictures.note(happened)
        stamp = Stamp(self._shard, sequence, now)
        reply = answer(sequence, now, command, happened)
        return Applied(stamp, command, envelope.key_id, envelope.received_at, happened, reply)

    def _tick(self) -> int:
        """The time in epoch ms; it never runs backwards, whatever the clock does."""
        self._now = max(self._now, time.time_ns() // 1_000_000)
        return self._now
