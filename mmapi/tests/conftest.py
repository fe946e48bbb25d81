"""The stream process for every test of the stream: one for all of them, ended with the session."""

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
