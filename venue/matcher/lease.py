"""The right to be a shard's matcher: a Redis lock for liveness. Safety is the epoch's, in PostgreSQL."""

import logging
import threading
from typing import Final, Self

import redis
from redis.exceptions import LockError

from venue.matcher.exits import Exit, leave

logger = logging.getLogger(__name__)

_RENEWALS_PER_TTL: Final = 4


class Lease:
    """Held while in the `with` block; the process ends at once when it cannot be kept."""

    def __init__(self, client: redis.Redis, name: str, ttl: float) -> None:
        self._lock = client.lock(name, timeout=ttl, sleep=0.05, thread_local=False)
        self._ttl = ttl
        self._done = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="lease", daemon=True)

    def acquire(self, *, patience: float) -> bool:
        """Wait up to `patience` seconds for the lease."""
        return self._lock.acquire(blocking=True, blocking_timeout=patience)

    def __enter__(self) -> Self:
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._keeper.join()
        try:
            self._lock.release()
        except (LockError, redis.RedisError):
            logger.warning("lease was gone before it was given back")

    def _keep(self) -> None:
        failures = 0
        while not self._done.wait(self._ttl / _RENEWALS_PER_TTL):
            try:
                self._lock.reacquire()
                failures = 0
            except LockError:
                leave(Exit.LEASE_LOST, "another matcher holds the lease")
            except redis.RedisError as error:
                failures += 1
                if failures >= _RENEWALS_PER_TTL:
                    leave(Exit.LEASE_LOST, f"the lease could not be renewed: {error}")
