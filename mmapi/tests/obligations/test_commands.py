"""What operations do without a browser."""

import io
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from mmapi.obligations.integration.terms import Condition
from mmapi.obligations.models import DeclaredState, ObligationDay
from venue.markets import Terms
from venue.tests.cast import Trader

TERMS = ("--presence", "50", "--spread", "20", "--size", "1", "--ratio", "2")


def run(name: str, *arguments: str) -> Any:
    out = io.StringIO()
    call_command(name, *arguments, "--json", stdout=out)
    return json.loads(out.getvalue())


def printed(name: str, *arguments: str) -> str:
    out = io.StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


def test_a_programme_from_nothing(market: Terms, alpha: Trader) -> None:
    zone = "Europe/Berlin"
    hours = ("--opens", "08:00", "--closes", "16:30", "--days", "mon,fri", "--time-zone", zone)
    told = run("setobligations", market.symbol, *TERMS, "--stressed-spread", "40.5", *hours)
    (terms,) = told["terms"]
    assert terms["schedule"] == {
        "opens": "08:00",
        "closes": "16:30",
        "days": ["mon", "fri"],
        "timeZone": "Europe/Berlin",
    }
    assert terms["normal"] == {
        "minPresencePercent": "50.00",
        "maxSpreadBps": "20.00",
        "minSize": "1.0000",
        "maxSizeRatio": "2.00",
    }
    assert terms["stressed"] == {**terms["normal"], "maxSpreadBps": "40.50"}
    told = run("joinobligations", market.symbol, alpha.party.account.name)
    (member,) = told["members"]
    assert (member["account"], member["firm"], member["leftAt"]) == (
        alpha.party.account.name,
        alpha.party.firm.code,
        None,
    )
    assert run("showobligations", market.symbol) == told
    told = run("leaveobligations", market.symbol, alpha.party.account.name, "--reason", "Contract ended")
    assert told["members"][0]["leftAt"] is not None


def test_a_state(market: Terms) -> None:
    run("setobligations", market.symbol, *TERMS)
    until = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="milliseconds")
    (state,) = run("declarestate", market.symbol, "exceptional", "--reason", "No index", "--until", until)["states"]
    assert (state["state"], state["reason"], state["endedAt"]) == ("exceptional", "No index", None)
    assert state["plannedEnd"] == until.replace("+00:00", "Z")
    (state,) = run("endstate", market.symbol)["states"]
    assert state["endedAt"] is not None
    assert DeclaredState.objects.get(programme__market_id=market.number).condition == Condition.EXCEPTIONAL


def test_for_people(market: Terms) -> None:
    run("setobligations", market.symbol, *TERMS)
    shown = printed("showobligations", market.symbol).splitlines()
    assert shown[0] == market.symbol
    assert "maxSpreadBps 20.00" in shown[1]
    assert shown[2:] == ["members: none", "states: none"]


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("setobligations", (*TERMS[:5], "0.00001", *TERMS[6:]), "multiple of 0.0001"),
        ("setobligations", (*TERMS, "--opens", "8"), "no time of the day"),
        ("setobligations", (*TERMS, "--days", "someday"), "Days are of"),
        ("setobligations", (*TERMS, "--time-zone", "Mars"), "no time zone"),
        ("setobligations", (*TERMS, "--starts", "soon"), "no ISO 8601 time"),
        ("setobligations", (*TERMS, "--starts", "2020-01-01"), "earliest moment"),
        ("joinobligations", ("nobody",), "no account nobody"),
        ("endstate", (), "No state is declared"),
    ],
)
def test_what_cannot_be(market: Terms, name: str, arguments: tuple[str, ...], said: str) -> None:
    run("setobligations", market.symbol, *TERMS)
    with pytest.raises(CommandError, match=said):
        run(name, market.symbol, *arguments)


def test_a_market_that_has_no_programme(market: Terms) -> None:
    with pytest.raises(CommandError, match="no obligation programme"):
        run("showobligations", market.symbol)
    with pytest.raises(CommandError, match="no market"):
        run("showobligations", "NO-SUCH")


def test_a_rebuild(market: Terms, alpha: Trader, follow: Callable[[], None]) -> None:
    run("setobligations", market.symbol, *TERMS)
    run("joinobligations", market.symbol, alpha.party.account.name)
    alpha.quote(bidPrice=49990, askPrice=50010)
    time.sleep(0.05)
    alpha.quote(bidPrice=49980, askPrice=50020)
    follow()
    (told,) = run("rebuildobligations", "--market", market.symbol, "--check")
    assert (told["differingDays"], told["differingIntervals"]) == (0, 0)
    assert told["days"] > 0
    ObligationDay.objects.filter(market_id=market.number).update(compliant=7)
    (told,) = run("rebuildobligations", "--market", market.symbol)
    assert told["differingDays"] == 2
    days = ObligationDay.objects.filter(market_id=market.number)
    assert sum(day.compliant for day in days) >= 50
