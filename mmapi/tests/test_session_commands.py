"""What an operator asks of sessions without a browser."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mmapi.tests.desk import arm, await_firing, order, post
from venue.tests.cast import MatcherProcess, Trader


def run(*words: str) -> Any:
    output = StringIO()
    call_command(*words, "--json", stdout=output)
    return json.loads(output.getvalue())


def test_listing(alpha: Trader) -> None:
    account = alpha.party.account.name
    assert run("listsessions", account) == []
    arm(alpha, 60_000, session="desk")
    (found,) = run("listsessions", account)
    assert (found["session"], found["account"], found["state"]) == ("desk", account, "active")
    assert found["cancelOnDisconnect"][0]["timeoutMs"] == 60_000


def test_unlocking(alpha: Trader) -> None:
    arm(alpha, 300, session="gone", onFire="cancel_and_lock")
    await_firing(alpha, "gone")
    assert post(alpha, "/api/v1/orders", alpha.order_body("buy", 1, 49000)).code == "SESSION_LOCKED"
    (found,) = [one for one in run("unlockaccount", alpha.party.account.name) if one["session"] == "gone"]
    assert found["state"] != "locked"
    order(alpha)


@pytest.mark.parametrize("command", ["listsessions", "unlockaccount"])
def test_no_such_account(running_matcher: MatcherProcess, command: str) -> None:
    with pytest.raises(CommandError, match="no account nobody"):
        run(command, "nobody")
