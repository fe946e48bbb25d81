"""Starting child processes that do not outlive us."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from venue.launch.unprivileged import User

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


def signalled_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Asks the kernel for a signal when the parent ends, so that a killed supervisor leaves nobody behind."""

    def ask() -> None:
        if sys.platform == "linux":
            LIBC.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)

    return ask


def readable_by_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def start(
    arguments: list[str], *, log: Path, user: User | None = None, surroundings: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """A server in a session of its own: the terminal's Ctrl-C must not reach it before its clients have ended."""
    with open(log, "ab", opener=readable_by_owner) as output:
        return subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=os.environ | (surroundings or {}),
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
            start_new_session=True,
            preexec_fn=signalled_with_parent(signal.SIGINT),
        )


def run(arguments: list[str], *, user: User | None = None, stdin: str = "") -> None:
    """A short command to its end; its output is shown only when it fails."""
    done = subprocess.run(
        arguments,
        check=False,
        input=stdin,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        user=user.uid if user else None,
        group=user.gid if user else None,
        extra_groups=[] if user else None,
    )
    if done.returncode:
        raise RuntimeError(f"{arguments[0]} ended with {done.returncode}:\n{done.stdout}")


def end(process: subprocess.Popen[bytes], number: signal.Signals, *, patience: float) -> None:
    """Signals the process and waits; after the patience it is killed."""
    if process.poll() is None:
        process.send_signal(number)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def last_lines(log: Path, count: int = 5) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
