"""Execution reports are numbered without a gap for the shard and for each firm, over every restart."""

from django.db import connection

from venue.models import journal_id
from venue.tests.matcher import trading
from venue.tests.matcher.shard import NUMBER, Shard


def numbers(firm: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT firm_sequence FROM venue_executionreport WHERE firm_id = %s ORDER BY id", [firm])
        return [number for (number,) in cursor.fetchall()]


def report_ids() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM venue_executionreport ORDER BY id")
        return [row_id - journal_id(NUMBER, 0) for (row_id,) in cursor.fetchall()]


def test_numbers_go_on_after_a_restart(shard: Shard) -> None:
    trading.open_market(shard)
    for turn in range(3):
        shard.carry_out(trading.quote(f"quote {turn}"), trading.hit(1))
        shard.restart()
    alpha, beta = numbers(trading.MAKER.firm), numbers(trading.TAKER.firm)
    assert alpha == [1, 2, 3, 4, 5, 6]  # new and trade, three times
    assert beta == [1, 2, 3, 4, 5, 6]
    assert report_ids() == list(range(1, 13))


def test_a_group_without_reports_changes_no_number(shard: Shard) -> None:
    trading.open_market(shard)
    shard.carry_out(trading.quote("one"))
    shard.restart()
    shard.carry_out(trading.nothing(), trading.nothing())
    shard.restart()
    shard.carry_out(trading.quote("two"))
    assert numbers(trading.MAKER.firm) == [1, 2]
    assert shard.verdict().differences == []
