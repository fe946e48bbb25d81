"""docs/staff.md says what the table of roles says, and its commands and variables exist."""

import re

from django.conf import settings
from django.core.management import get_commands

from staff.roles import ROLES, VIEWS
from venue.launch import data

TEXT = (data.PROJECT / "docs" / "staff.md").read_text()


def table(heading: str) -> dict[str, str]:
    """The first column's words with the last one's."""
    lines = TEXT.split(f"| {heading} |", 1)[1].splitlines()[2:]
    rows = [line.strip("| ").split(" | ") for line in lines[: lines.index("")]]
    return {cells[0]: cells[-1] for cells in rows}


def test_every_role_and_no_other() -> None:
    assert set(table("Role | Sees")) == set(ROLES) == set(table("Role | Beyond seeing"))


def test_the_permissions() -> None:
    for role, cell in table("Role | Beyond seeing").items():
        assert re.findall(r"`([\w.]+)`", cell) == sorted(ROLES[role] - VIEWS), role


def test_the_commands_exist() -> None:
    named = set(re.findall(r"^manage\.py (\w+)", TEXT, re.MULTILINE)) | set(re.findall(r"`manage\.py (\w+)", TEXT))
    assert len(named) == 7
    assert named <= set(get_commands())


def test_the_variables_hold() -> None:
    names = ("IDLE_MINUTES", "SESSION_MINUTES", "SIGN_IN_FAILURES", "LOCK_MINUTES")
    assert set(table("Variable | Default")) == {f"`STAFF_{name}`" for name in names}
    for value in (settings.STAFF_IDLE_MINUTES, settings.STAFF_SESSION_MINUTES, settings.AXES_FAILURE_LIMIT):
        assert f"| {value} |" in TEXT
