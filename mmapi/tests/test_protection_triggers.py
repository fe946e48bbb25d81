"""GET /api/v1/mm/protection/triggers: what triggered when, newest first, and how long each freeze was."""

from typing import Any

import pytest

from mmapi.tests.test_protection import hit, put
from venue.tests.cast import Trader, open_market

ADDRESS = "/api/v1/mm/protection/triggers"


def triggers(trader: Trader, query: str = "") -> list[dict[str, Any]]:
    answer = trader.get(f"{ADDRESS}{query}")
    assert answer.status == 200, answer.text
    assert answer.body["pagination"]["total"] >= len(answer.body["triggers"])
    return list(answer.body["triggers"])


def reset(alpha: Trader) -> dict[str, Any]:
    return dict(alpha.post("/api/v1/mm/protection/reset", {"market": alpha.market.symbol}).body)


def test_each_with_its_cause(alpha: Trader, beta: Trader) -> None:
    put(alpha, tradeCount=1, frozenMs=0)
    hit(alpha, beta, 1)
    last = reset(alpha)["lastTrigger"]
    put(alpha, grossQuantity=2, windowMs=1_000)
    hit(alpha, beta, 3)
    newer, older = triggers(alpha)
    assert older == last
    assert (older["cause"], older["frozenUntil"]) == ("trade_count", None)
    assert older["endedAt"] >= older["triggeredAt"]
    assert (newer["cause"], str(newer["observed"]), newer["windowMs"]) == ("gross_quantity", "3.0000", 1_000)
    assert newer["endedAt"] is None
    assert newer["frozenUntil"] > newer["triggeredAt"]


def test_a_group_with_all_that_was_frozen(alpha: Trader, beta: Trader) -> None:
    symbols = [alpha.market.symbol, open_market().symbol]
    put(alpha, market=None, group="majors", markets=symbols, tradeCount=1)
    hit(alpha, beta, 1)
    (trigger,) = triggers(alpha)
    assert (trigger["group"], trigger["markets"], trigger["market"]) == ("majors", symbols, symbols[0])


def test_removed_with_the_protection_it_stays(alpha: Trader, beta: Trader) -> None:
    put(alpha, tradeCount=1)
    hit(alpha, beta, 1)
    alpha.delete("/api/v1/mm/protection", {"market": alpha.market.symbol})
    assert triggers(alpha)[0]["endedAt"] is not None


def test_filters_and_pages(alpha: Trader, beta: Trader) -> None:
    put(alpha, tradeCount=1)
    for _ in range(3):
        hit(alpha, beta, 1)
        reset(alpha)
    newest, middle, oldest = triggers(alpha)
    assert triggers(alpha, "?limit=1&offset=1") == [middle]
    assert triggers(alpha, f"?market={alpha.market.symbol}") == [newest, middle, oldest]
    assert triggers(alpha, f"?market={open_market().symbol}") == []
    assert triggers(alpha, "?group=majors") == []
    until = newest["triggeredAt"]
    assert triggers(alpha, f"?until={until}")[-1] == oldest
    assert newest not in triggers(alpha, f"?until={until}")
    assert triggers(alpha, f"?since={until}")[0] == newest


def test_nobody_else_sees_them(alpha: Trader, beta: Trader, gamma: Trader) -> None:
    put(alpha, tradeCount=1)
    hit(alpha, beta, 1)
    assert triggers(gamma) == []
    wide = alpha.another()
    wide.caller.key.firm_wide = True
    wide.caller.key.save()
    assert triggers(wide)[0]["account"] == alpha.party.account.name


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("?market=NONE", ("market", "UNKNOWN_MARKET")),
        ("?since=yesterday", ("since", "WRONG_FORMAT")),
        ("?limit=101", ("limit", "OUT_OF_RANGE")),
        ("?side=buy", ("side", "UNKNOWN_FIELD")),
    ],
)
def test_what_is_wrong_with_the_query(alpha: Trader, query: str, fault: tuple[str, str]) -> None:
    answer = alpha.get(f"{ADDRESS}{query}")
    assert (answer.status, answer.faults) == (400, [fault])
