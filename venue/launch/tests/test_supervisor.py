"""The supervisor starts again what ends, passes its output on, and stops everything when asked."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest

from venue.launch.supervisor import Backoff, Child, Supervisor


class StubServer:
    """Ends once."""

    name = "stub"

    def __init__(self) -> None:
        self.up = False
        self.starts = 0
        self.stopped = False

    def start(self) -> None:
        self.up = True
        self.starts += 1

    def running(self) -> bool:
        return self.up

    def stop(self) -> None:
        self.stopped = True


def child(command: str) -> Child:
    return Child("trial", command, os.environ | {"PWD": str(Path.cwd())}, "36")


def test_what_ends_is_started_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    starts = tmp_path / "starts"
    trial = child(f"sh -c 'echo begun >> {starts}; echo hello; exit 3'")

    def begun_three_times() -> bool:
        return starts.exists() and len(starts.read_text().split()) >= 3

    supervisor = Supervisor([], [trial])
    supervisor.run(begun_three_times, lambda: supervisor.ask_to_stop(signal.SIGTERM, None))
    output = capfd.readouterr().out
    assert "trial | hello" in output
    assert "trial ended with 3: starting it again" in output


def test_a_server_that_ends_is_started_again() -> None:
    server = StubServer()
    supervisor = Supervisor([server], [child("sleep 60")])
    supervisor.run(lambda: server.starts > 0, lambda: supervisor.ask_to_stop(signal.SIGTERM, None))
    assert server.starts == 1
    assert server.stopped


def test_what_is_later_starts_once_the_others_are_ready() -> None:
    first, second = child("sleep 60"), child("sleep 60")
    supervisor = Supervisor([], [first], [second])
    seen: list[bool] = []

    def ready() -> bool:
        seen.append(second.running())
        return len(seen) > 3

    supervisor.run(ready, lambda: supervisor.ask_to_stop(signal.SIGTERM, None))
    assert seen == [False] * 4
    assert second.process is not None
    wait_until_gone(second.process.pid)


def wait_until_gone(group: int) -> None:
    """Killed ones are seen until the system has taken note of their end."""
    deadline = time.monotonic() + 10
    with suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(0.02)
        pytest.fail("a process outlived the supervisor")


def test_nothing_outlives_it() -> None:
    deaf = child("sh -c 'trap \"\" TERM; sleep 60 & echo $!; wait'")
    supervisor = Supervisor([], [deaf])

    def stop_at_once() -> None:
        supervisor.ask_to_stop(signal.SIGTERM, None)
        supervisor.ask_to_stop(signal.SIGTERM, None)

    supervisor.run(lambda: True, stop_at_once)
    assert deaf.process is not None
    assert deaf.process.returncode == -signal.SIGKILL
    wait_until_gone(deaf.process.pid)


def test_waiting_grows_with_each_failure() -> None:
    backoff = Backoff()
    delays = []
    for _ in range(8):
        backoff.begun()
        backoff.is_due()
        delays.append(backoff.delay)
    assert delays == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
