"""How a connection ends: the codes of both streams, and the last word. docs/authentication.md lists them."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from enum import IntEnum
from typing import Any, Final

from accounts.refusals import Refusal
from mmapi.sockets.threads import AWAY

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

# How long a client that was cut off may take to read what it was sent before, and then why.
_LAST_WORD_SECONDS: Final = 30.0


class CloseCode(IntEnum):
    """4000 and the HTTP status of the like; the reason in the close frame is the code in words."""

    INVALID_MESSAGE = 4400
    CONSUMER_TOO_SLOW = 4408
    SEQUENCE_NOT_KEPT = 4410
    UNAVAILABLE = 4503


class Closing(Exception):
    """The venue ends the connection."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def ended_by(refusal: Refusal) -> Closing:
    return Closing(4000 + refusal.status_code, refusal.code)


async def until_one_ends(*works: Awaitable[None]) -> None:
    """Until the client goes; raises `Closing` where the venue ends it."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for one in done:
            one.result()
    except Refusal as refusal:
        raise ended_by(refusal) from None
    except AWAY as error:
        raise Closing(CloseCode.UNAVAILABLE, "UNAVAILABLE") from error
    except OSError:
        return  # the client is gone
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def say_why(send: Send, why: Closing) -> None:
    with contextlib.suppress(Exception):
        async with asyncio.timeout(_LAST_WORD_SECONDS):
            await send({"type": "websocket.close", "code": why.code, "reason": why.reason})
