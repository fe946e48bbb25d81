"""What goes out once a group is durable: replies, books, news of firms, the pulse. It has a thread of its own, so that
the next commit need not wait for it."""

import logging
import threading
from queue import Queue
from typing import Any, Final

import redis

from venue import books, pulse, streams
from venue.matcher.exits import Exit, leave
from venue.matcher.groups import Group
from venue.matcher.inbox import Reached
from venue.matcher.measuring import Measures
from venue.streams import Lane

logger = logging.getLogger(__name__)

_REPLY_KEPT_SECONDS: Final = 30
_COMMITS_UNTRIMMED: Final = 50  # what was taken may stay in the inbox for so long: Redis drops it by the hundred anyway
_MOST_UNTOLD: Final = 8  # groups; commits wait for a Redis that is further behind


class Teller:
    """Tells of groups in the order in which they became durable."""

    def __init__(self, client: redis.Redis, shard: int) -> None:
        self._client = client
        self._inboxes = {lane: streams.inbox(shard, lane) for lane in Lane}
        self._shard = shard
        self._untrimmed = 0
        self._measures = Measures(shard)
        self._durable: Queue[Group | None] = Queue(_MOST_UNTOLD)
        self._thread = threading.Thread(target=self._run, name="teller", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def add(self, group: Group) -> None:
        """Tell of a durable group soon."""
        self._durable.put(group)

    def finish(self) -> None:
        """Tell of what was handed over and stop."""
        self._durable.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (group := self._durable.get()) is not None:
            try:
                self.tell(group)
            except redis.RedisError as error:
                leave(Exit.REDIS_LOST, f"replies cannot be sent: {error}")
            except Exception:
                logger.exception("a durable group could not be told of")
                leave(Exit.REDIS_LOST, "replies cannot be sent")

    def tell(self, group: Group) -> None:
        """Reply, then publish."""
        if group.replies:
            self._measures.note(group.applied, group.seconds)
        pipeline = self._client.pipeline(transaction=False)
        for reply_to, content in group.answers:
            pipeline.rpush(reply_to, content)
            pipeline.expire(reply_to, _REPLY_KEPT_SECONDS)
        for picture in group.pictures.values():
            books.publish(pipeline, picture)
        if group.page and group.page.firms:
            pipeline.publish(streams.news(), streams.encode(streams.News(self._shard, group.page.firms)))
        self._trim(pipeline, group.reached)
        if told := self._measures.due():
            pulse.publish(pipeline, told)
        pipeline.execute()

    def _trim(self, pipeline: Any, reached: Reached) -> None:
        self._untrimmed += 1
        if self._untrimmed >= _COMMITS_UNTRIMMED:
            self._untrimmed = 0
            for lane, inbox in self._inboxes.items():
                pipeline.xtrim(inbox, minid=reached.of(lane), approximate=True)
