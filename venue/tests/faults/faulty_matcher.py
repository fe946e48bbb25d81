"""A matcher with one fault built in; a command whose client id begins with "poison" brings it out."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from venue import rows
from venue.engine.market import MarketEngine
from venue.matcher import process
from venue.matcher.journal import Journal, Page

SHARD = 1


def is_poison(command: Any) -> bool:
    return getattr(command, "client_id", "").startswith("poison")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying_journal(*, after_commit: bool) -> Callable[..., None]:
    """The process is killed on either side of the commit of a poisoned page."""
    write = Journal.write

    def write_and_die(journal: Journal, page: Page, reached: Any) -> None:
        poisoned = b"poison".hex().encode() in rows.lines(page.commands)
        if poisoned and not after_commit:
            die()
        write(journal, page, reached)
        if poisoned:
            die()

    return write_and_die


def failing_engine() -> Callable[..., Any]:
    apply = MarketEngine.apply

    def fail(engine: MarketEngine, sequence: int, now: int, command: Any) -> Any:
        if is_poison(command):
            engine.state.quotes.clear()
            raise ZeroDivisionError("a fault of the engine, half way through a command")
        return apply(engine, sequence, now, command)

    return fail


def build_in(fault: str) -> None:
    if fault == "dies_after_commit":
        Journal.write = dying_journal(after_commit=True)  # type: ignore[method-assign]
    elif fault == "dies_before_commit":
        Journal.write = dying_journal(after_commit=False)  # type: ignore[method-assign]
    elif fault == "engine_fails":
        MarketEngine.apply = failing_engine()  # type: ignore[method-assign]
    else:
        raise ValueError(fault)


def main() -> None:
    build_in(sys.argv[1])
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    process.serve(SHARD, stop)
