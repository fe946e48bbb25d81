"""submit(): the only way to the matcher. A command goes to its shard's inbox and the caller waits for the reply."""

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar

import redis
from django.conf import settings
from django.db import InterfaceError, OperationalError

from accounts.credentials import cache
from accounts.models import Tier
from accounts.refusals import Refusal
from venue import replies, streams
from venue.engine.commands import Command
from venue.models import Command as JournalledCommand
from venue.models import journal_id
from venue.replies import Replayed, Reply
from venue.streams import Lane

Result = TypeVar("Result")


class _Connections(threading.local):
    """A thread's own to Redis, at a fraction of what the shared pool's lock and looks cost."""

    def __init__(self) -> None:
        self._free: list[Any] = []

    def take(self) -> Any:
        """One that is known to be there: what cannot even be sent need not be told of as unknown."""
        connection = self._free.pop() if self._free else streams.connections().make_connection()
        connection.connect()
        if _is_closed(connection):
            connection.disconnect()
            connection.connect()
        return connection

    def give_back(self, connection: Any) -> None:
        self._free.append(connection)


def _is_closed(connection: Any) -> bool:
    """Whether there is anything to read: nothing was asked."""
    try:
        return bool(connection.can_read())
    except redis.ConnectionError:
        return True


_mine: Final = _Connections()


class OutcomeUnknown(Refusal):
    """The command was sent and no reply came: it may have been applied, and may still be."""

    status_code = 503
    code = "OUTCOME_UNKNOWN"
    default_detail = (
        "No reply came in time, so the outcome is unknown. "
        "Retry with the same client id, or read back, before assuming anything."
    )

    def __init__(self) -> None:
        super().__init__(outcome="unknown")


class NotApplied(Refusal):
    """The command changed nothing: it could not be sent, or it was too late when the matcher came to it."""

    status_code = 503
    code = "NOT_APPLIED"
    default_detail = "The venue could not take the command in time. It was not applied and is safe to send again."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"}, outcome="not_applied")


class Outcome(NamedTuple):
    """The reply, and whether it is that of an earlier command with the same client id."""

    reply: Reply
    replayed: bool = False


def submit(command: Command, *, shard: int, key_id: str = "", timeout_ms: int = 0) -> Outcome:
    """Have the shard's matcher carry the command out, durably; raises `OutcomeUnknown` or `NotApplied`."""
    return _outcome(shard, _Sent(shard, command, key_id, timeout_ms))


def submit_each(
    addressed: Sequence[tuple[int, Command]], *, key_id: str = "", timeout_ms: int = 0
) -> list[Outcome | OutcomeUnknown | NotApplied]:
    """Commands to their shards, all sent before any reply is awaited: a shard that is away delays no other."""
    sent = [_attempt(partial(_Sent, shard, command, key_id, timeout_ms)) for shard, command in addressed]
    return [
        one if isinstance(one, Refusal) else _attempt(partial(_outcome, shard, one))
        for (shard, _), one in zip(addressed, sent, strict=True)
    ]


def lane_of(key_id: str) -> Lane:
    """The lane of the key's tier; operations, which have no key, go before everybody. Raises `NotApplied`."""
    if not key_id:
        return Lane.FAST
    try:
        credential = cache.find(key_id)
    except (redis.RedisError, OperationalError, InterfaceError) as error:
        raise NotApplied from error
    return Lane.FAST if credential and credential.tier.lane == Tier.Lane.COLOCATED else Lane.STANDARD


def _attempt(step: Callable[[], Result]) -> Result | OutcomeUnknown | NotApplied:
    try:
        return step()
    except (OutcomeUnknown, NotApplied) as failure:
        return failure


def _outcome(shard: int, sent: "_Sent") -> Outcome:
    reply = replies.decode(sent.receive())
    if isinstance(reply, replies.NotApplied):
        raise NotApplied
    if isinstance(reply, Replayed):
        first = JournalledCommand.objects.only("reply").get(id=journal_id(shard, reply.first_sequence))
        return Outcome(replies.decode(bytes(first.reply)), replayed=True)
    return Outcome(reply)


class _Sent:
    """A command under way: it and the wait for its reply go out in one write, on a connection of their own."""

    def __init__(self, shard: int, command: Command, key_id: str, timeout_ms: int) -> None:
        timeout_ms = timeout_ms or settings.SUBMIT_TIMEOUT_MS
        now = time.time_ns() // 1_000_000
        reply_to = streams.reply(uuid.uuid4().hex)
        message = streams.encode(streams.Envelope(reply_to, now, now + timeout_ms, key_id, command))
        append = ("XADD", streams.inbox(shard, lane_of(key_id)), "*", streams.ENVELOPE_FIELD, message)
        wait = ("BLPOP", reply_to, timeout_ms / 1000)
        try:
            self._connection: Any = _mine.take()
        except redis.RedisError as error:
            raise NotApplied from error
        try:
            self._connection.send_packed_command(self._connection.pack_commands([append, wait]))
        except redis.RedisError as error:
            self._drop()
            raise OutcomeUnknown from error

    def receive(self) -> bytes:
        """The reply as it came; raises `OutcomeUnknown` where none did."""
        try:
            self._await_entry()
            answered = self._connection.read_response()
        except redis.RedisError as error:
            self._drop()
            raise OutcomeUnknown from error
        _mine.give_back(self._connection)
        if answered is None:
            raise OutcomeUnknown
        return answered[1]

    def _await_entry(self) -> None:
        try:
            self._connection.read_response()
        except redis.ResponseError as error:
            # Redis answers and has not taken the command: out of memory, read-only, loading.
            self._drop()
            raise NotApplied from error

    def _drop(self) -> None:
        """A reply may still come on this connection, so nobody may use it again."""
        self._connection.disconnect()
        _mine.give_back(self._connection)
