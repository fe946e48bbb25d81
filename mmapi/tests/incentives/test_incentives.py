"""GET /mm/incentives: where a maker stands, what comes next, and what would be."""

from decimal import Decimal

import pytest

from accounts.tests.cast import Caller
from mmapi.tests.incentives.days import Days, join, key_of, programme, schedule
from venue.tests.engine.cast import ALPHA, BETA, GAMMA
from venue.tests.matcher.shard import Shard

ADDRESS = "/api/v1/mm/incentives"
TIERS = (("Base", 0, "1", "5"), ("Silver", 10_000, "0", "4"), ("Gold", 50_000, "-1.25", "3.5"))


@pytest.fixture
def days(shard: Shard) -> Days:
    """Alpha is in a programme from the second on; on the first it made 9,000 at the market's own rates."""
    days = Days(shard, "1 09:00")
    join(programme(schedule(*TIERS)), ALPHA, since="1")
    days.trade(ALPHA, BETA, 90, 100)
    days.beat()
    return days


@pytest.fixture
def alpha(days: Days) -> Caller:
    return key_of(ALPHA)


def test_before_the_first_cut(days: Days, alpha: Caller) -> None:
    answer = days.ask(alpha, ADDRESS)
    assert answer.status == 200, answer.text
    (one,) = answer.body["programmes"]
    assert (one["programme"], one["member"], one["quoteCurrency"]) == ("USD makers", "account", "USD")
    assert one["current"] is None
    assert one["announced"] == {
        "tier": "Base",
        "makerFeeRate": Decimal("0.0001"),
        "takerFeeRate": Decimal("0.0005"),
        "effectiveFrom": "2026-09-02T00:00:00.000Z",
        "announcedAt": "2026-09-01T09:00:00.000Z",
        "countedVolume": 0,
        "countedSince": "2026-08-02T00:00:00.000Z",
        "countedUntil": "2026-09-01T00:00:00.000Z",
        "changes": True,
    }
    assert answer.body["rates"] == [
        {"market": "ONE-USD", "makerFeeRate": Decimal("0.0002"), "takerFeeRate": Decimal("0.0006"), "source": "market"}
    ]


def test_after_the_cut(days: Days, alpha: Caller) -> None:
    days.go_to("2")
    days.beat()
    days.trade(BETA, ALPHA, 10, 100)
    days.beat()
    body = days.ask(alpha, ADDRESS).body
    (one,) = body["programmes"]
    assert (one["current"]["tier"], one["announced"]["tier"]) == ("Base", "Base")
    assert one["announced"]["changes"] is False
    assert [rate["source"] for rate in body["rates"]] == ["programme"]
    (total,) = body["month"]["totals"]
    fees = {"fees": Decimal("2.3"), "rebates": 0, "net": Decimal("2.3")}
    assert total == {"currency": "USD", "fills": 2, "makerVolume": 9000, "takerVolume": 1000, **fees}


def test_the_way_to_the_next_tier(days: Days, alpha: Caller) -> None:
    """9,000 in the last seven days are 1,285.71 a day: at nine in the morning 15 hours of it come before the cut, which
    makes 9,803.57; a day later 11,089.29 are enough."""
    (one,) = days.ask(alpha, ADDRESS).body["programmes"]
    assert one["window"]["volume"] == 9000
    coming = one["nextTier"]
    assert (coming["tier"], coming["minVolume"], coming["distance"]) == ("Silver", 10000, 1000)
    assert coming["volumePerDay"] == Decimal("1285.71")
    assert (coming["reachedAt"], coming["effectiveFrom"]) == ("2026-09-03T00:00:00.000Z", "2026-09-04T00:00:00.000Z")


def test_a_tier_that_is_never_reached_at_this_rate(days: Days, alpha: Caller) -> None:
    """Nothing was made for a month: what was has left the window."""
    days.go_to("15")
    days.trade(ALPHA, BETA, 15, 100)
    days.beat()
    days.go_to("27")
    coming = days.ask(alpha, ADDRESS).body["programmes"][0]["nextTier"]
    assert (coming["tier"], coming["volumePerDay"]) == ("Gold", 0)
    assert (coming["reachedAt"], coming["effectiveFrom"]) == (None, None)


def test_at_the_top_nothing_is_next(days: Days, alpha: Caller) -> None:
    days.trade(ALPHA, BETA, 410, 100)
    days.beat()
    assert days.ask(alpha, ADDRESS).body["programmes"][0]["nextTier"] is None


@pytest.mark.parametrize(
    ("volume", "tier", "net"),
    [
        ("0", "Base", "1.4"),  # 9,000 at 1 bp and 1,000 at 5
        ("49999.99", "Silver", "0.4"),  # 1,000 at 4 bps
        ("50000", "Gold", "-0.775"),  # 9,000 at -1.25 bps and 1,000 at 3.5
    ],
)
def test_what_if(days: Days, alpha: Caller, volume: str, tier: str, net: str) -> None:
    """At present: 9,000 at 2 bps and 1,000 at 6."""
    days.trade(BETA, ALPHA, 10, 100)
    days.beat()
    told = days.ask(alpha, f"{ADDRESS}?volume={volume}").body["programmes"][0]["whatIf"]
    assert (told["tier"]["tier"], told["net"]) == (tier, Decimal(net))
    assert told["netAtPresent"] == Decimal("2.4")
    assert told["difference"] == Decimal(net) - Decimal("2.4")


@pytest.mark.parametrize("volume", ["-1", "1e25", "NaN", "much"])
def test_volumes_that_are_none(days: Days, alpha: Caller, volume: str) -> None:
    answer = days.ask(alpha, f"{ADDRESS}?volume={volume}")
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETERS")
    assert [field for field, _ in answer.faults] == ["volume"]


def test_who_is_in_no_programme_sees_its_rates_and_its_month(days: Days) -> None:
    body = days.ask(key_of(BETA), f"{ADDRESS}?volume=5").body
    assert body["programmes"] == []
    assert body["month"]["totals"][0]["fees"] == Decimal("5.4")


def test_nobody_sees_anything_of_others(days: Days) -> None:
    body = days.ask(key_of(GAMMA), ADDRESS).body
    assert (body["programmes"], body["month"]["totals"]) == ([], [])


def test_a_firm_wide_key_sees_all_accounts_of_its_firm(days: Days) -> None:
    body = days.ask(key_of(ALPHA, firm_wide=True), ADDRESS).body
    assert [rate["account"] for rate in body["rates"]] == ["account-11", "account-12"]
    assert body["month"]["totals"][0]["makerVolume"] == 9000


def test_who_left_still_sees_what_holds_until_it_ends(days: Days, alpha: Caller) -> None:
    days.go_to("2")
    days.beat()
    membership = days.membership()
    membership.until = days.now.date()
    membership.save()
    days.go_to("2 13:00")
    assert days.ask(alpha, ADDRESS).body["programmes"][0]["current"]["tier"] == "Base"
    for day in ("3", "4", "5"):
        days.go_to(day)
        days.beat()
    assert days.ask(alpha, ADDRESS).body["programmes"] == []
