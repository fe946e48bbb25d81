"""What an operator does to markets without a browser."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from venue.tests.cast import MatcherProcess, Trader


def run(*words: str) -> Any:
    output = StringIO()
    call_command(*words, "--json", stdout=output)
    return json.loads(output.getvalue())


def test_listing(alpha: Trader) -> None:
    listed = {market["market"]: market for market in run("listmarkets")}
    found = listed[alpha.market.symbol]
    assert (found["status"], found["referencePrice"], found["tickSize"]) == ("open", "50000.00", "0.01")
    assert (found["lastPrice"], found["priceBandBps"], found["shard"]) == (None, 2500, 1)


def test_halting_and_resuming(alpha: Trader) -> None:
    halted = run("haltmarket", alpha.market.symbol, "--reason", "Feed is down")
    assert (halted["status"], halted["reason"]) == ("halted", "Feed is down")
    assert alpha.post("/api/sdk/quotes", alpha.quote_body()).code == "MARKET_HALTED"
    resumed = run("resumemarket", alpha.market.symbol)
    assert (resumed["status"], resumed["reason"]) == ("open", "")
    alpha.quote()


@pytest.mark.parametrize("status", ["post_only", "closed", "halted", "open"])
def test_any_status(alpha: Trader, status: str) -> None:
    assert run("setmarketstatus", alpha.market.symbol, status, "--reason", "Test")["status"] == status


def test_the_reference_price(alpha: Trader) -> None:
    assert run("setreference", alpha.market.symbol, "60000")["referencePrice"] == "60000.00"
    assert alpha.post("/api/sdk/quotes", alpha.quote_body(bidPrice=44000)).code == "PRICE_OUTSIDE_BAND"


@pytest.mark.parametrize(
    ("price", "said"),
    [
        ("0.005", "multiple of 0.01; nearest: 0.01"),
        ("1e30", "larger than"),
        ("-5", "invalid"),
        ("NaN", "invalid"),
        ("much", "invalid"),
    ],
)
def test_no_reference_price(alpha: Trader, price: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run("setreference", alpha.market.symbol, price)


def test_no_such_market(running_matcher: MatcherProcess) -> None:
    with pytest.raises(CommandError, match="There is no market DOGE-USD"):
        run("haltmarket", "DOGE-USD")


def test_a_silent_matcher(alpha: Trader, running_matcher: MatcherProcess, settings: Any) -> None:
    settings.SUBMIT_TIMEOUT_MS = 200
    running_matcher.pause()
    try:
        with pytest.raises(CommandError, match="No reply came in time"):
            run("haltmarket", alpha.market.symbol)
    finally:
        running_matcher.resume()


def test_answers_for_people(alpha: Trader, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("listmarkets")
    assert f"market: {alpha.market.symbol}" in capsys.readouterr().out
