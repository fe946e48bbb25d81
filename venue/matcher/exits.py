"""The ways in which a matcher ends itself. Whatever it had in memory is lost with it, and that is the point."""

import logging
import os
from enum import IntEnum
from typing import NoReturn

logger = logging.getLogger(__name__)


class Exit(IntEnum):
    """Exit codes of the process."""

    LEASE_LOST = 75
    FENCED_OUT = 76
    COMMIT_FAILED = 77
    ENGINE_FAILED = 78
    REDIS_LOST = 79


def leave(code: Exit, why: str) -> NoReturn:
    """End the process at once, from whichever thread; a start from the rows is the only way on."""
    logger.error("leaving (%s): %s", code.name.replace("_", " ").lower(), why)
    os._exit(code)
