"""One open venue with its demo for all tests that only look, and a quiet one whose ids are known."""

from collections.abc import Iterator

import pytest

from venue.tests.demo.open_venue import OpenVenue


@pytest.fixture(scope="session")
def lively_venue() -> Iterator[OpenVenue]:
    with OpenVenue(demo=True) as venue:
        yield venue


@pytest.fixture(scope="session")
def quiet_venue() -> Iterator[OpenVenue]:
    """Without the demo; nothing was ever traded on it before."""
    with OpenVenue(demo=False) as venue:
        yield venue
