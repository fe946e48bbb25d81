"""Where the stream process does what blocks: threads, each with a database connection of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections
from redis.exceptions import RedisError

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# What a server that is away raises.
AWAY: Final = (OperationalError, InterfaceError, RedisError)


class Threads:
    """A few threads for one kind of work, so that no kind waits for another."""

    def __init__(self, name: str, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    async def run(
        self, function: Callable[Parameters, Result], *arguments: Parameters.args, **named: Parameters.kwargs
    ) -> Result:
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, lambda: _with_fresh_connection(lambda: function(*arguments, **named))
        )


def _with_fresh_connection(step: Callable[[], Result]) -> Result:
    """A connection that broke meanwhile is not used again."""
    close_old_connections()
    return step()


DOOR: Final = Threads("door", 2)
LIVE: Final = Threads("live", 2)
BACKLOG: Final = Threads("backlog", 2)
KEEPING: Final = Threads("keeping", 1)
