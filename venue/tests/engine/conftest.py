"""Fixtures of the engine's tests: no database, no clock."""

import pytest
from hypothesis import settings

from venue.tests.engine.floor import Floor

# What takes long here is the machine, which others use too.
settings.register_profile("engine", deadline=None)
settings.load_profile("engine")


@pytest.fixture
def floor() -> Floor:
    return Floor()
