"""The thread that makes a group durable and only then tells anybody; while it waits, the engine goes on."""

import logging
import threading
from typing import Final

import psycopg
import redis
from django.conf import settings

from venue import books, replies, streams
from venue.books import PublishedBook
from venue.matcher.exits import Exit, leave
from venue.matcher.journal import Applied, FencedOut, Journal
from venue.replies import Reply

logger = logging.getLogger(__name__)

_REPLY_KEPT_SECONDS: Final = 30


class Group:
    """Commands that become durable together, the replies that then go out, and the books to show after it."""

    __slots__ = ("applied", "inbox_id", "pictures", "replies")

    def __init__(self, inbox_id: str) -> None:
        self.inbox_id = inbox_id
        self.applied: list[Applied] = []
        self.replies: list[tuple[str, Reply]] = []  # (reply_to, reply)
        self.pictures: dict[int, PublishedBook] = {}

    def absorb(self, later: "Group") -> None:
        """Go on with what came after."""
        self.inbox_id = later.inbox_id
        self.applied += later.applied
        self.replies += later.replies
        self.pictures |= later.pictures

    def __bool__(self) -> bool:
        return bool(self.replies or self.pictures)


class Committer:
    """Commits all that has come up while it was committing, together: the slower the disk, the larger the groups."""

    def __init__(self, journal: Journal, client: redis.Redis, shard: int) -> None:
        self._journal = journal
        self._client = client
        self._shard = shard
        self._inbox = streams.inbox(shard)
        self._waiting: Group | None = None
        self._finishing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def add(self, group: Group) -> None:
        """Hand a group over; waits only when much more than one commit should hold is waiting already."""
        with self._changed:
            self._changed.wait_for(self._has_room)
            if self._waiting is None:
                self._waiting = group
            else:
                self._waiting.absorb(group)
            self._changed.notify_all()

    def finish(self) -> None:
        """Commit what was handed over and stop."""
        with self._changed:
            self._finishing = True
            self._changed.notify_all()
        self._thread.join()

    def _has_room(self) -> bool:
        return self._waiting is None or len(self._waiting.replies) < settings.MATCHER_GROUP_LIMIT

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

    def commit(self, group: Group) -> None:
        """Journal, then reply, then publish."""
        reported = self._journal.write(group.applied, group.inbox_id) if group.replies else {}
        pipeline = self._client.pipeline(transaction=False)
        for reply_to, reply in group.replies:
            if reply_to:
                pipeline.rpush(reply_to, replies.encode(reply))
                pipeline.expire(reply_to, _REPLY_KEPT_SECONDS)
        for picture in group.pictures.values():
            books.publish(pipeline, picture)
        if reported:
            pipeline.publish(streams.news(), streams.encode(streams.News(self._shard, reported)))
        pipeline.xtrim(self._inbox, minid=group.inbox_id, approximate=True)
        pipeline.execute()
