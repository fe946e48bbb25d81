"""Standing proof: over random days of trading, every fill is charged what counting the fills before it gives."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Final, NamedTuple

from hypothesis import HealthCheck, Phase, given, settings

from mmapi.incentives.models import Assignment, FeeSchedule, LedgerEntry, Membership, Programme
from mmapi.incentives.verification import verify
from mmapi.tests.incentives.days import (
    MARKET_MAKER_PPM,
    MARKET_TAKER_PPM,
    Days,
    at,
    fee_of,
    join,
    programme,
    schedule,
)
from mmapi.tests.incentives.test_the_ledger_foots import clear
from venue.tests.engine.cast import ALPHA, BETA, GAMMA, Member
from venue.tests.engine.random_commands import seeds
from venue.tests.matcher.shard import Shard

WINDOW: Final = 2
LAST: Final = 6
TIERS: Final = (("Base", 0, "1", "5"), ("Silver", 2_000, "-0.25", "4"), ("Gold", 6_000, "-1.25", "3.5"))
MEMBERS: Final = (ALPHA, BETA)  # Gamma pays the market's own rates


class Fill(NamedTuple):
    day: int
    member: Member
    makes: bool
    worth: int


@given(seed=seeds)
@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_random_days(shard: Shard, seed: int) -> None:
    clear(shard)
    for table in (Assignment, Membership, Programme, FeeSchedule):
        table._default_manager.all().delete()
    days, chance = Days(shard, "1 09:00"), Random(seed)
    made = programme(schedule(*TIERS), window_days=WINDOW)
    for member in MEMBERS:
        join(made, member, since="1")
    days.beat()
    fills: list[Fill] = []
    for day in range(1, LAST + 1):
        if day > 1:
            days.go_to(str(day))
            days.beat()
        fills += traded(days, day, chance)
    days.beat()
    charged = [fee_of(entry) for entry in LedgerEntry.objects.order_by("id").select_related("credit")]
    assert charged == [owed(fill, fills) for fill in fills]
    assert verify().differences == []


def traded(days: Days, day: int, chance: Random) -> list[Fill]:
    """Some trades at random times of the day."""
    fills = []
    for second in sorted(chance.sample(range(60, 14 * 3600), chance.randint(0, 4))):
        days.now = max(days.now, at(str(day)) + timedelta(seconds=second))
        days.shard.now = round(days.now.timestamp() * 1000)
        maker, taker = chance.sample([ALPHA, BETA, GAMMA], 2)
        lots, price = chance.randint(1, 40), chance.randint(90, 110)
        days.trade(maker, taker, lots, price)
        fills += [Fill(day, maker, True, lots * price), Fill(day, taker, False, lots * price)]
    return fills


def owed(fill: Fill, fills: list[Fill]) -> Decimal:
    """By the tier that was counted at the cut of the day before: the days of the window before that."""
    ppm = MARKET_MAKER_PPM if fill.makes else MARKET_TAKER_PPM
    if fill.member in MEMBERS and fill.day > 1:
        counted = range(fill.day - 1 - WINDOW, fill.day - 1)
        volume = sum(one.worth for one in fills if one.member == fill.member and one.makes and one.day in counted)
        tier = [tier for tier in TIERS if tier[1] <= volume][-1]
        ppm = int(Decimal(tier[2] if fill.makes else tier[3]) * 100)
    return Decimal(fill.worth * ppm).scaleb(-6)
