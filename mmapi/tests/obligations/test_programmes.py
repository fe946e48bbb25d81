"""What operations may set, and that the past stays as it was."""

import time
from typing import Any

import pytest

from mmapi.obligations import following, programmes, rebuilding
from mmapi.obligations.integration.terms import Bounds, Condition
from mmapi.obligations.models import ObligationDay, ObligationPlace, ObligationProgramme
from mmapi.obligations.programmes import NewTerms, ObligationRefused, millis
from mmapi.tests.obligations.floor import NORMAL, STRESSED, Floor
from staff.models import AuditEntry
from venue.engine.terms import Side

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
TERMS = NewTerms(0, 0, EVERY_DAY, "UTC", NORMAL, STRESSED)


@pytest.fixture
def programme(floor: Floor) -> ObligationProgramme:
    made = programmes.of_market(floor.number)
    programmes.set_terms(made, TERMS)
    return made


def now() -> int:
    return time.time_ns() // 1_000_000


def test_terms_never_begin_in_the_past(programme: ObligationProgramme) -> None:
    with pytest.raises(ObligationRefused, match="earliest moment"):
        programmes.set_terms(programme, TERMS._replace(starts=now() - 60_000))
    assert programme.terms.count() == 1


def test_nothing_begins_before_what_is_integrated(programme: ObligationProgramme, floor: Floor) -> None:
    """Not even where the matcher's clock is ahead of this one."""
    ahead = now() + 3_600_000
    floor.pass_time((ahead - floor.start) / 1_000)
    following.catch_up(floor.shard)
    assert millis(ObligationPlace.objects.get(shard=floor.shard).until) == ahead
    assert millis(programmes.set_terms(programme, TERMS).effective_from) == ahead
    assert millis(programmes.declare(programme, Condition.STRESSED, "news").starts_at) == ahead
    assert millis(programmes.join(programme, floor.alpha).joined_at) == ahead


def test_announced_terms_are_not_overtaken(programme: ObligationProgramme) -> None:
    programmes.set_terms(programme, TERMS._replace(starts=now() + 60_000))
    with pytest.raises(ObligationRefused, match="announced"):
        programmes.set_terms(programme, TERMS)


def test_a_change_of_the_terms_changes_no_past_figure(programme: ObligationProgramme, floor: Floor) -> None:
    programmes.join(programme, floor.alpha)
    floor.quote(seconds_now(floor), "q1", (9980, 5), (10020, 5))
    floor.pass_time(seconds_now(floor) + 10)
    following.catch_up(floor.shard)
    before = figures(floor)
    strict = Bounds(10_000, 1, 1_000, 100)
    programmes.set_terms(programme, TERMS._replace(normal=strict, stressed=strict, time_zone="Asia/Tokyo"))
    assert rebuilding.rebuild(floor.shard)[4:6] == (0, 0)
    assert figures(floor) == before


def figures(floor: Floor) -> list[tuple[int, ...]]:
    days = ObligationDay.objects.filter(market_id=floor.number).order_by("day")
    return list(days.values_list("compliant", "no_quote", "required", "quoted"))


def seconds_now(floor: Floor) -> float:
    return (now() - floor.start) / 1_000


@pytest.mark.parametrize(
    "changes",
    [
        {"time_zone": "Mars/Olympus"},
        {"days": ()},
        {"days": (0,)},
        {"opens": 1_440},
        {"normal": Bounds(0, 1, 1, 100)},
        {"normal": Bounds(10_001, 1, 1, 100)},
        {"normal": Bounds(1, 0, 1, 100)},
        {"normal": Bounds(1, 1, 0, 100)},
        {"stressed": Bounds(1, 1, 1, 99)},
    ],
)
def test_impossible_terms(programme: ObligationProgramme, changes: dict[str, Any]) -> None:
    with pytest.raises(ObligationRefused):
        programmes.set_terms(programme, TERMS._replace(**changes))


def test_a_state_takes_over_from_one_that_runs(programme: ObligationProgramme) -> None:
    first = programmes.declare(programme, Condition.STRESSED, "news")
    second = programmes.declare(programme, Condition.EXCEPTIONAL, "no index", ends=now() + 60_000)
    first.refresh_from_db()
    assert millis(first.ended_at) == millis(second.starts_at)


def test_states_to_come_do_not_overlap(programme: ObligationProgramme) -> None:
    programmes.declare(programme, Condition.STRESSED, "the vote", starts=now() + 60_000, ends=now() + 120_000)
    with pytest.raises(ObligationRefused, match="Another state"):
        programmes.declare(programme, Condition.STRESSED, "news")
    programmes.declare(programme, Condition.STRESSED, "news", ends=now() + 30_000)


def test_a_state_is_ended_by_hand(programme: ObligationProgramme) -> None:
    with pytest.raises(ObligationRefused, match="No state"):
        programmes.end_state(programme)
    programmes.declare(programme, Condition.STRESSED, "news", ends=now() + 60_000)
    ended = programmes.end_state(programme, reason="calm again")
    assert millis(ended.starts_at) <= millis(ended.ended_at) < millis(ended.planned_end)


def test_a_state_to_come_is_taken_back(programme: ObligationProgramme) -> None:
    starts = now() + 60_000
    programmes.declare(programme, Condition.STRESSED, "the vote", starts=starts)
    assert millis(programmes.end_state(programme).ended_at) == starts


@pytest.mark.parametrize(
    "times", [{"starts": 1}, {"ends": 1}, {"starts": 1 << 50, "ends": 1 << 50}], ids=["past", "ended", "empty"]
)
def test_impossible_states(programme: ObligationProgramme, times: dict[str, int]) -> None:
    with pytest.raises(ObligationRefused):
        programmes.declare(programme, Condition.STRESSED, "news", **times)  # type: ignore[arg-type]


def test_a_state_has_a_reason(programme: ObligationProgramme) -> None:
    with pytest.raises(ObligationRefused, match="reason"):
        programmes.declare(programme, Condition.STRESSED, " ")


def test_joining_and_leaving(programme: ObligationProgramme, floor: Floor) -> None:
    programmes.join(programme, floor.alpha)
    with pytest.raises(ObligationRefused, match="member already"):
        programmes.join(programme, floor.alpha)
    left = programmes.leave(programme, floor.alpha)
    assert millis(left.joined_at) <= millis(left.left_at)
    with pytest.raises(ObligationRefused, match="no member"):
        programmes.leave(programme, floor.alpha)
    programmes.join(programme, floor.alpha)
    assert programme.members.count() == 2


def test_who_joins_later_is_judged_by_what_rests_already(programme: ObligationProgramme, floor: Floor) -> None:
    floor.order(seconds_now(floor), "o1", Side.BUY, 9980, 5)
    floor.order(seconds_now(floor), "o2", Side.SELL, 10020, 5)
    following.catch_up(floor.shard)
    programmes.join(programme, floor.alpha)
    floor.pass_time(seconds_now(floor) + 5)
    following.catch_up(floor.shard)
    days = ObligationDay.objects.filter(market_id=floor.number)
    assert sum(day.compliant for day in days) > 0
    assert sum(day.no_quote for day in days) == 0
    assert rebuilding.rebuild(floor.shard, keep=False)[4:6] == (0, 0)


def test_every_change_is_on_record(programme: ObligationProgramme, floor: Floor) -> None:
    programmes.join(programme, floor.alpha)
    programmes.declare(programme, Condition.STRESSED, "news")
    programmes.end_state(programme, reason="calm")
    programmes.leave(programme, floor.alpha, reason="contract ended")
    entries = AuditEntry.objects.filter(subject_type="mmapi.obligationprogramme", subject_id=str(programme.pk))
    assert list(entries.order_by("id").values_list("action", "reason")) == [
        ("create_obligation_programme", ""),
        ("set_obligation_terms", ""),
        ("join_obligations", ""),
        ("declare_market_state", "news"),
        ("end_market_state", "calm"),
        ("leave_obligations", "contract ended"),
    ]
