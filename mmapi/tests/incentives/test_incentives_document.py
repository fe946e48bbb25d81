"""docs/incentives.md as it is printed: its examples against the days that it tells of, to the last digit."""

import re
from datetime import UTC, datetime
from typing import Any, Final

from accounts.tests.cast import Caller
from mmapi.incentives import statements
from mmapi.tests.incentives.days import Days, join, key_of, programme, schedule
from venue.launch.data import PROJECT
from venue.tests.demo.test_protocol import read
from venue.tests.engine.cast import ALPHA, BETA
from venue.tests.matcher.shard import Shard

EXAMPLE: Final = re.compile(
    r"^```http (\w+) (\d{4}-\d\d-\d\dT[\d:]+Z)\n(.*?)^```\n```(json|csv)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
BTC_USD: Final = ("BTC-USD", "BTC", "USD", "0.01", "0.0001", 1000, 1)
TIERS: Final = (
    ("Base", 0, "1", "5"),
    ("Silver", 1_000_000, "0", "4.5"),
    ("Gold", 5_000_000, "-0.5", "4"),
    ("Platinum", 25_000_000, "-1.25", "3.5"),
)
VARYING: Final = {"digest", "issuedAt"}


def test_the_examples_are_real(shard: Shard) -> None:
    text = (PROJECT / "docs" / "incentives.md").read_text()
    days = told_days(shard)
    caller = key_of(ALPHA)
    examples = EXAMPLE.findall(text)
    assert len(examples) == text.count("```http") == 4
    for _, moment, request, form, printed in examples:
        let_pass(days, moment)
        answered = asked(days, caller, request.split()[1])
        if form == "csv":
            assert answered == printed
        else:
            assert steady(read(answered)) == steady(read(printed)), answered


def told_days(shard: Shard) -> Days:
    """Alpha joins on the first of September and makes 20 BTC that day and 90 on the next, all at 50,000."""
    days = Days(shard, "1 09:00", BTC_USD)
    join(programme(schedule(*TIERS)), ALPHA, since="1")
    days.beat()
    days.trade(ALPHA, BETA, 200_000, 5_000_000)
    for day, lots in (("2", 0), ("2 12:00", 900_000), ("3", 0), ("3 10:00", 100_000)):
        days.go_to(day)
        days.beat()
        if lots:
            days.trade(ALPHA, BETA, lots, 5_000_000)
            days.beat()
    return days


def let_pass(days: Days, moment: str) -> None:
    days.now = datetime.fromisoformat(moment).astimezone(UTC)
    days.shard.now = max(days.shard.now, round(days.now.timestamp() * 1000))
    if days.now.month == 10:
        days.beat()
        statements.issue_due(days.now)


def asked(days: Days, caller: Caller, target: str) -> str:
    answer = days.ask(caller, target) if "csv" not in target else None
    return answer.text if answer is not None else caller.get(target).content.decode()


def steady(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: "varies" if name in VARYING else steady(inner) for name, inner in value.items()}
    return [steady(inner) for inner in value] if isinstance(value, list) else value
