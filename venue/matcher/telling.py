"""What goes out once a group is durable: replies, books, news of firms, the pulse. Of a heavy group a thread tells, so
that the next commit need not wait for it."""

import logging
import threading
from collections.abc import Iterator
from queue import Queue
from typing import Any, Final

import redis

from venue import books, pulse, streams
from venue.matcher.exits import Exit, leave
from venue.matcher.groups import LIGHT, Group
from venue.matcher.inbox import Reached
from venue.matcher.measuring import Measures
from venue.streams import Lane, RedisCommand

logger = logging.getLogger(__name__)

_REPLY_KEPT_SECONDS: Final = 30
_COMMITS_UNTRIMMED: Final = 50  # what was taken may stay in the inbox for so long: Redis drops it by the hundred anyway
_MOST_UNTOLD: Final = 8  # groups; commits wait for a Redis that is further behind


class Teller:
    """Tells of groups in the order in which they became durable."""

    def __init__(self, client: redis.Redis, shard: int) -> None:
        self._connection: Any = client.connection_pool.make_connection()  # a pipeline costs more than twice as much
        self._inboxes = {lane: streams.inbox(shard, lane) for lane in Lane}
        self._shard = shard
        self._untrimmed = 0
        self._measures = Measures(shard)
        self._durable: Queue[Group | None] = Queue(_MOST_UNTOLD)
        self._thread = threading.Thread(target=self._run, name="teller", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def add(self, group: Group) -> None:
        """Tell of a durable group: a light one before this returns, if nothing is to be told before it."""
        if group.weight > LIGHT or self._durable.unfinished_tasks:
            self._durable.put(group)
        else:
            self._tell_or_leave(group)

    def finish(self) -> None:
        """Tell of what was handed over and stop."""
        self._durable.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (group := self._durable.get()) is not None:
            self._tell_or_leave(group)
            self._durable.task_done()

    def _tell_or_leave(self, group: Group) -> None:
        try:
            self.tell(group)
        except redis.RedisError as error:
            leave(Exit.REDIS_LOST, f"replies cannot be sent: {error}")
        except Exception:
            logger.exception("a durable group could not be told of")
            leave(Exit.REDIS_LOST, "replies cannot be sent")

    def tell(self, group: Group) -> None:
        """Reply, then publish."""
        if group.weight:
            self._measures.note(group.counts, group.seconds)
        told: list[RedisCommand] = []
        for reply_to, content in group.answers:
            told += (("RPUSH", reply_to, content), ("EXPIRE", reply_to, _REPLY_KEPT_SECONDS))
        told += [books.showing(picture) for picture in group.pictures.values()]
        if group.page and group.page.firms:
            told.append(("PUBLISH", streams.news(), streams.encode(streams.News(self._shard, group.page.firms))))
        told += self._trimmed(group.reached)
        if due := self._measures.due():
            told.append(pulse.showing(due))
        self._send(told)

    def _trimmed(self, reached: Reached) -> Iterator[RedisCommand]:
        self._untrimmed += 1
        if self._untrimmed >= _COMMITS_UNTRIMMED:
            self._untrimmed = 0
            for lane, inbox in self._inboxes.items():
                yield ("XTRIM", inbox, "MINID", "~", reached.of(lane))

    def _send(self, told: list[RedisCommand]) -> None:
        """In one write. Raises what Redis refuses; the other answers say nothing that matters."""
        if told:
            self._connection.send_packed_command(self._connection.pack_commands(told))
        for _ in told:
            self._connection.read_response()
