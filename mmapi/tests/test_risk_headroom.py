"""The headroom of each risk limit is the engine's: the largest order within it is accepted, one lot more is refused."""

import random
from decimal import Decimal
from typing import Any

import pytest

from accounts import firms
from accounts.tests.cast import Party, tier_of
from venue import participants
from venue.engine import commands
from venue.tests.cast import Answer, Trader, carry_out, set_rules

LOT = Decimal("0.0001")
FAR_BID, FAR_ASK = 40_000, 60_000  # nothing of these tests trades there


def entries(trader: Trader, rule: str, **named: str) -> list[Any]:
    answer = trader.get(f"/api/v1/mm/limits?market={trader.market.symbol}")
    assert answer.status == 200, answer.text
    found = [entry for entry in answer.body["risk"] if entry["rule"] == rule]
    return [entry for entry in found if all(entry[name] == value for name, value in named.items())]


def entry(trader: Trader, rule: str, **named: str) -> Any:
    (found,) = entries(trader, rule, **named)
    return found


def figures(found: Any) -> tuple[str, ...]:
    return tuple(str(found[name]) for name in ("limit", "observed", "headroom"))


def place(trader: Trader, side: str, size: Decimal) -> Answer:
    """An order that rests, far from everything."""
    price = FAR_BID if side == "buy" else FAR_ASK
    return trader.post("/api/v1/orders", trader.order_body(side, float(size), price))


def limit_exposure(trader: Trader, dollars: int) -> None:
    party = trader.party
    carry_out(commands.SetRiskLimits(party.account.pk, party.firm.pk, max_exposure=dollars * 10**9))


def position_room(trader: Trader, side: str) -> Any:
    return entry(trader, "POSITION_ABOVE_LIMIT", market=trader.market.symbol, side=side)


@pytest.fixture
def traded(alpha: Trader, beta: Trader) -> Trader:
    """Alpha is 2 short, has 3 bid and 1 offered by a quote that is half filled, and 0.5 bid by an order."""
    set_rules(alpha.market, max_position=100_000)
    alpha.quote(bidSize=3, askSize=3)
    beta.order("buy", 2, 50_100)
    alpha.order("buy", 0.5, 45_000)
    return alpha


def test_position_by_side(traded: Trader) -> None:
    assert figures(position_room(traded, "buy")) == ("10.0000", "1.5000", "8.5000")
    assert figures(position_room(traded, "sell")) == ("10.0000", "3.0000", "7.0000")


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_the_largest_order_that_the_position_allows(traded: Trader, side: str) -> None:
    room = position_room(traded, side)
    refused = place(traded, side, room["headroom"] + LOT)
    assert (refused.code, refused.body["limit"], refused.body["headroom"]) == (
        "POSITION_ABOVE_LIMIT",
        room["limit"],
        -LOT,
    )
    assert place(traded, side, room["headroom"]).status == 201
    assert position_room(traded, side)["headroom"] == 0


def test_an_accounts_own_position_limit_goes_before_the_markets(traded: Trader) -> None:
    participants.set_position_limit(traded.party.account, traded.market, 40_000)
    assert figures(position_room(traded, "sell")) == ("4.0000", "3.0000", "1.0000")
    assert place(traded, "sell", Decimal("1.0001")).code == "POSITION_ABOVE_LIMIT"
    assert place(traded, "sell", Decimal(1)).status == 201


def test_a_position_beyond_a_limit_that_was_lowered(traded: Trader) -> None:
    participants.set_position_limit(traded.party.account, traded.market, 20_000)
    assert figures(position_room(traded, "sell")) == ("2.0000", "3.0000", "-1.0000")
    assert place(traded, "sell", LOT).code == "POSITION_ABOVE_LIMIT"


def test_exposure(traded: Trader) -> None:
    """Bids 3 at 49,900 and 0.5 at 45,000, offers 1 at 50,100, and is 2 short from 50,100."""
    limit_exposure(traded, 400_000)
    found = entry(traded, "EXPOSURE_ABOVE_LIMIT")
    assert figures(found) == ("400000", "322500", "77500")
    assert traded.market.symbol in found["markets"]


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_the_largest_order_that_the_exposure_allows(traded: Trader, side: str) -> None:
    limit_exposure(traded, 400_000)
    room = entry(traded, "EXPOSURE_ABOVE_LIMIT")["headroom"]
    price = FAR_BID if side == "buy" else FAR_ASK
    largest = Decimal(room) / price // LOT * LOT
    refused = place(traded, side, largest + LOT)
    assert (refused.code, refused.body["limit"]) == ("EXPOSURE_ABOVE_LIMIT", 400_000)
    assert place(traded, side, largest).status == 201
    assert 0 <= entry(traded, "EXPOSURE_ABOVE_LIMIT")["headroom"] < price * LOT


def test_open_orders_of_account_and_tier(alpha: Trader) -> None:
    few = alpha.another(tier=tier_of("limits-five-open", max_open_orders=5))
    participants.set_risk_limits(alpha.party.account, max_open_orders=7, max_exposure=0)
    few.quote(bidPrice=48_000)
    assert figures(entry(few, "OPEN_ORDERS_ABOVE_LIMIT")) == ("5", "1", "4")
    assert figures(entry(alpha, "OPEN_ORDERS_ABOVE_LIMIT")) == ("7", "1", "6")
    assert [place(few, "buy", LOT).status for _ in range(5)] == [201] * 4 + [422]
    assert [place(alpha, "buy", LOT).status for _ in range(3)] == [201, 201, 422]
    assert alpha.get("/api/v1/mm/limits").body["openOrders"] == {"limit": 7, "observed": 7, "headroom": 0}


def test_without_limits_what_would_count_is_shown(alpha: Trader) -> None:
    assert entries(alpha, "POSITION_ABOVE_LIMIT") == []
    alpha.quote(bidSize=3, askSize=2)
    sides = entries(alpha, "POSITION_ABOVE_LIMIT")
    assert [(one["side"], one["limit"], str(one["observed"]), one["headroom"]) for one in sides] == [
        ("buy", None, "3.0000", None),
        ("sell", None, "2.0000", None),
    ]
    exposure = entry(alpha, "EXPOSURE_ABOVE_LIMIT")
    assert (exposure["limit"], str(exposure["observed"]), exposure["headroom"]) == (None, "249900", None)


def test_every_account_has_its_own(alpha: Trader, gamma: Trader) -> None:
    limit_exposure(alpha, 600_000)
    alpha.quote()
    sister = Trader(
        Party(alpha.party.firm, firms.open_account(alpha.party.firm, alpha.party.account.name + "b")), alpha.market
    )
    for other in (gamma, sister):
        assert entry(other, "EXPOSURE_ABOVE_LIMIT")["observed"] == 0
        assert entry(other, "EXPOSURE_ABOVE_LIMIT")["limit"] is None
        assert entry(other, "OPEN_ORDERS_ABOVE_LIMIT")["observed"] == 0


@pytest.mark.parametrize("seed", range(3))
def test_after_any_trading_the_figures_are_the_engines(alpha: Trader, beta: Trader, seed: int) -> None:
    """Refused orders tell what the engine sees; it is what was shown."""
    chance = random.Random(seed)
    for _ in range(25):
        trade_somehow(chance, chance.choice((alpha, beta)))
    set_rules(alpha.market, max_position=300_000)
    for trader in (alpha, beta):
        limit_exposure(trader, 5_000_000)
        for side in ("buy", "sell"):
            room, more = position_room(trader, side), Decimal(40)
            refused = place(trader, side, more)
            assert refused.code == "POSITION_ABOVE_LIMIT"
            assert refused.body["observed"] == room["observed"] + more
        set_rules(alpha.market, max_position=0)
        exposure = entry(trader, "EXPOSURE_ABOVE_LIMIT")
        refused = place(trader, "buy", Decimal(125))
        assert (refused.code, refused.body["observed"]) == (
            "EXPOSURE_ABOVE_LIMIT",
            exposure["observed"] + 125 * FAR_BID,
        )
        set_rules(alpha.market, max_position=300_000)


def trade_somehow(chance: random.Random, trader: Trader) -> None:
    size, price = chance.randint(1, 20_000) / 10_000, 50_000 + chance.randint(-300, 300)
    if chance.random() < 0.4:
        body = trader.quote_body(bidPrice=price - 150, askPrice=price + 150, bidSize=size, askSize=size + 1)
        trader.post("/api/sdk/quotes", body)
    elif chance.random() < 0.15:
        trader.delete("/api/v1/orders")
    else:
        side, mode = chance.choice(("buy", "sell")), chance.choice(("cancel_newest", "decrement", "cancel_oldest"))
        trader.post("/api/v1/orders", trader.order_body(side, size, price, selfTradePrevention=mode))
