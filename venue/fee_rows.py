"""Events → the rows of accounts' own fee rates, and those rows → what the engine goes on with. Called by the matcher
alone."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from psycopg import Cursor

from venue.audits import Audit
from venue.engine import events
from venue.engine.events import FeeRatesChanged, FeeRatesRemoved
from venue.projections import Stamp
from venue.rows import Statements
from venue.transactions import Statement

_UPSERT: Final = (
    "INSERT INTO venue_feerates (account_id, firm_id, market_id, maker_ppm, taker_ppm, sequence, since) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (account_id, market_id) DO UPDATE SET "
    "maker_ppm = excluded.maker_ppm, taker_ppm = excluded.taker_ppm, "
    "sequence = excluded.sequence, since = excluded.since"
)
_DELETE: Final = "DELETE FROM venue_feerates WHERE account_id = %s AND market_id = %s"
_OF_SHARD: Final = (
    "SELECT account_id, firm_id, market_id, maker_ppm, taker_ppm FROM venue_feerates "
    "JOIN venue_market ON number = market_id WHERE shard = %s ORDER BY market_id, account_id"
)


class FeeRows:
    """Few change in a group of commands: one statement each, in order."""

    audits: ClassVar[tuple[Audit, ...]] = ()

    def __init__(self, last_reports: Mapping[int, int]) -> None:
        self._changes: list[Statement] = []
        self.handlers: Mapping[type, Callable[[Any, Stamp], None]] = {
            events.FeeRatesChanged: self._changed,
            events.FeeRatesRemoved: self._removed,
        }

    def _changed(self, event: FeeRatesChanged, stamp: Stamp) -> None:
        rates = (event.account, event.firm, event.market, event.maker_ppm, event.taker_ppm)
        self._changes.append((_UPSERT, (*rates, stamp.sequence, stamp.now)))

    def _removed(self, event: FeeRatesRemoved, stamp: Stamp) -> None:
        self._changes.append((_DELETE, (event.account, event.market)))

    def write(self, statements: Statements) -> None:
        for sql, values in self._changes:
            statements.execute(sql, values)

    @staticmethod
    def recover(cursor: Cursor, shard: int) -> dict[str, tuple[Any, ...]]:
        cursor.execute(_OF_SHARD, (shard,))
        return {"fee_rates": tuple(FeeRatesChanged(*row) for row in cursor)}
