"""The same by management command: who is responsible is named, and lifting needs another name."""

import io
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from desk.models import KillSwitch
from desk.tests.stopping import Kind, target
from venue.tests.cast import Trader

pytestmark = pytest.mark.usefixtures("venue_lifted")


def answer(*arguments: str) -> Any:
    written = io.StringIO()
    call_command(*arguments, "--json", stdout=written)
    return json.loads(written.getvalue())


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.VENUE])
def test_kill_and_lift(first: User, second: User, alpha: Trader, kind: str) -> None:
    alpha.quote()
    name = target(kind, alpha).name
    killed = answer("kill", kind, name, "--by", "first", "--reason", "Drill")
    assert (killed["state"], killed["subject"], killed["engagedBy"]) == ("engaged", name, "first")
    assert killed["cancelled"] == 1
    assert name in [one["subject"] for one in answer("listkills")]
    with pytest.raises(CommandError, match="a second person is needed"):
        answer("liftkill", kind, name, "--by", "first", "--reason", "Over")
    lifted = answer("liftkill", kind, name, "--by", "second", "--reason", "Over")
    assert (lifted["state"], lifted["liftedBy"]) == ("lifted", "second")
    assert name not in [one["subject"] for one in answer("listkills")]
    with pytest.raises(CommandError, match="No kill switch of it is engaged"):
        answer("liftkill", kind, name, "--by", "second", "--reason", "Over")


def test_the_venue_has_no_name(first: User, second: User, alpha: Trader) -> None:
    assert answer("kill", "venue", "--by", "first", "--reason", "Drill")["subject"] == "VENUE"
    assert answer("liftkill", "venue", "--by", "second", "--reason", "Over")["state"] == "lifted"


@pytest.mark.parametrize(
    ("by", "name", "refused"),
    [("nobody", None, "There is nobody called"), ("onlooker", None, "may not do this"), ("first", "NO", "There is no")],
)
def test_refusals(first: User, viewer: Any, alpha: Trader, by: str, name: str | None, refused: str) -> None:
    with pytest.raises(CommandError, match=refused):
        answer("kill", "firm", name or alpha.party.firm.code, "--by", by, "--reason", "Drill")
    assert not KillSwitch.objects.filter(kind=Kind.FIRM, subject_id=alpha.party.firm.pk).exists()
