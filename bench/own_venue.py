"""A venue of the benchmark's own: servers in a new folder, the Procfile's processes, firms and keys for the load."""

import json
import os
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple, Self

from venue.launch.children import signalled_with_parent
from venue.launch.own_servers import OwnServers

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = ("matcher", "rest", "worker", "beat")


class Key(NamedTuple):
    """One maker's credentials."""

    api_key: str
    secret: str


class OwnVenue:
    """Serves while in the `with` block; everything it started ends with it."""

    def __init__(self) -> None:
        self.servers = OwnServers()
        path = f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}"
        self.environment = self.servers.environment | {"PATH": path, "DEMO": "0", "LOG_LEVEL": "WARNING"}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        try:
            self.python("venue.launch.preparation")
            for name in PROCESSES:
                self.start(name)
            self.wait_until_answering()
        except BaseException:
            self.stop_all()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_all()

    def stop_all(self) -> None:
        for name in reversed(list(self._processes)):
            self.stop(name)
        self.servers.stop()

    def issue_keys(self, count: int, tier: str = "unlimited") -> list[Key]:
        """Keys of as many accounts, each of a firm of its own, on a tier without bounds."""
        return [Key(*pair) for pair in json.loads(self.python("bench.participants", str(count), tier))]

    def python(self, module: str, *arguments: str) -> str:
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def popen(self, *command: str) -> subprocess.Popen[bytes]:
        """A process of the caller's own, to be ended by the caller."""
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE)

    def start(self, name: str) -> None:
        self._processes[name] = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {_procfile()[name]}"],
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
            preexec_fn=signalled_with_parent(signal.SIGTERM),
        )

    def stop(self, name: str) -> None:
        process = self._processes.pop(name)
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def wait_until_answering(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                connection = HTTPConnection("127.0.0.1", self.servers.rest_port, timeout=5)
                connection.request("GET", "/api/v1/time")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("the venue did not answer")


def _procfile() -> dict[str, str]:
    lines = (ROOT / "Procfile").read_text().splitlines()
    return {name: command.strip() for name, _, command in (line.partition(":") for line in lines)}
