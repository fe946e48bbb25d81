"""The matcher process: hold the lease, recover, then take, apply, commit, reply, one group after the other."""

import logging
import sys
import threading
import time
from typing import Final

import psycopg
import redis
from django.conf import settings

from venue import streams
from venue.engine.commands import Command
from venue.engine.market import MarketEngine
from venue.matcher.committer import Committer, Group
from venue.matcher.disconnects import Watch
from venue.matcher.exits import Exit, leave
from venue.matcher.inbox import Inbox, Taken
from venue.matcher.journal import Applied, Journal
from venue.matcher.lease import Lease
from venue.matcher.publishing import Pictures
from venue.matcher.recovery import application_name, recover, settle_memory, take_over
from venue.projections import Stamp
from venue.replies import NotApplied, Reply, answer
from venue.streams import Envelope

logger = logging.getLogger(__name__)

_IDLE_MS: Final = 200
_PICTURE_DUE_MS: Final = 20
_SESSION: Final = (
    "idle_in_transaction_session_timeout=5000",
    "synchronous_commit=on",
    # The journal changes rows by their keys only; a planner misled by old statistics would read whole tables.
    "enable_seqscan=off",
    "enable_hashjoin=off",
    "enable_mergejoin=off",
    "plan_cache_mode=force_generic_plan",
)
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
        self._inbox = Inbox(client, shard, row.inbox_id)
        self._journal = Journal(connection, row)
        self._client = client
        self._pictures = Pictures(self.engine)
        self._watch = Watch(self.engine.state, client)
        self._failed = False

    def run(self, stop: threading.Event) -> None:
        """The loop. What comes in while a group is being committed forms the next one."""
        settle_memory()
        sys.setswitchinterval(0.0005)
        committer = Committer(self._journal, self._client, self._shard)
        committer.start()
        logger.info("shard %s: serving from sequence %s", self._shard, self._sequence)
        self._watch_over(Taken([], self._inbox.after), self._inbox.after, committer)
        while not stop.is_set():
            patience = self._watch.patience_ms(_PICTURE_DUE_MS if self._pictures.pending else _IDLE_MS)
            before = self._inbox.after
            taken = self._inbox.take(settings.MATCHER_GROUP_LIMIT, patience)
            self._watch_over(taken, before, committer)
            if not self._failed and (group := self.apply(taken)):
                committer.add(group)
            if self._failed:
                committer.finish()
                leave(Exit.ENGINE_FAILED, "the engine's memory cannot be trusted any more")
        committer.finish()

    def carry_out(self, commands: list[Command]) -> list[Reply]:
        """Apply and commit commands that come from no inbox."""
        envelopes = [Envelope("", self._now, _NEVER, "", command) for command in commands]
        after = self._inbox.after
        group = self.apply(Taken([(after, envelope) for envelope in envelopes], after))
        Committer(self._journal, self._client, self._shard).commit(group)
        return [reply for _, reply in group.replies]

    def _watch_over(self, taken: Taken, before: str, committer: Committer) -> None:
        """Whoever was silent for too long loses what rests before anything that was taken is matched; what was taken
        counts as taken only when it is committed itself."""
        if due := self._watch.due(taken):
            now = self._tick()
            own = [(before, Envelope("", now, _NEVER, "", command)) for command in due]
            committer.add(self.apply(Taken(own, before)))
            self._watch.settle()

    def apply(self, taken: Taken) -> Group:
        """Carry the commands out in memory. An engine that fails ends the process; the command is set aside first."""
        group = Group(taken.last_id)
        for entry_id, envelope in taken.envelopes:
            now = self._tick()
            done = None if self._watch.too_late(entry_id, envelope) else self._apply_one(envelope, now)
            if done is None:
                group.replies.append((envelope.reply_to, NotApplied(self._sequence, now)))
            else:
                group.applied.append(done)
                group.replies.append((envelope.reply_to, done.reply))
            if self._failed:
                group.inbox_id = entry_id
                return group
        group.pictures = self._pictures.take()
        return group

    def _apply_one(self, envelope: Envelope, now: int) -> Applied | None:
        """The command as carried out; None if it came too late or the engine failed on it."""
        if envelope.deadline < now:
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
