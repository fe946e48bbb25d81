"""Lists ask as much of the database for fifty rows as for one, and never count a large table."""

import re

import pytest

from venue.tests.admin.conftest import Desk, Traded
from venue.tests.cast import Trader

LARGE = ("quotes_quote", "venue_order", "venue_trade", "venue_executionreport", "venue_command")
PROTECTION = ("venue_protection", "venue_protectiontrigger")
SMALL = (
    "venue_market",
    "venue_position",
    "venue_accountlimits",
    "venue_firmstanding",
    "venue_shard",
    "venue_protection",
)
# Session, user, second factor and staff session take four, giving up what takes too long four, kill switches one;
# filters, owners and the rows the rest.
MOST = 17


@pytest.mark.parametrize("table", LARGE)
def test_no_query_per_row_and_no_count(desk: Desk, traded: Traded, beta: Trader, table: str) -> None:
    before = desk.queries(f"{table}_changelist")
    for price in range(48000, 48010):
        beta.order("buy", 0.01, price)
    after = desk.queries(f"{table}_changelist")
    assert len(after) <= len(before) <= MOST
    counted = re.compile(rf'COUNT\(.*FROM "{table}"|DISTINCT "{table}"', re.IGNORECASE)
    assert not [statement for statement in after if counted.search(statement)]


@pytest.mark.parametrize("table", SMALL)
def test_small_tables(desk: Desk, traded: Traded, table: str) -> None:
    assert len(desk.queries(f"{table}_changelist")) <= MOST
