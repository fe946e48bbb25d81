"""One arena for all fault tests of a worker: what one test breaks, the next finds mended."""

from collections.abc import Iterator

import pytest

from venue.tests.faults.arena import Arena


@pytest.fixture(scope="session")
def _arena() -> Iterator[Arena]:
    arena = Arena()
    try:
        yield arena
    finally:
        arena.close()


@pytest.fixture
def arena(_arena: Arena) -> Arena:
    _arena.servers.start()
    return _arena
