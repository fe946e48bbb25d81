"""The thread that makes a group durable and only then tells anybody; while it waits, the engine goes on."""

import logging
import threading
import time
from typing import Any, Final

import psycopg
import redis

from venue import books, pulse, replies, streams
from venue.books import PublishedBook
from venue.matcher.exits import Exit, leave
from venue.matcher.inbox import Reached
from venue.matcher.journal import Applied, FencedOut, Journal, Page
from venue.matcher.measuring import Measures
from venue.replies import Reply
from venue.streams import Lane

logger = logging.getLogger(__name__)

_REPLY_KEPT_SECONDS: Final = 30
_COMMITS_UNTRIMMED: Final = 50  # what was taken may stay in the inbox for so long: Redis drops it by the hundred anyway


class Group:
    """Commands that become durable together, the replies that then go out, and the books to show after it."""

    __slots__ = ("answers", "applied", "page", "pictures", "reached", "replies", "weight")

    def __init__(self, reached: Reached) -> None:
        self.reached = reached
        self.weight = 0  # commands and events: what the length of the commit depends on
        self.applied: list[Applied] = []
        self.replies: list[tuple[str, Reply]] = []  # (reply_to, reply)
        self.pictures: dict[int, PublishedBook] = {}
        self.answers: list[tuple[str, bytes]] = []  # the replies as they go out
        self.page: Page | None = None

    def absorb(self, later: "Group") -> None:
        """Go on with what came after, and was written on the same page."""
        self.reached = later.reached
        self.weight += later.weight
        self.applied += later.applied
        self.replies += later.replies
        self.answers += later.answers
        self.pictures |= later.pictures

    def __bool__(self) -> bool:
        return bool(self.replies or self.pictures)


class Committer:
    """Commits all that has come up while it was committing, together: the slower the disk, the larger the groups."""

    def __init__(self, journal: Journal, client: redis.Redis, shard: int) -> None:
        self._journal = journal
        self._client = client
        self._inboxes = {lane: streams.inbox(shard, lane) for lane in Lane}
        self._shard = shard
        self._untrimmed = 0
        self._measures = Measures(shard)
        self._waiting: Group | None = None
        self._finishing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def add(self, group: Group) -> None:
        """Hand a group over; it is in the next commit, and made ready for it now, while the last one is under way."""
        with self._changed:
            self._write_down(group, self._waiting.page if self._waiting else None)
            if self._waiting is None:
                self._waiting = group
            else:
                self._waiting.absorb(group)
            self._changed.notify_all()

    def room(self, weight: int) -> int:
        """What fits into the next commit, of `weight` in all, beyond what waits for it; none is left, or less than
        none, where only the fast lane may still join it. Waits while not even that may."""
        with self._changed:
            self._changed.wait_for(lambda: self._weight() < 2 * weight)
            return weight - self._weight()

    def finish(self) -> None:
        """Commit what was handed over and stop."""
        with self._changed:
            self._finishing = True
            self._changed.notify_all()
        self._thread.join()

    def _weight(self) -> int:
        return self._waiting.weight if self._waiting else 0

    def _run(self) -> None:
        while (group := self._take()) is not None:
            try:
                self.commit(group)
            except FencedOut as error:
                leave(Exit.FENCED_OUT, str(error))
            except redis.RedisError as error:
                leave(Exit.REDIS_LOST, f"replies cannot be sent: {error}")
            except psycopg.OperationalError as error:
                leave(Exit.COMMIT_FAILED, f"PostgreSQL is gone: {error}")
            except Exception:
                logger.exception("the group could not be committed")
                leave(Exit.COMMIT_FAILED, "the journal and the engine do not agree")

    def _take(self) -> Group | None:
        """All that waits; None once there is nothing and there will be nothing more."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting is not None or self._finishing)
            group, self._waiting = self._waiting, None
            self._changed.notify_all()
            return group

    def _write_down(self, group: Group, page: Page | None) -> Page:
        group.page = page = page or self._journal.new_page()
        for applied in group.applied:
            self._journal.enter(page, applied)
        group.answers = [(reply_to, replies.encode(reply)) for reply_to, reply in group.replies if reply_to]
        return page

    def commit(self, group: Group) -> None:
        """Journal, then reply, then publish."""
        page = group.page or self._write_down(group, None)
        if group.replies:
            begun = time.monotonic()
            self._journal.write(page, group.reached)
            self._measures.note(group.applied, time.monotonic() - begun)
        pipeline = self._client.pipeline(transaction=False)
        for reply_to, content in group.answers:
            pipeline.rpush(reply_to, content)
            pipeline.expire(reply_to, _REPLY_KEPT_SECONDS)
        for picture in group.pictures.values():
            books.publish(pipeline, picture)
        if page.firms:
            pipeline.publish(streams.news(), streams.encode(streams.News(self._shard, page.firms)))
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
