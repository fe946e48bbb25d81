"""Events → the market's rows, and those rows → what the engine needs to go on. Called by the matcher alone."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final, NamedTuple, Protocol

from psycopg import Cursor

from venue import rows
from venue.audits import MARKET_AUDITS, Audit
from venue.engine import events
from venue.engine.accounts import CLOSED_CLIENT_IDS_KEPT
from venue.engine.events import (
    AccountChanged,
    FirmChanged,
    MarketChanged,
    OrderEvent,
    OrderPlaced,
    PositionLimitChanged,
    Traded,
)
from venue.engine.records import ClosedClientId, MarketRecord, PositionRecord
from venue.engine.terms import (
    Kind,
    MarketStatus,
    OrderType,
    OrdStatus,
    ReferenceSource,
    SelfTradePrevention,
    Side,
    TimeInForce,
    first_id,
)
from venue.rows import Statements
from venue.transactions import Statement


class Stamp(NamedTuple):
    """What a command was stamped with: its shard, its number there, and the time in epoch ms."""

    shard: int
    sequence: int
    now: int


class Projection(Protocol):
    """One app's rows of one group of commands. `last_reports` leads from each order and quote that a command changed to
    the last report of it, by that command."""

    handlers: Mapping[type, Callable[[Any, Stamp], None]]
    audits: ClassVar[tuple[Audit, ...]]

    def __init__(self, last_reports: Mapping[int, int]) -> None: ...

    def write(self, statements: Statements) -> None:
        """What was collected, for the journal's transaction."""

    @staticmethod
    def recover(cursor: Cursor, shard: int) -> dict[str, tuple[Any, ...]]:
        """Fields of the shard's `Snapshot` that these rows hold."""


# No join: a planner that knows little of the tables would go through all open rows once for each market.
_OF_SHARD: Final = "market_id = ANY(ARRAY(SELECT number FROM venue_market WHERE shard = %s))"

# Stored values to members: a start reads so many rows that calling the enumerations would be felt.
STATUSES: Final = {int(one): one for one in OrdStatus}
_SIDES: Final = {int(one): one for one in Side}
_TYPES: Final = {int(one): one for one in OrderType}
_TIMES_IN_FORCE: Final = {int(one): one for one in TimeInForce}
_PREVENTIONS: Final = {int(one): one for one in SelfTradePrevention}

OPEN: Final = (int(OrdStatus.NEW), int(OrdStatus.PARTIALLY_FILLED))
CLOSED: Final = frozenset(status for status in OrdStatus if status not in OPEN)
_RENAME: Final = "UPDATE venue_order SET client_id = %s WHERE id = %s"
STANDING: Final = ("status", "reason", "updated_at", "closed_sequence", "last_report_id")

_TRADE_COLUMNS: Final = (
    *("id", "market_id", "price", "size", "aggressor_side", "sequence", "executed_at"),
    *("maker_kind", "maker_entity_id", "maker_account_id", "maker_firm_id", "maker_client_id", "maker_fee"),
    *("taker_kind", "taker_entity_id", "taker_account_id", "taker_firm_id", "taker_client_id", "taker_fee"),
)
_MARKET_COLUMNS: Final = (
    "number, symbol, base_asset, quote_currency, tick_size, lot_size, value_scale, shard, is_asset_default, status, "
    "status_reason, band_bps, max_order_size, min_notional, max_notional, max_position, maker_fee_ppm, taker_fee_ppm, "
    "reference_source, reference_max_age_ms, reference_price, reference_at"
)
_MARKET_UPSERT: Final = (
    f"INSERT INTO venue_market ({_MARKET_COLUMNS}, last_price, last_id) "
    f"VALUES ({', '.join(['%s'] * 22)}, 0, %s) ON CONFLICT (number) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _MARKET_COLUMNS.split(", ")[9:])
)
_POSITION_UPSERT: Final = (
    "INSERT INTO venue_position (account_id, firm_id, market_id, net, cost, last_price, max_position) "
    "SELECT *, 0 FROM unnest(%s::int[], %s::int[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[]) "
    "ON CONFLICT (account_id, market_id) DO UPDATE "
    "SET net = excluded.net, cost = excluded.cost, last_price = excluded.last_price"
)
_LIMITS_UPSERT: Final = (
    "INSERT INTO venue_accountlimits (shard, account_id, firm_id, max_open_orders, max_exposure, suspended) "
    "VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (shard, account_id) DO UPDATE SET "
    "max_open_orders = excluded.max_open_orders, max_exposure = excluded.max_exposure, suspended = excluded.suspended"
)
_POSITION_LIMIT_UPSERT: Final = (
    "INSERT INTO venue_position (account_id, firm_id, market_id, max_position, net, cost, last_price) "
    "VALUES (%s, %s, %s, %s, 0, 0, 0) "
    "ON CONFLICT (account_id, market_id) DO UPDATE SET max_position = excluded.max_position"
)
_STANDING_UPSERT: Final = (
    "INSERT INTO venue_firmstanding (shard, firm_id, suspended) VALUES (%s, %s, %s) "
    "ON CONFLICT (shard, firm_id) DO UPDATE SET suspended = excluded.suspended"
)


class MarketRows:
    """Orders, trades, positions, markets, limits and standings."""

    audits: ClassVar = MARKET_AUDITS

    def __init__(self, last_reports: Mapping[int, int]) -> None:
        self._last_reports = last_reports
        self._terms = rows.Changes("price", "size", "priority", "updated_at", "last_report_id")
        self._filled = rows.Changes("filled", "filled_value")
        self._standing = rows.Changes(*STANDING)
        self._orders = rows.EntityRows("venue_order", self._terms, self._filled, self._standing)
        self._trades: list[tuple[Any, ...]] = []
        self._positions: dict[tuple[int, int], tuple[int, ...]] = {}
        self._last_ids: dict[int, int] = {}
        self._last_prices: dict[int, int] = {}
        self._reference_prices: dict[int, tuple[int, int]] = {}
        self._changes: list[Statement] = []  # of ops: few, in order, after the rest
        self.handlers: Mapping[type, Callable[[Any, Stamp], None]] = {
            events.OrderPlaced: self._order_placed,
            events.OrderRejected: self._order_rejected,
            events.OrderReplaced: self._order_replaced,
            events.OrderCancelled: self._order_cancelled,
            events.OrderExpired: self._order_expired,
            events.QuotePlaced: self._quote_placed,
            events.Traded: self._traded,
            events.MarketChanged: self._market_changed,
            events.ReferencePriceMoved: self._reference_moved,
            events.AccountChanged: self._account_changed,
            events.PositionLimitChanged: self._position_limit_changed,
            events.FirmChanged: self._firm_changed,
        }

    # Orders and trades

    def _order_placed(self, event: OrderEvent, stamp: Stamp) -> None:
        self._last_ids[event.market] = event.id
        self._orders.add(_order_row(event, stamp, 0, self._last_reports[event.id]))

    def _order_rejected(self, event: events.OrderRejected, stamp: Stamp) -> None:
        self._last_ids[event.market] = event.id
        self._orders.add(_order_row(event, stamp, event.reject.code, 0))

    def _order_replaced(self, event: events.OrderReplaced, stamp: Stamp) -> None:
        last_report = self._last_reports[event.id]
        self._terms.put(event.id, event.price, event.size, event.priority, stamp.now, last_report)
        if event.status in CLOSED or event.id in self._standing.rows:
            self._standing.put(event.id, *standing(event.status, 0, stamp, last_report))
        if event.renamed:
            self._changes.append((_RENAME, (event.client_id, event.id)))

    def _order_cancelled(self, event: events.OrderCancelled, stamp: Stamp) -> None:
        last_report = self._last_reports[event.id]
        self._terms.put(event.id, event.price, event.size, event.priority, stamp.now, last_report)
        self._standing.put(event.id, *standing(event.status, event.reason, stamp, last_report))

    def _order_expired(self, event: events.OrderExpired, stamp: Stamp) -> None:
        self._standing.put(event.id, *standing(event.status, 0, stamp, self._last_reports[event.id]))

    def _quote_placed(self, event: events.QuotePlaced, stamp: Stamp) -> None:
        self._last_ids[event.market] = event.id

    def _traded(self, event: Traded, stamp: Stamp) -> None:
        market = event.market
        self._last_ids[market] = event.id
        self._last_prices[market] = event.price
        taker, maker = event.taker, event.maker
        terms = (event.id, market, event.price, event.size, taker.side, stamp.sequence, stamp.now)
        self._trades.append((*terms, *_party(maker), *_party(taker)))
        for fill in (maker, taker):
            position = (fill.account, fill.firm, market, fill.position, fill.position_cost, event.price)
            self._positions[fill.account, market] = position
            if fill.kind is Kind.ORDER:
                self._filled.put(fill.id, fill.filled, fill.filled_value)
                self._standing.put(fill.id, *standing(fill.status, 0, stamp, self._last_reports[fill.id]))

    # What operations change

    def _market_changed(self, event: MarketChanged, stamp: Stamp) -> None:
        self._reference_prices.pop(event.market, None)
        values = tuple(getattr(event, name) for name in MarketChanged.__struct_fields__)
        self._changes.append((_MARKET_UPSERT, (*values, first_id(event.market))))

    def _reference_moved(self, event: events.ReferencePriceMoved, stamp: Stamp) -> None:
        self._reference_prices[event.market] = (event.price, event.at)

    def _account_changed(self, event: AccountChanged, stamp: Stamp) -> None:
        values = (stamp.shard, event.account, event.firm, event.max_open_orders, event.max_exposure, event.suspended)
        self._changes.append((_LIMITS_UPSERT, values))

    def _position_limit_changed(self, event: PositionLimitChanged, stamp: Stamp) -> None:
        values = (event.account, event.firm, event.market, event.max_position)
        self._changes.append((_POSITION_LIMIT_UPSERT, values))

    def _firm_changed(self, event: FirmChanged, stamp: Stamp) -> None:
        self._changes.append((_STANDING_UPSERT, (stamp.shard, event.firm, event.suspended)))

    # Into the database and back

    def write(self, statements: Statements) -> None:
        self._orders.write(statements)
        statements.insert("venue_trade", _TRADE_COLUMNS, self._trades)
        if self._positions:
            columns = [list(column) for column in zip(*self._positions.values(), strict=True)]
            statements.execute(_POSITION_UPSERT, columns)
        for sql, values in self._changes:
            statements.execute(sql, values)
        statements.update("venue_market", ("number", "last_id"), self._last_ids.items())
        statements.update("venue_market", ("number", "last_price"), self._last_prices.items())
        references = [(market, *values) for market, values in self._reference_prices.items()]
        statements.update("venue_market", ("number", "reference_price", "reference_at"), references)

    @staticmethod
    def recover(cursor: Cursor, shard: int) -> dict[str, tuple[Any, ...]]:
        return {
            "markets": _markets(cursor, shard),
            "suspended_firms": _suspended_firms(cursor, shard),
            "accounts": _accounts(cursor, shard),
            "positions": _positions(cursor, shard),
            "orders": _open_orders(cursor, shard),
            "closed_client_ids": closed_client_ids(cursor, shard, "venue_order", Kind.ORDER),
        }


def standing(status: OrdStatus, reason: int, stamp: Stamp, last_report: int) -> tuple[int, ...]:
    """How an order or quote stands, why, since when, which command closed it, if it is closed, and its last report."""
    return (status, reason, stamp.now, stamp.sequence if status in CLOSED else 0, last_report)


def _order_row(event: OrderEvent, stamp: Stamp, reason: int, last_report: int) -> dict[str, Any]:
    return {
        "id": event.id,
        "market_id": event.market,
        "account_id": event.account,
        "firm_id": event.firm,
        "client_id": rows.text(event.client_id),
        "digest": event.digest,
        "side": event.side,
        "type": event.type,
        "price": event.price,
        "size": event.size,
        "filled": event.filled,
        "filled_value": event.filled_value,
        "priority": event.priority,
        "time_in_force": event.time_in_force,
        "post_only": event.post_only,
        "self_trade_prevention": event.self_trade_prevention,
        "expires_at": event.expires_at,
        "created_at": event.created_at,
        "created_sequence": event.created_sequence,
        "session": event.session,
        **dict(zip(STANDING, standing(event.status, reason, stamp, last_report), strict=True)),
    }


def _party(fill: events.Fill) -> tuple[Any, ...]:
    return (fill.kind, fill.id, fill.account, fill.firm, rows.text(fill.client_id), fill.fee)


def _markets(cursor: Cursor, shard: int) -> tuple[MarketRecord, ...]:
    cursor.execute(f"SELECT {_MARKET_COLUMNS}, last_id FROM venue_market WHERE shard = %s ORDER BY number", (shard,))
    found = []
    for *values, last_id in cursor:
        terms = dict(zip(MarketChanged.__struct_fields__, values, strict=True))
        terms["tick_size"], terms["lot_size"] = plain(terms["tick_size"]), plain(terms["lot_size"])
        terms["status"] = MarketStatus(terms["status"])
        terms["reference_source"] = ReferenceSource(terms["reference_source"])
        found.append(MarketRecord(MarketChanged(**terms), last_id))
    return tuple(found)


def _suspended_firms(cursor: Cursor, shard: int) -> tuple[int, ...]:
    cursor.execute("SELECT firm_id FROM venue_firmstanding WHERE shard = %s AND suspended ORDER BY firm_id", (shard,))
    return tuple(firm for (firm,) in cursor)


def _accounts(cursor: Cursor, shard: int) -> tuple[AccountChanged, ...]:
    columns = "account_id, firm_id, max_open_orders, max_exposure, suspended"
    cursor.execute(f"SELECT {columns} FROM venue_accountlimits WHERE shard = %s ORDER BY account_id", (shard,))
    return tuple(AccountChanged(*row) for row in cursor)


def _positions(cursor: Cursor, shard: int) -> tuple[PositionRecord, ...]:
    cursor.execute(
        "SELECT account_id, firm_id, market_id, net, cost, p.last_price, p.max_position FROM venue_position p "
        "JOIN venue_market m ON m.number = market_id WHERE shard = %s ORDER BY account_id, market_id",
        (shard,),
    )
    return tuple(PositionRecord(*row) for row in cursor)


def _open_orders(cursor: Cursor, shard: int) -> tuple[OrderPlaced, ...]:
    columns = (
        "id, market_id, account_id, firm_id, client_id, digest, side, type, price, size, filled, size - filled, "
        "filled_value, priority, status, time_in_force, post_only, self_trade_prevention, expires_at, created_at, "
        "created_sequence, session"
    )
    return tuple([_open_order(list(row)) for row in open_rows(cursor, shard, "venue_order", columns)])


def _open_order(values: list[Any]) -> OrderPlaced:
    """Integers of the row as the terms they stand for."""
    values[6] = _SIDES[values[6]]
    values[7] = _TYPES[values[7]]
    values[14] = STATUSES[values[14]]
    values[15] = _TIMES_IN_FORCE[values[15]]
    values[17] = _PREVENTIONS[values[17]]
    return OrderPlaced(*values)


def open_rows(cursor: Cursor, shard: int, table: str, columns: str) -> list[Any]:
    """What is open in the shard's markets, in the order of their ids."""
    cursor.execute(
        f"SELECT {columns} FROM {table} WHERE status IN (0, 1) AND {_OF_SHARD} ORDER BY id", (shard,), binary=True
    )
    return cursor.fetchall()


def open_columns(cursor: Cursor, shard: int, table: str, *columns: str) -> list[list[int]]:
    """Integer columns of what is open, each as a whole: they are there in half the time that rows take."""
    values = ", ".join(f"coalesce(array_agg({column}), '{{}}')" for column in columns)
    cursor.execute(f"SELECT {values} FROM {table} WHERE status IN (0, 1) AND {_OF_SHARD}", (shard,), binary=True)
    found = cursor.fetchone()
    assert found is not None
    return list(found)


def closed_client_ids(cursor: Cursor, shard: int, table: str, kind: Kind) -> tuple[ClosedClientId, ...]:
    """The last closed client ids of each account, in the order of closing."""
    cursor.execute(
        f"""SELECT c.account_id, c.firm_id, c.client_id, c.created_sequence, c.digest, c.id
            FROM (SELECT id FROM accounts_tradingaccount) a CROSS JOIN LATERAL (
                SELECT * FROM {table}
                WHERE account_id = a.id AND closed_sequence > 0 AND client_id <> '' AND {_OF_SHARD}
                AND status <> {int(OrdStatus.REJECTED)}
                ORDER BY closed_sequence DESC, id DESC LIMIT {CLOSED_CLIENT_IDS_KEPT}
            ) c ORDER BY c.closed_sequence, c.created_sequence, c.id""",
        (shard,),
        binary=True,
    )
    return tuple([ClosedClientId(kind, *row) for row in cursor.fetchall()])


def plain(number: Any) -> str:
    """A decimal without exponent or trailing zeros."""
    return format(number.normalize(), "f")
