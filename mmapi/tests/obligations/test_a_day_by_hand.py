"""A trading day as a table: what happens at which second, and how Alpha stands from then on, worked out by hand."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from mmapi.obligations import following, rebuilding
from mmapi.obligations.integration.terms import Condition, Standing
from mmapi.obligations.models import ObligationDay, ObligationInterval
from mmapi.tests.obligations.floor import Floor
from venue.engine import commands
from venue.engine.terms import DisconnectScope, MarketStatus, Side

# The session is 08:00 to 09:00 UTC: seconds 28,800 to 32,400. Least size 2 a side, at most 100 bp, at most twice;
# stressed: 1 a side, at most 200 bp, at most three times.
TABLE: Final = """
second  what                                     stands from then on   until    lasts
28200   quote q1 9980x5 10020x5                  -                     28800        0
28800   (opens; q1 is 40 bp wide)                compliant             29100      300
29100   cancel q1                                no_quote              29160       60
29160   buy o1 9980x4                            one_sided             29220       60
29220   sell o2 10080x4                          compliant             29280       60
29280   sell o2 at 10081 instead: 100.69 bp      too_wide              29340       60
29340   sell o3 10020x1, in front of o2          too_wide              29400       60
29400   sell o4 10030x1: price of 2 is 10030     compliant             29460       60
29460   beta sells 3 at 9980: o1 has 1 left      too_small             29520       60
29520   buy o5 9980x9: 10 against 2              size_ratio            29580       60
29580   cancel o5, buy o6 9980x3: 4 against 2    compliant             29700      120
29700   halt                                     halted                30000      300
30000   resume                                   compliant             30060       60
30060   stressed until 30360: of 1, 4 against 1  size_ratio            30120       60
30120   cancel o2 o3 o4, sell o7 10150x2         compliant             30360      240
30360   (stressed is over: 168 bp)               too_wide              30420       60
30420   exceptional until 30600                  exceptional           30600      180
30600   (exceptional is over)                    too_wide              30660       60
30660   cancel o7, quote q2 9980x5 10020x5       compliant             30900      240
30900   beta buys 2 from q2: frozen for 90 s     protection_frozen     30990       90
30990   (the freeze is over; o1, o6: 4 a side)   one_sided             31050       60
31050   quote q3 9980x5 10020x5: 9 against 5     compliant             31350      300
31350   the session is silent: all is cancelled  disconnected          31410       60
31410   quote q4 9980x5 10020x5, no heartbeat    compliant             31470       60
31470   cancel q4                                disconnected          31500       30
31500   a heartbeat                              no_quote              31560       60
31560   quote q5 9990x2 10010x2                  compliant             32400      840
32400   (closes)                                 -                     36000        0
"""

# By hand: the sum of "lasts" of each standing, in seconds.
SECONDS: Final = {
    "compliant": 300 + 60 + 60 + 120 + 60 + 240 + 240 + 300 + 60 + 840,  # 2,280
    "no_quote": 60 + 60,
    "one_sided": 60 + 60,
    "too_wide": 60 + 60 + 60 + 60,
    "too_small": 60,
    "size_ratio": 60 + 60,
    "protection_frozen": 90,
    "disconnected": 60 + 30,
    "halted": 300,
    "exceptional": 180,
}
# 3,600 s less 480 s excluded; of the 3,120 s 300 were stressed: 50% of 2,820 s and 20% of 300 s, in basis points x s.
COUNTED: Final = 3_120
REQUIRED: Final = 2_820 * 5_000 + 300 * 2_000


def play(floor: Floor) -> None:
    alpha, beta, number = floor.alpha, floor.beta, floor.number
    owner = (alpha.pk, alpha.firm_id)

    def tell(second: float, command: commands.Command) -> None:
        floor.tell(second, command)

    def silence(second: float) -> None:
        tell(
            second, commands.FireDisconnect(77, DisconnectScope.ACCOUNT, 0, floor.millis(second), floor.millis(second))
        )

    def take(second: float, side: Side, price: int, size: int) -> None:
        floor.order(second, "taken", side, price, size, beta)

    tell(-60, commands.ConfigureProtection(*owner, "", (number,), 60_000, 90_000, trade_count=2))
    tell(
        -60,
        commands.ConfigureDisconnect(*owner, 77, DisconnectScope.ACCOUNT, 0, 5_000, False, floor.millis(-60), "", ""),
    )
    buy, sell = Side.BUY, Side.SELL
    steps: list[tuple[float, Callable[..., Any], tuple[Any, ...]]] = [
        (28_200, floor.quote, ("q1", (9980, 5), (10020, 5))),
        (29_100, floor.cancel, ("q1",)),
        (29_160, floor.order, ("o1", buy, 9980, 4)),
        (29_220, floor.order, ("o2", sell, 10080, 4)),
        (29_280, floor.cancel, ("o2",)),
        (29_280, floor.order, ("o2", sell, 10081, 4)),
        (29_340, floor.order, ("o3", sell, 10020, 1)),
        (29_400, floor.order, ("o4", sell, 10030, 1)),
        (29_460, take, (sell, 9980, 3)),
        (29_520, floor.order, ("o5", buy, 9980, 9)),
        (29_580, floor.cancel, ("o5",)),
        (29_580, floor.order, ("o6", buy, 9980, 3)),
        (29_700, lambda second: tell(second, commands.SetMarketStatus(number, MarketStatus.HALTED)), ()),
        (30_000, lambda second: tell(second, commands.SetMarketStatus(number, MarketStatus.OPEN)), ()),
        (30_120, floor.cancel, ("o2",)),
        (30_120, floor.cancel, ("o3",)),
        (30_120, floor.cancel, ("o4",)),
        (30_120, floor.order, ("o7", sell, 10150, 2)),
        (30_660, floor.cancel, ("o7",)),
        (30_660, floor.quote, ("q2", (9980, 5), (10020, 5))),
        (30_900, take, (buy, 10020, 1)),
        (30_900, take, (buy, 10020, 1)),
        (31_050, floor.quote, ("q3", (9980, 5), (10020, 5))),
        (31_350, silence, ()),
        (31_410, floor.quote, ("q4", (9980, 5), (10020, 5))),
        (31_470, floor.cancel, ("q4",)),
        (31_500, lambda second: tell(second, commands.RearmDisconnect(77, floor.millis(second))), ()),
        (31_560, floor.quote, ("q5", (9990, 2), (10010, 2))),
        (36_000, floor.pass_time, ()),
    ]
    for second, step, values in steps:
        step(second, *values)


def table_intervals() -> list[tuple[int, int, str]]:
    """The table's own: neighbours that stand alike are one."""
    merged: list[tuple[int, int, str]] = []
    for line in TABLE.strip().splitlines()[1:]:
        start, standing, until, lasts = int(line.split()[0]), *line.split()[-3:]
        if standing == "-":
            continue
        begins = merged[-1][1] if merged else start
        assert int(until) - begins == int(lasts), line
        if merged and merged[-1][2] == standing:
            merged[-1] = (merged[-1][0], int(until), standing)
        else:
            merged.append((begins, int(until), standing))
    return merged


def told_intervals(floor: Floor) -> list[tuple[float, float, str]]:
    rows = ObligationInterval.objects.filter(account=floor.alpha, market_id=floor.number).order_by("starts_at")
    return [
        (seconds(floor, row.starts_at), seconds(floor, row.ends_at), Standing(row.standing).name.lower())
        for row in rows
    ]


def seconds(floor: Floor, at: Any) -> float:
    return (round(at.timestamp() * 1_000) - floor.start) / 1_000


def set_up(floor: Floor) -> None:
    programme = floor.programme(opens=8 * 60, closes=9 * 60)
    floor.member(programme)
    floor.state(programme, Condition.STRESSED, 30_060, 30_360)
    floor.state(programme, Condition.EXCEPTIONAL, 30_420, 30_600)


def test_the_figures_are_those_of_the_table(floor: Floor) -> None:
    set_up(floor)
    play(floor)
    following.catch_up(floor.shard)
    assert told_intervals(floor) == table_intervals()
    (day,) = ObligationDay.objects.filter(account=floor.alpha, market_id=floor.number)
    assert day.day == date(2026, 3, 2)
    assert {name: getattr(day, name) // 1_000 for name in SECONDS} == SECONDS
    counted = sum(getattr(day, name) for name in SECONDS if name not in ("halted", "exceptional"))
    assert (counted, day.required) == (COUNTED * 1_000, REQUIRED * 1_000)


def test_the_follower_may_stop_at_any_moment(floor: Floor) -> None:
    """After each command a new one goes on from the rows."""
    set_up(floor)
    tell = floor.tell

    def followed(second: float, command: commands.Command) -> Any:
        reply = tell(second, command)
        following.catch_up(floor.shard)
        return reply

    floor.tell = followed  # type: ignore[assignment, method-assign]
    play(floor)
    assert told_intervals(floor) == table_intervals()
    rebuilt = rebuilding.rebuild(floor.shard, keep=False)
    assert (rebuilt.changed_days, rebuilt.changed_intervals) == (0, 0)
    assert rebuilt.days == 1


def test_a_rebuild_finds_and_mends_what_is_wrong(floor: Floor) -> None:
    set_up(floor)
    play(floor)
    following.catch_up(floor.shard)
    ObligationDay.objects.filter(market_id=floor.number).update(compliant=1)
    ObligationInterval.objects.filter(market_id=floor.number).first().delete()  # type: ignore[union-attr]
    assert rebuilding.rebuild(floor.shard, floor.market, keep=False)[4:6] == (2, 1)
    assert rebuilding.rebuild(floor.shard, floor.market)[4:6] == (2, 1)
    assert rebuilding.rebuild(floor.shard)[4:6] == (0, 0)
    assert told_intervals(floor) == table_intervals()
    following.catch_up(floor.shard)
    assert told_intervals(floor) == table_intervals()
