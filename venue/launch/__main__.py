"""`python -m venue.launch run`: the commands behind the Makefile."""

import signal
import sys

from venue.launch import compiling
from venue.launch import run as launch
from venue.launch.refusal import CannotStart

COMMANDS = {
    "run": launch.run,
    "setup": launch.setup,
    "reset": launch.reset,
    "native": compiling.compile_engine,
    "native-if-possible": compiling.compile_engine_if_possible,
}


def interrupted(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(f"Usage: python -m venue.launch {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    # While it sets up, a request to stop unwinds it, so that servers started so far are stopped.
    signal.signal(signal.SIGTERM, interrupted)
    try:
        COMMANDS[arguments[0]]()
    except CannotStart as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


sys.exit(main(sys.argv[1:]))
