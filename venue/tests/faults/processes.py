"""Real processes of the venue under test: started, killed, paused and awaited by their ids."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from venue.launch import children
from venue.launch.data import PROJECT
from venue.tests.faults.waiting import PATIENCE, until

SERVING = "serving from sequence"
_SETTLE = "import django; django.setup(); "


class Running:
    """A process with its output in a file; it never outlives the test process."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                arguments,
                cwd=PROJECT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=children.signalled_with_parent(signal.SIGKILL),
            )

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def signal(self, number: signal.Signals) -> None:
        if self.alive:
            self.process.send_signal(number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.process.wait(PATIENCE)

    def ended(self) -> int:
        """The exit status, once the process has come to its own end."""
        until(lambda: not self.alive, f"the end of {self.log.name}")
        return self.process.returncode

    def stop(self) -> int:
        """What a supervisor does: ask, wait, and in the end insist."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise


class Matcher(Running):
    """A matcher of shard 1, or one with a fault built in."""

    def __init__(self, environment: Mapping[str, str], log: Path, fault: str = "") -> None:
        plain = [sys.executable, "manage.py", "runmatcher"]
        faulty = python("venue.tests.faults.faulty_matcher", fault)
        super().__init__(faulty if fault else plain, environment, log)

    @property
    def serving(self) -> bool:
        return self.alive and SERVING in self.said

    def wait_until_serving(self) -> "Matcher":
        until(lambda: self.serving or not self.alive, f"{self.log.name} to serve")
        assert self.alive, self.said
        return self

    def pause(self) -> None:
        """SIGSTOP, and the kernel's word that it has stopped."""
        self.signal(signal.SIGSTOP)
        until(lambda: state_of(self.process.pid) == "T", f"{self.log.name} to stand still")

    def resume(self) -> None:
        self.signal(signal.SIGCONT)


def python(module: str, *arguments: str) -> list[str]:
    """How to run a module's main() with Django set up."""
    return [sys.executable, "-c", f"{_SETTLE}from {module} import main; main()", *arguments]


def state_of(pid: int) -> str:
    """The kernel's letter for what the process does; empty when there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""


def children_of(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == pid:
                found.append(int(entry.name))
    return found


def kill_family(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its children at once; returns when none of them is there any more."""
    family = [process.pid, *children_of(process.pid)]
    for pid in family:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.wait(PATIENCE)
    until(lambda: all(state_of(pid) in ("", "Z") for pid in family), "the end of killed processes")
