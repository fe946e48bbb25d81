"""Makes groups durable, and only then has anybody told: light ones at once, heavy ones on a thread, so that the engine
goes on meanwhile."""

import logging
import threading
import time

import psycopg
import redis

from venue.matcher.exits import Exit, leave
from venue.matcher.groups import LIGHT, Group
from venue.matcher.journal import FencedOut, Journal, Page
from venue.matcher.telling import Teller

logger = logging.getLogger(__name__)


class Committer:
    """Commits all that has come up while it was committing, together: the slower the disk, the larger the groups."""

    def __init__(self, journal: Journal, client: redis.Redis, shard: int) -> None:
        self._journal = journal
        self._teller = Teller(client, shard)
        self._waiting: Group | None = None
        self._committing = False
        self._finishing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="committer", daemon=True)

    def start(self) -> None:
        self._teller.start()
        self._thread.start()

    def add(self, group: Group) -> None:
        """Hand a group over: it is in the next commit, and made ready for it now, while the last one is under way. A
        light one is committed before this returns if no other is."""
        with self._changed:
            if group.weight > LIGHT or self._waiting is not None or self._committing:
                self._put_by(group)
                return
        self._commit_or_leave(group)

    def room(self, weight: int) -> int:
        """What fits into the next commit, of `weight` in all, beyond what waits for it; none is left, or less than
        none, where only the fast lane may still join it. Waits while not even that may."""
        with self._changed:
            self._changed.wait_for(lambda: self._weight() < 2 * weight)
            return weight - self._weight()

    def finish(self) -> None:
        """Commit what was handed over, tell of it and stop."""
        with self._changed:
            self._finishing = True
            self._changed.notify_all()
        self._thread.join()
        self._teller.finish()

    def _weight(self) -> int:
        return self._waiting.weight if self._waiting else 0

    def _put_by(self, group: Group) -> None:
        self._write_down(group, self._waiting.page if self._waiting else None)
        if self._waiting is None:
            self._waiting = group
        else:
            self._waiting.absorb(group)
        self._changed.notify_all()

    def _run(self) -> None:
        while (group := self._take()) is not None:
            self._commit_or_leave(group)

    def _commit_or_leave(self, group: Group) -> None:
        try:
            self._make_durable(group)
        except FencedOut as error:
            leave(Exit.FENCED_OUT, str(error))
        except psycopg.OperationalError as error:
            leave(Exit.COMMIT_FAILED, f"PostgreSQL is gone: {error}")
        except Exception:
            logger.exception("the group could not be committed")
            leave(Exit.COMMIT_FAILED, "the journal and the engine do not agree")
        self._teller.add(group)

    def _take(self) -> Group | None:
        """All that waits; None once there is nothing and there will be nothing more."""
        with self._changed:
            self._committing = False
            self._changed.wait_for(lambda: self._waiting is not None or self._finishing)
            group, self._waiting = self._waiting, None
            self._committing = group is not None
            self._changed.notify_all()
            return group

    def _write_down(self, group: Group, page: Page | None) -> Page:
        group.page = page = page or self._journal.new_page()
        for applied in group.applied:
            self._journal.enter(page, applied)
        group.written_down()
        return page

    def commit(self, group: Group) -> None:
        """Journal, then reply, then publish: all of it now."""
        self._make_durable(group)
        self._teller.tell(group)

    def _make_durable(self, group: Group) -> None:
        page = group.page or self._write_down(group, None)
        if group.weight:
            begun = time.monotonic()
            self._journal.write(page, group.reached)
            group.seconds = time.monotonic() - begun
