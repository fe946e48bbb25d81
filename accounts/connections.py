"""The web side's ways to Redis: a pooled client, scripts on the hot path, and how keys are named."""

import hashlib
from collections.abc import Sequence
from threading import Lock, local
from typing import Any

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.connection import ConnectionInterface
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import NoScriptError
from redis.retry import Retry

CLIENTS: dict[str, Redis] = {}
LOCK = Lock()


def redis_client() -> Redis:
    """One thread-safe client for each address; connections are made on first use and kept."""
    url: str = settings.REDIS_URL
    client = CLIENTS.get(url)
    if client is None:
        with LOCK:
            client = CLIENTS.setdefault(url, connect(url))
    return client


def connect(url: str) -> Redis:
    # One retry without waiting: it replaces a connection that a restart of Redis broke, no more.
    return Redis.from_url(url, socket_timeout=1.0, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 1), protocol=2)


def redis_name(*parts: str) -> str:
    return getattr(settings, "REDIS_PREFIX", "venue:") + ":".join(parts)


class Script:
    """A Lua script; each thread calls it over a connection of its own, at a third of the pooled client's cost."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.digest = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()
        self.thread = local()

    def call(self, keys: Sequence[bytes | str], arguments: Sequence[bytes | int]) -> list[Any]:
        """Raises RedisError; after a lost connection it is called once more, so it must know its own traces."""
        try:
            return self.run(keys, arguments)
        except ConnectionLost:
            return self.run(keys, arguments)

    def run(self, keys: Sequence[bytes | str], arguments: Sequence[bytes | int]) -> list[Any]:
        connection = self.connection()
        try:
            return self.exchange(connection, "EVALSHA", self.digest, len(keys), *keys, *arguments)
        except NoScriptError:
            # A new server, or one that was flushed; EVAL leaves the script there for the next call.
            return self.exchange(connection, "EVAL", self.source, len(keys), *keys, *arguments)

    def exchange(self, connection: ConnectionInterface, *command: bytes | str | int) -> list[Any]:
        connection.send_command(*command)
        answer: list[Any] = connection.read_response()
        return answer

    def connection(self) -> ConnectionInterface:
        client = redis_client()
        if getattr(self.thread, "client", None) is not client:
            self.thread.client = client
            self.thread.connection = client.connection_pool.make_connection()
        kept: ConnectionInterface = self.thread.connection
        return kept
