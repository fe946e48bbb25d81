"""The real REST process on this worker's servers, the pages for people included, as the Procfile starts it."""

import signal
import subprocess
import sys
from pathlib import Path

from django.core.management import call_command
from django.test import override_settings

from venue.launch import data, ports
from venue.launch.children import signalled_with_parent
from venue.tests.cast import environment, wait_until


def rest_command() -> str:
    """The Procfile's own line."""
    lines = (data.PROJECT / "Procfile").read_text().splitlines()
    return next(line.partition(":")[2].strip() for line in lines if line.startswith("rest:"))


class RestProcess:
    """Serves from `start` to `stop`, with a data folder of its own; settings are environment variables of it alone."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = ports.any_free()
        self.settings = {"REST_PORT": str(self.port), "REST_WORKERS": "1", "VENUE_DATA": str(folder), **settings}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "RestProcess":
        with override_settings(STATIC_ROOT=self.folder / "static"):
            call_command("collectstatic", interactive=False, verbosity=0)
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", f"exec {sys.executable} -m {rest_command()}"],
            cwd=data.PROJECT,
            env={**environment(), **self.settings},
            stdin=subprocess.DEVNULL,
            preexec_fn=signalled_with_parent(signal.SIGTERM),
        )
        wait_until(lambda: not ports.is_free("127.0.0.1", self.port), 30)
        return self

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None
