"""Where the stream process does what blocks: threads, each with a database connection of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from redis.exceptions import RedisError

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

# What a server that is away raises.
AWAY: Final = (OperationalError, InterfaceError, RedisError)


class Threads:
    """A few threads for one kind of work, so that no kind waits for another.

    A connection that broke is not used again. Who is `patient` tries again by himself, and need not have his connection
    looked at before each step.
    """

    def __init__(self, name: str, count: int, *, patient: bool = False) -> None:
        self._patient = patient
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    async def run(
        self, function: Callable[Parameters, Result], *arguments: Parameters.args, **named: Parameters.kwargs
    ) -> Result:
        return await asyncio.get_running_loop().run_in_executor(
            self._pool, lambda: self._carry_out(lambda: function(*arguments, **named))
        )

    def _carry_out(self, step: Callable[[], Result]) -> Result:
        if not self._patient:
            close_old_connections()
        try:
            return step()
        except (OperationalError, InterfaceError):
            connection.close()
            raise


DOOR: Final = Threads("door", 2)
# One, so that what a session did last is done last.
SESSIONS: Final = Threads("sessions", 1)
LIVE: Final = Threads("live", 2, patient=True)
BACKLOG: Final = Threads("backlog", 2)
KEEPING: Final = Threads("keeping", 1, patient=True)
