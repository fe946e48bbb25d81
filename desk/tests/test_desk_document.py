"""docs/desk.md: its commands run as printed, its alerts are the rules, and its permissions are those asked for."""

import io
import json
import re
import shlex
from typing import Any, Final

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command

from desk.board import alerts
from desk.kill import switches
from desk.models import KillSwitch
from desk.tests.conftest import KILLER, officer
from venue.launch.data import PROJECT
from venue.tests.cast import Trader

DOCUMENT: Final = (PROJECT / "docs/desk.md").read_text()
COMMAND: Final = re.compile(r"^manage\.py (.+)$", re.MULTILINE)
ALERT: Final = re.compile(r"^\| `(\w+)` \| (critical|warning|note) \|", re.MULTILINE)
PERMISSION: Final = re.compile(r"^\| `desk\.(\w+)` \|", re.MULTILINE)


@pytest.fixture
def printed(alpha: Trader) -> list[list[str]]:
    """The commands, with this test's names for the document's."""
    names = {
        "ALPHA": alpha.party.firm.code,
        "alpha-1": alpha.party.account.name,
        "BTC-USD": alpha.market.symbol,
        "ak_…": alpha.caller.key.key_id,
    }
    return [[names.get(word, word) for word in shlex.split(line)] for line in COMMAND.findall(DOCUMENT)]


def answer(arguments: list[str]) -> Any:
    written = io.StringIO()
    call_command(*arguments, stdout=written)
    return json.loads(written.getvalue())


@pytest.mark.usefixtures("venue_lifted")
def test_the_commands(alpha: Trader, printed: list[list[str]]) -> None:
    officer("ann", *KILLER)
    closer = officer("bob", *KILLER)
    alpha.quote()
    assert len(printed) == 7
    for arguments in printed:
        told = answer(arguments)
        if arguments[0] == "listkills":
            assert alpha.party.firm.code in [one["subject"] for one in told]
        else:
            assert told["state"] == {"kill": "engaged", "liftkill": "lifted"}[arguments[0]]
    for switch in KillSwitch.objects.filter(lifted_at=None, engaged_by__username="ann"):
        switches.lift(switch, closer, "The examples are over.")


def test_the_alerts_are_the_rules() -> None:
    assert ALERT.findall(DOCUMENT) == [(rule.name, rule.severity.value) for rule in alerts.RULES]


def test_the_permissions_exist(alpha: Trader) -> None:
    named = set(PERMISSION.findall(DOCUMENT))
    assert named == {"view_board", "engage_killswitch", "lift_killswitch", "view_killswitch"}
    assert Permission.objects.filter(content_type__app_label="desk", codename__in=named).count() == len(named)
