"""Rules are tried without a market; the tests that need one ask for `running_matcher` and get the real one."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _apart(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> None:
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"
    if "running_matcher" not in request.fixturenames:
        settings.PARTICIPANTS = "accounts.standing"
