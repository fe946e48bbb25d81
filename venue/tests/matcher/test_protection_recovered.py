"""A protection with its window and its freeze comes back from the rows as it was in memory."""

import pytest

from venue.engine import commands
from venue.engine.records import state_hash
from venue.engine.rejects import RejectCode
from venue.engine.terms import ExecType, ProtectionLimit
from venue.fields import to_millis
from venue.models import ExecutionReport, Protection, ProtectionTrigger
from venue.replies import Applied
from venue.tests.engine.floor import MARKET, NOON
from venue.tests.matcher import trading
from venue.tests.matcher.shard import Shard

WHO = (trading.MAKER.account, trading.MAKER.firm)


def protect(shard: Shard, group: str = "", **terms: int) -> None:
    times = {"window_ms": 1_000, "frozen_ms": 500}
    shard.carry_out(commands.ConfigureProtection(*WHO, group, (MARKET,), **(times | terms)))  # type: ignore[arg-type]


def refused(shard: Shard) -> RejectCode | None:
    (reply,) = shard.carry_out(trading.quote())
    assert isinstance(reply, Applied)
    reject = getattr(reply.events[0], "reject", None)
    return reject.code if reject else None


def restarted(shard: Shard) -> None:
    before = state_hash(shard.in_memory())
    shard.restart()
    assert state_hash(shard.in_memory()) == before


@pytest.fixture
def market(shard: Shard) -> None:
    trading.open_market(shard)


def test_the_window(shard: Shard, market: None) -> None:
    """Fills before the configuration, or before the window, do not come back."""
    shard.carry_out(trading.quote(), trading.hit(1))
    protect(shard, trade_count=3)
    shard.carry_out(trading.hit(1))
    shard.now += 999
    restarted(shard)
    shard.carry_out(trading.hit(1))
    restarted(shard)
    shard.now += 1
    shard.carry_out(trading.hit(1))
    assert not shard.in_memory().protections[0].trigger
    restarted(shard)
    shard.carry_out(trading.hit(1))
    trigger = shard.in_memory().protections[0].trigger
    assert trigger is not None
    assert (trigger.cause, trigger.observed) == (ProtectionLimit.TRADE_COUNT, 3)
    assert shard.verdict().differences == []


def test_the_freeze(shard: Shard, market: None) -> None:
    protect(shard, "majors", gross_quantity=5)
    shard.carry_out(trading.quote(), trading.quote(), trading.hit(5))
    restarted(shard)
    assert refused(shard) is RejectCode.PROTECTION_FROZEN
    shard.now += 500
    restarted(shard)
    assert refused(shard) is None
    shard.carry_out(trading.hit(4))
    restarted(shard)
    assert shard.in_memory().protections[0].fills[0].lots == -4
    assert shard.verdict().differences == []


def test_reset_and_removed(shard: Shard, market: None) -> None:
    protect(shard, trade_count=1, frozen_ms=0)
    shard.carry_out(trading.quote(), trading.hit(5))
    restarted(shard)
    shard.carry_out(commands.ResetProtection(*WHO, "", MARKET))
    restarted(shard)
    assert refused(shard) is None
    shard.carry_out(commands.RemoveProtection(*WHO, "", MARKET))
    restarted(shard)
    assert not Protection.objects.exists()
    assert shard.verdict().differences == []


def test_the_report(shard: Shard, market: None) -> None:
    """Its firm reads it among its execution reports, with the cause."""
    protect(shard, "majors", gross_quantity=5)
    shard.carry_out(trading.quote(), trading.hit(6))
    report = ExecutionReport.objects.get(exec_type=ExecType.TRIGGERED)
    trade = ExecutionReport.objects.get(exec_type=ExecType.TRADE, firm_id=trading.MAKER.firm)
    assert (report.firm_id, report.account_id, report.market_id, report.kind, report.entity_id) == (*WHO[::-1], 1, 0, 0)
    assert (report.reason, report.rule_limit, report.observed) == (ProtectionLimit.GROSS_QUANTITY, 5, 6)
    assert (report.client_id, report.trade_id, report.last_size) == ("majors", trade.trade_id, 0)
    assert report.firm_sequence == trade.firm_sequence + 1


def test_the_verifier_compares_it(shard: Shard, market: None) -> None:
    protect(shard, "majors", gross_quantity=5)
    shard.carry_out(trading.quote(), trading.hit(6))
    Protection.objects.update(frozen_until=0)
    ProtectionTrigger.objects.update(observed=7, window_ms=8)
    shown = "\n".join(shard.verdict().differences)
    assert f"protection majors of account {WHO[0]}: frozen_until is 0 in the rows" in shown
    assert "trigger window_ms is 8 in the rows, 1000 after the replay" in shown
    assert "observed is 7 in the rows, 6 after the replay" in shown
    assert "7 of 5 in the rows, 6 of 5 in the reports" in shown


def test_each_trigger_is_kept(shard: Shard, market: None) -> None:
    """With the end of its freeze, where that came before its time."""
    protect(shard, trade_count=1)
    shard.carry_out(trading.quote(), trading.hit(1))
    shard.now += 500
    shard.carry_out(trading.quote(), trading.hit(1))
    shard.now += 100
    shard.carry_out(commands.ResetProtection(*WHO, "", MARKET))
    shard.now += 100
    shard.carry_out(trading.quote(), trading.hit(1), commands.RemoveProtection(*WHO, "", MARKET))
    first, second, third = ProtectionTrigger.objects.order_by("id")
    assert not first.ended_at
    assert first.frozen_until == NOON + 500
    assert [to_millis(one.ended_at) - NOON for one in (second, third)] == [600, 700]  # type: ignore[arg-type]
    assert shard.verdict().differences == []
