"""The verifier finds what does not fit and says what it is."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from venue.tests.matcher import trading
from venue.tests.matcher.shard import Shard


@pytest.fixture
def traded(shard: Shard) -> Shard:
    """A quote that was hit, an order at rest, a quote that is gone."""
    trading.open_market(shard)
    shard.carry_out(trading.quote("gone"), trading.cancel_all())
    shard.carry_out(trading.quote("hit"), trading.hit(4), trading.order("resting", 50, 3))
    return shard


def verify() -> tuple[int, dict[str, object]]:
    output = StringIO()
    try:
        call_command("verifyjournal", "--json", stdout=output)
    except SystemExit as end:
        return int(str(end.code)), json.loads(output.getvalue())
    return 0, json.loads(output.getvalue())


def tamper(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount == 1


def test_what_fits(traded: Shard) -> None:
    code, verdict = verify()
    assert code == 0
    assert verdict["differences"] == []
    assert verdict["replayedHash"] == verdict["rowsHash"]
    assert verdict["commands"] == 7


def test_in_words(traded: Shard) -> None:
    output = StringIO()
    call_command("verifyjournal", stdout=output)
    assert output.getvalue().startswith("shard 1: 7 commands and 7 reports replayed; the rows agree")


def test_a_shard_that_never_was(shard: Shard) -> None:
    output = StringIO()
    call_command("verifyjournal", "--shard", "9", stdout=output)
    assert "0 commands" in output.getvalue()


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("UPDATE venue_order SET price = price + 1 WHERE client_id = 'resting'", "price is 51 in the rows, 50 after"),
        ("DELETE FROM venue_order WHERE client_id = 'resting'", "missing in the rows"),
        ("UPDATE quotes_quote SET status = 1 WHERE client_id = 'gone'", "in the rows, but not after the replay"),
        ("UPDATE quotes_quote SET ask_filled = 3 WHERE client_id = 'hit'", "its trades add up to 0 and 4"),
        ("UPDATE quotes_quote SET status = 12 WHERE client_id = 'gone'", "its row has status 12, its last report 4"),
        ("UPDATE quotes_quote SET digest = 9 WHERE client_id = 'gone'", "client id 'gone'"),
        ("UPDATE venue_position SET net = 5 WHERE account_id = 21", "position of account 21 in market 1: net is 5"),
        ("UPDATE venue_position SET cost = 5 WHERE account_id = 21", "cost of 5, but its trades add up to 4 at 404"),
        ("UPDATE venue_order SET filled = 2 WHERE client_id = ''", "filled 2 for 404, but its trades add up to 4"),
        ("DELETE FROM venue_trade", "missing in the rows, 2 reports of it"),
        ("UPDATE venue_market SET band_bps = 7", "market 1: band_bps is 7 in the rows, 0 after the replay"),
        ("UPDATE venue_market SET last_id = last_id + 1", "market 1: last_id is"),
        ("UPDATE venue_shard SET sequence = 8", "the shard's row says 8"),
        ("UPDATE venue_shard SET reports = 8", "the shard's row says 8"),
        ("DELETE FROM venue_command WHERE id & 15 = 4", "command 4 is missing: 5 comes next"),
        ("DELETE FROM venue_command WHERE id & 15 = 7", "sequence is 7 in the rows, 6 after the replay"),
        ("UPDATE venue_command SET reply = 'x' WHERE id & 15 = 5", "command 5: the reply that was kept"),
        ("UPDATE venue_command SET applied_at = applied_at + 1 WHERE id & 15 = 5", "transact_time is"),
        ("DELETE FROM venue_executionreport WHERE id & 15 = 7", "report 7: missing in the rows"),
        ("UPDATE venue_executionreport SET firm_sequence = 9 WHERE id & 15 = 7", "firm_sequence is 9 in the rows, 3"),
        ("UPDATE venue_executionreport SET previous_id = 0 WHERE id & 15 = 5", "previous_id is 0 in the rows"),
        ("UPDATE venue_executionreport SET previous_id = 0 WHERE id & 15 = 5",
         "report 5: it leads back to report 0, the one before it is 3"),
        ("UPDATE venue_executionreport SET previous_id = id - 6 WHERE id & 15 = 7",
         "report 7: it leads back to report 1, the one before it is 0"),
        ("UPDATE quotes_quote SET last_report_id = last_report_id - 1 WHERE client_id = 'gone'",
         "its row leads to report 1, its last one is 2"),
        ("UPDATE venue_order SET last_report_id = 0 WHERE client_id = 'resting'",
         "its row leads to report 0, its last one is 7"),
        ("DELETE FROM venue_order WHERE client_id = 'resting'", "its row leads to report 0, its last one is 7"),
        ("INSERT INTO venue_accountlimits (shard, account_id, firm_id, max_open_orders, max_exposure, suspended) "
         "VALUES (1, 21, 2, 0, 0, true)", "limits of account 21: in the rows, but not after the replay"),
    ],
)  # fmt: skip
def test_what_does_not_fit(traded: Shard, sql: str, words: str) -> None:
    tamper(sql)
    code, verdict = verify()
    assert code == 1
    assert words in "\n".join(map(str, verdict["differences"]))  # type: ignore[call-overload]
