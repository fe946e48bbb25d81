"""Prints the Python that the environment is made with: `python3` of the PATH, unless another one here is much faster.

Interpreters of one version differ by half, built with profile-guided optimisation or without. Any Python from 3.7 on
runs this, as a file; what is for people goes to standard error. Nothing and code 2: there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import NamedTuple

OLDEST = (3, 11)
NAMES = ("python3", "python3.14", "python3.13", "python3.12", "python3.11")
FOLDERS = ("/usr/local/bin", "/usr/bin")
MUCH = 1.1
ROUNDS = 8

# Needs what an environment needs; tells where the interpreter lies, its version, and the time that ordinary work takes.
PROBE = """
import ctypes, ensurepip, ssl, sys, time, venv

class Leg:
    __slots__ = ("price", "size")

    def __init__(self, price, size):
        self.price = price
        self.size = size

    def worth(self):
        return self.price * self.size

def work():
    began, levels, total = time.process_time(), {}, 0
    for number in range(20000):
        leg = Leg(number % 997, 3)
        levels[leg.price] = levels.get(leg.price, 0) + leg.size
        total += leg.worth()
    return time.process_time() - began

print(sys.executable, "%d.%d.%d" % sys.version_info[:3], min(work() for _ in range(9)))
"""


class Probed(NamedTuple):
    executable: str
    version: str
    seconds: float


def candidates() -> list[str]:
    """Executables in the order of preference, each once."""
    found = [shutil.which(name) for name in NAMES]
    found += [os.path.join(folder, name) for folder in FOLDERS for name in NAMES]  # noqa: PTH118
    known: dict[str, str] = {}
    for path in found:
        if path and os.access(path, os.X_OK):
            known.setdefault(os.path.realpath(path), path)
    return list(known.values())


def probe(path: str) -> Probed | None:
    """None of what cannot make an environment for the venue."""
    try:
        done = subprocess.run([path, "-c", PROBE], capture_output=True, text=True, timeout=60, check=True)
        executable, version, seconds = done.stdout.split()
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    old = tuple(int(part) for part in version.split(".")[:2]) < OLDEST
    return None if old else Probed(executable, version, float(seconds))


def measured(paths: list[str]) -> list[Probed]:
    """What is suitable among these, each with its best time: in turns, as a machine's pace changes."""
    best: dict[str, Probed] = {}
    for _ in range(ROUNDS):
        for path in paths:
            answer = probe(path)
            if answer and (path not in best or answer.seconds < best[path].seconds):
                best[path] = answer
        paths = [path for path in paths if path in best]
        if len(paths) < 2:
            break
    return [best[path] for path in paths]


def chosen(suitable: list[Probed]) -> Probed:
    """Of those in the order of preference."""
    first, fastest = suitable[0], min(suitable, key=lambda one: one.seconds)
    return fastest if first.seconds > MUCH * fastest.seconds else first


def main() -> int:
    suitable = measured(candidates())
    if not suitable:
        return 2
    first, best = suitable[0], chosen(suitable)
    if best is not first:
        faster = f"{first.seconds / best.seconds:.1f} times as fast as {first.executable} ({first.version})"
        print(f"Using {best.executable} ({best.version}), {faster}; name another with PYTHON=", file=sys.stderr)
    print(best.executable)
    return 0


if __name__ == "__main__":
    sys.exit(main())
