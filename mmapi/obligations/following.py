"""The follower: reads the journal on from its own place, integrates, and commits figures and place together."""

import logging
import threading
from typing import Final

import psycopg
from django.conf import settings
from psycopg import Connection

from mmapi.obligations import asked, journal, store
from mmapi.obligations.integration.integrator import Integrator
from venue import markets

logger = logging.getLogger(__name__)

PAUSE_SECONDS: Final = 0.25
_REPORTS_TOGETHER: Final = 50_000
_SESSION: Final = "-c idle_in_transaction_session_timeout=60000"


def connect() -> Connection:
    return psycopg.connect(
        settings.DATABASE_URL, autocommit=True, application_name="obligations", connect_timeout=5, options=_SESSION
    )


class Follower:
    """Of one shard. Its memory is good as long as nobody else has written, which the row's version says."""

    def __init__(self, connection: Connection, shard: int) -> None:
        self._connection = connection
        self._shard = shard
        self._integrator: Integrator | None = None
        self._known = store.Followed(journal.Reached(0, 0, 0), -1, -1)

    def step(self) -> bool:
        """Take in what is new, up to a limit; whether there is more."""
        with self._connection.transaction():
            place = store.locked(self._connection, self._shard)
            integrator = self._remember(place)
            head = journal.head(self._connection, self._shard)
            if head == place.reached and place.settings == self._known.settings:
                return False
            reached = journal.within(self._connection, self._shard, place.reached, head, _REPORTS_TOGETHER)
            try:
                journal.integrate(self._connection, self._shard, integrator, place.reached, reached)
                store.save(self._connection, self._shard, integrator, reached)
            except BaseException:
                self._integrator = None
                raise
        self._known = store.Followed(reached, place.version, place.settings)
        return reached != head

    def _remember(self, place: store.Followed) -> Integrator:
        """The integrator as of the row: that in memory, told what is asked now where that has changed, or read anew."""
        known = self._known
        current = self._integrator is not None and (place.reached, place.version) == (known.reached, known.version)
        if current and place.settings == known.settings:
            assert self._integrator is not None
            return self._integrator
        found = asked.of_shard(self._shard)
        if not current:
            self._integrator = store.load(self._connection, self._shard, place.reached.until, found)
        assert self._integrator is not None
        self._integrator.ask(found.programmes.values(), found.members)
        return self._integrator


def follow(stop: threading.Event) -> None:
    """All shards, until `stop`."""
    followers: dict[int, Follower] = {}
    with connect() as connection:
        while not stop.is_set():
            for shard in sorted(markets.shards()):
                follower = followers.setdefault(shard, Follower(connection, shard))
                while follower.step() and not stop.is_set():
                    pass
            stop.wait(PAUSE_SECONDS)


def catch_up(shard: int) -> None:
    """Follow one shard up to what is committed now."""
    with connect() as connection:
        follower = Follower(connection, shard)
        while follower.step():
            pass
