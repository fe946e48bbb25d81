"""The streams as they are served."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from venue.launch import data, ports
from venue.tests.cast import MatcherProcess, environment, wait_until


@pytest.fixture
def stream_port(running_matcher: MatcherProcess) -> Iterator[int]:
    number = ports.any_free()
    options = ["--interface", "asgi3", "--port", str(number), "--lifespan", "off", "--log-level", "warning"]
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", *options, "venue.asgi:application"], cwd=data.PROJECT, env=environment()
    )
    wait_until(lambda: not ports.is_free("127.0.0.1", number), 30)
    yield number
    server.terminate()
    server.wait(20)
