"""The stream process for every test of a stream: one for each module, ended with it."""

from collections.abc import Iterator

import pytest

from mmapi.tests.stream import StreamProcess
from venue.tests.cast import MatcherProcess


@pytest.fixture(scope="module")
def _stream() -> Iterator[StreamProcess]:
    process = StreamProcess()
    yield process
    process.stop()


@pytest.fixture
def stream(running_matcher: MatcherProcess, _stream: StreamProcess) -> StreamProcess:
    return _stream if _stream.process is not None else _stream.start()


@pytest.fixture
def stream_port(stream: StreamProcess) -> int:
    return stream.port
