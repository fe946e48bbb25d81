"""The tier of each day is announced at the cut before it, and holds from its own cut on."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.test import override_settings

from accounts.models import TradingAccount
from mmapi.incentives import announcing, applying
from mmapi.incentives.models import Assignment, Membership
from mmapi.tests.incentives.days import MARKET, Days, at, join, programme, schedule
from venue.engine import commands
from venue.gateway import NotApplied
from venue.models import FeeRates
from venue.tests.engine.cast import ALPHA, BETA
from venue.tests.matcher.shard import Shard

TIERS = (("Base", 0, "1", "5"), ("Gold", 1_000, "-1.25", "3.5"))


@pytest.fixture
def days(shard: Shard) -> Days:
    return Days(shard, "1 09:00")


def told() -> list[tuple[object, str, bool]]:
    return list(Assignment.objects.order_by("effective_from").values_list("effective_from", "tier", "changes"))


def rates(account: int = ALPHA.account) -> tuple[int, int] | None:
    return FeeRates.objects.filter(account=account).values_list("maker_ppm", "taker_ppm").first()


def pass_days(days: Days, *through: int) -> None:
    for day in through:
        days.go_to(str(day))
        days.beat()


def test_a_slot_is_announced_once(days: Days) -> None:
    join(programme(schedule(*TIERS)), ALPHA, since="1")
    for _ in range(3):
        days.beat()
    assert told() == [(at("2"), "Base", True)]
    pass_days(days, 2, 2, 3)
    assert told() == [(at("2"), "Base", True), (at("3"), "Base", False), (at("4"), "Base", False)]


def test_rates_hold_from_the_cut_on_and_not_before(days: Days) -> None:
    join(programme(schedule(*TIERS)), ALPHA, since="1")
    days.beat()
    days.go_to("1 23:59:59.999")
    days.beat()
    assert rates() is None
    pass_days(days, 2)
    assert rates() == (100, 500)
    applied = Assignment.objects.get(effective_from=at("2")).applied_at
    assert applied == at("2")


def test_what_is_edited_after_the_announcement_waits_for_the_next(days: Days) -> None:
    table = schedule(*TIERS)
    join(programme(table), ALPHA, since="1")
    days.beat()
    table.tiers.filter(name="Base").update(maker_bps=Decimal("0.5"))
    pass_days(days, 2)
    assert rates() == (100, 500)
    pass_days(days, 3)
    assert rates() == (50, 500)


def test_less_than_half_a_day_is_no_notice(days: Days) -> None:
    days.go_to("1 12:00:01")
    join(programme(schedule(*TIERS)), ALPHA, since="1")
    days.beat()
    assert told() == []
    pass_days(days, 2)
    assert told() == [(at("3"), "Base", True)]


def test_a_missed_day_leaves_the_rates_as_they_are(days: Days) -> None:
    """Nobody beat for two days: what was announced holds from when somebody does, and nothing is told of the past."""
    join(programme(schedule(*TIERS)), ALPHA, since="1")
    days.beat()
    days.trade(ALPHA, BETA, 20, 100)
    pass_days(days, 2)
    assert rates() == (100, 500)
    pass_days(days, 5)
    assert rates() == (-125, 350)
    assert [day for day, _, _ in told()] == [at("2"), at("3"), at("6")]


def test_nothing_is_announced_before_the_fills_of_the_window_are_counted(days: Days) -> None:
    """The matcher was down over midnight: its last fills are not known to be all."""
    join(programme(schedule(*TIERS)), ALPHA, since="1")
    days.beat()
    days.now = at("2")
    announcing.announce(days.now)
    assert len(told()) == 1
    pass_days(days, 2)
    assert len(told()) == 2


def test_volume_leaves_the_window_after_thirty_days(days: Days) -> None:
    join(programme(schedule(*TIERS), window_days=2), ALPHA, since="1")
    days.trade(ALPHA, BETA, 10, 100)
    days.beat()
    pass_days(days, 2, 3, 4)
    assert [tier for _, tier, _ in told()] == ["Base", "Gold", "Gold", "Base"]


def test_who_takes_earns_no_volume(days: Days) -> None:
    join(programme(schedule(*TIERS)), BETA, since="1")
    days.trade(ALPHA, BETA, 10, 100)
    days.beat()
    pass_days(days, 2)
    assert [tier for _, tier, _ in told()] == ["Base", "Base"]


def test_the_accounts_of_a_firm_count_together(days: Days) -> None:
    """And an account that was opened after the cut has the firm's rates at once."""
    join(programme(schedule(*TIERS)), ALPHA, since="1", whole_firm=True)
    second = TradingAccount.objects.create(firm_id=ALPHA.firm, name="alpha-second")
    days.trade(ALPHA._replace(account=second.pk), BETA, 4, 100)
    days.trade(ALPHA, BETA, 6, 100)
    days.beat()
    pass_days(days, 2, 3)
    assert rates() == rates(second.pk) == (-125, 350)
    third = TradingAccount.objects.create(firm_id=ALPHA.firm, name="alpha-third")
    days.beat()
    assert rates(third.pk) == (-125, 350)


def test_an_accounts_own_programme_goes_before_its_firms(days: Days) -> None:
    join(programme(schedule(*TIERS)), ALPHA, since="1", whole_firm=True)
    other = programme(schedule(("Own", 0, "7", "8"), table="Own"), name="Own")
    join(other, ALPHA, since="1")
    days.beat()
    pass_days(days, 2)
    assert rates() == (700, 800)


def test_a_membership_that_ends_gives_the_markets_rates_back(days: Days) -> None:
    member = join(programme(schedule(*TIERS)), ALPHA, since="1")
    days.beat()
    pass_days(days, 2)
    Membership.objects.filter(pk=member.pk).update(until=at("4").date())
    pass_days(days, 3)
    assert (at("4"), "", True) in told()
    assert rates() == (100, 500)
    pass_days(days, 4, 5)
    assert rates() is None
    assert len(told()) == 3


def test_a_programme_ends_as_announced(days: Days) -> None:
    made = programme(schedule(*TIERS))
    join(made, ALPHA, since="1")
    days.beat()
    pass_days(days, 2)
    made.active = False
    made.save()
    pass_days(days, 3)
    assert rates() == (100, 500)
    pass_days(days, 4)
    assert rates() is None


def test_markets_that_do_not_count_have_no_rates(days: Days) -> None:
    join(programme(schedule(*TIERS), markets=[MARKET + 1]), ALPHA, since="1")
    days.trade(ALPHA, BETA, 50, 100)
    days.beat()
    pass_days(days, 2)
    assert rates() is None
    assert {one.volume for one in Assignment.objects.all()} == {Decimal(0)}


def test_the_cut_is_the_programmes_own(days: Days) -> None:
    join(programme(schedule(*TIERS), cut_at="16:00"), ALPHA, since="1")
    days.beat()
    assert told() == []
    days.go_to("1 16:00")
    days.beat()
    days.go_to("2 15:59:59.999")
    days.beat()
    assert rates() is None
    days.go_to("2 16:00")
    days.beat()
    assert rates() == (100, 500)


def test_what_a_matcher_did_not_take_is_told_again(days: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    join(programme(schedule(*TIERS)), ALPHA, since="1")
    days.beat()
    days.go_to("2")
    days.shard.carry_out(commands.ExpireDue())
    monkeypatch.setattr("venue.gateway.submit_each", lambda addressed, **_: [NotApplied() for _ in addressed])
    assert applying.apply_due(days.now) == 1
    assert Assignment.objects.get(effective_from=at("2")).applied_at is None
    monkeypatch.undo()
    days.now += timedelta(seconds=1)
    days.beat()
    assert rates() == (100, 500)
    assert Assignment.objects.get(effective_from=at("2")).applied_at == days.now


def test_rates_that_others_removed_come_back(days: Days) -> None:
    join(programme(schedule(*TIERS)), ALPHA, since="1")
    days.beat()
    pass_days(days, 2)
    days.shard.carry_out(commands.RemoveFeeRates(ALPHA.account, ALPHA.firm, MARKET))
    days.beat()
    assert rates() == (100, 500)


def half_met(account: int, market: int, day: object) -> Fraction | None:
    """Two thirds of the first day's obligation, a third of the second's."""
    return {at("1").date(): Fraction(2, 3), at("2").date(): Fraction(1, 3)}.get(day)  # type: ignore[call-overload]


@pytest.mark.parametrize(("least", "tier"), [("50", "Gold"), ("50.01", "Base")])
def test_a_tier_may_ask_for_compliance(days: Days, least: str, tier: str) -> None:
    join(programme(schedule(*TIERS, Gold=least)), ALPHA, since="1")
    days.trade(ALPHA, BETA, 10, 100)
    days.beat()
    with override_settings(INCENTIVES_COMPLIANCE=f"{__name__}.half_met"):
        pass_days(days, 2, 3)
    last = Assignment.objects.get(effective_from=at("4"))
    assert (last.tier, last.compliance) == (tier, Decimal(50))


def fails_for_alpha(account: int, market: int, day: object) -> Fraction | None:
    if account == ALPHA.account:
        raise LookupError(account)
    return Fraction(1)


def test_a_fault_with_one_member_is_no_others(days: Days) -> None:
    made = programme(schedule(*TIERS, Gold="50"))
    join(made, ALPHA, since="1")
    join(made, BETA, since="1")
    with override_settings(INCENTIVES_COMPLIANCE=f"{__name__}.fails_for_alpha"):
        days.beat()
    assert [one.membership.account_id for one in Assignment.objects.all()] == [BETA.account]
    days.beat()
    assert Assignment.objects.count() == 2


def test_compliance_that_nobody_knows_meets_no_condition(days: Days) -> None:
    join(programme(schedule(*TIERS, Gold="0")), ALPHA, since="1")
    days.trade(ALPHA, BETA, 10, 100)
    days.beat()
    pass_days(days, 2)
    assert [tier for _, tier, _ in told()] == ["Base", "Base"]
