"""What is open at a sequence of the stream: orders and quotes as FIX order status reports."""

from typing import Final, NamedTuple

from django.db import connection, transaction

from mmapi import history
from mmapi.dropcopy.subscription import Selection
from mmapi.execution_reports import ORDER_STATUS, encode
from mmapi.history import AccountNames, Stream
from venue.engine.terms import Kind

# In the columns of a report; what a picture has not is 0.
_OPEN_ORDERS: Final = f"""
    SELECT 0, 0, 0, account_id, market_id, {int(Kind.ORDER)}, id, client_id, {ORDER_STATUS}, status, 0, side,
           price, size, filled, size - filled, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, updated_at
    FROM venue_order"""
_OPEN_QUOTES: Final = f"""
    SELECT 0, 0, 0, account_id, market_id, {int(Kind.QUOTE)}, id, client_id, {ORDER_STATUS}, status, 0, 0,
           bid_price, bid_size, bid_filled, bid_size - bid_filled, ask_price, ask_size, ask_filled,
           ask_size - ask_filled, 0, 0, 0, 0, 0, 0, 0, updated_at
    FROM quotes_quote"""
_OPEN: Final = """
    WHERE account_id IN (SELECT id FROM accounts_tradingaccount WHERE firm_id = %s) AND status IN (0, 1)
    AND market_id IN (SELECT number FROM venue_market WHERE shard = %s)"""


class Picture(NamedTuple):
    """Everything open after the report of `sequence` and before the next one."""

    sequence: int
    entries: list[bytes]


def take(stream: Stream, selection: Selection, names: AccountNames) -> Picture:
    """The sequence and the rows are of the same moment."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        sequence = history.last(stream)
        found = history.rows(f"{_OPEN_ORDERS} {_OPEN} UNION ALL {_OPEN_QUOTES} {_OPEN} ORDER BY 7", [*stream, *stream])
    chosen = [row for row in found if not selection.accounts or row.account in selection.accounts]
    return Picture(sequence, [encode(row, names) for row in chosen])
