"""The data folder keeps secrets to its owner, and belongs to one venue at a time."""

import stat
from pathlib import Path

import pytest

from venue.launch import data


def test_secrets_are_made_once_and_readable_by_the_owner_only(tmp_path: Path) -> None:
    first = data.secrets_of(tmp_path)
    assert data.secrets_of(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_one_venue_at_a_time(tmp_path: Path) -> None:
    with data.Hold(tmp_path), pytest.raises(data.AlreadyRunning):
        data.Hold(tmp_path)
    data.Hold(tmp_path).file.close()
