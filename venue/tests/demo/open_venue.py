"""A venue as its user has it: started by the launcher, in a data folder of its own, stopped by a signal."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self

from venue.launch import data, ports

SYMBOLS = ("BTC-USD", "ETH-USD", "SOL-USD", "XRP-USD")
_PATIENCE = 60.0
# Of the test run; this venue has servers and secrets of its own.
_NOT_PASSED_ON = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "VENUE_SECRET_KEYS", "DJANGO_SETTINGS_MODULE")


class OpenVenue:
    """Open while in the `with` block."""

    def __init__(self, *, demo: bool) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="venue-open-"))
        self.folder.chmod(0o711)
        self.rest_port = ports.any_free()
        self.environment = {name: value for name, value in os.environ.items() if name not in _NOT_PASSED_ON} | {
            "VENUE_DATA": str(self.folder / "data"),
            "REST_PORT": str(self.rest_port),
            "STREAM_PORT": str(ports.any_free()),
            "DEMO": str(int(demo)),
        }
        self.output = ""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "venue.launch", "run"]
        self._process = subprocess.Popen(
            command, cwd=data.PROJECT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        try:
            self.await_true(lambda: "The venue is open." in self.output)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.output += line

    def _end(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(_PATIENCE)
        self._reader.join()
        self.run(sys.executable, "-m", "venue.launch", "reset")
        shutil.rmtree(self.folder, ignore_errors=True)

    def await_true(self, condition: Any) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not condition():
            assert time.monotonic() < deadline, f"waited in vain; the venue said:\n{self.output}"
            time.sleep(0.1)

    def run(self, *command: str) -> str:
        """The standard output of a command in the project's folder, as an operator of this venue has it."""
        done = subprocess.run(
            command, cwd=data.PROJECT, env=self.environment, check=False, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def manage(self, *arguments: str) -> str:
        return self.run(sys.executable, "manage.py", *arguments)

    def get(self, target: str) -> Any:
        """What is public."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.rest_port}{target}", timeout=10) as response:
            return json.load(response)

    def sides(self, symbol: str) -> list[Any]:
        """The bids and the asks of a market's book."""
        book = self.get(f"/api/v1/markets/{symbol}/book?depth=100")
        return [book["bids"], book["asks"]]
