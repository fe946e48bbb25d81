"""What the doors read from the rows: orders, trades, markets. Amounts are ticks and lots, times epoch milliseconds."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.db import connection

from accounts.credentials import Credential
from accounts.models import TradingAccount
from venue.engine.terms import COUNTER_BITS, OrderType, OrdStatus, SelfTradePrevention, Side, TimeInForce, first_id


class Selection(NamedTuple):
    """Which orders or quotes of which accounts; None selects all."""

    accounts: list[int]
    markets: list[int] | None = None
    status: OrdStatus | None = None
    client_id: str | None = None


class Span(NamedTuple):
    """A page: how many, after how many."""

    limit: int
    offset: int


class OrderRow(NamedTuple):
    """Named as in `OrderEvent`, so that an order is written the same from either."""

    id: int
    market: int
    account: int
    client_id: str
    side: Side
    type: OrderType
    price: int
    size: int
    filled: int
    filled_value: int
    status: OrdStatus
    time_in_force: TimeInForce
    post_only: bool
    self_trade_prevention: SelfTradePrevention
    expires_at: int
    created_at: int
    reason: int
    updated_at: int


class FillRow(NamedTuple):
    """One account's part of a trade."""

    trade_id: int
    market: int
    price: int
    size: int
    side: Side
    executed_at: int
    kind: int
    entity_id: int
    account: int
    client_id: str
    fee: int
    liquidity: int


class TradeRow(NamedTuple):
    id: int
    price: int
    size: int
    aggressor_side: int
    executed_at: int


class FillSelection(NamedTuple):
    """Which fills of which accounts; times are epoch milliseconds, `since` included, `until` not."""

    accounts: list[int]
    market: int | None = None
    entity_id: int | None = None
    since: int = 0
    until: int = 1 << 62


_ORDER_COLUMNS: Final = (
    "id, market_id, account_id, client_id, side, type, price, size, filled, filled_value, status, time_in_force, "
    "post_only, self_trade_prevention, expires_at, created_at, reason, updated_at"
)
# The maker's side is the one opposite to the aggressor's: 1 and 2.
_PARTIES: Final = {"maker": "3 - aggressor_side AS side", "taker": "aggressor_side AS side"}
_LIQUIDITY: Final = {"maker": 1, "taker": 2}


def accounts_of(credential: Credential) -> dict[int, str]:
    """The accounts a key may read, with their names."""
    if not credential.firm_wide:
        return {credential.account_id: credential.account_name}
    return dict(TradingAccount.objects.filter(firm_id=credential.firm_id).values_list("id", "name"))


def fetch(sql: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def newest(table: str, columns: str, selection: Selection, span: Span) -> list[tuple[Any, ...]]:
    """Newest first. Ids run in time within a market only, so each account and market offers its newest."""
    conditions, parameters = _narrowed(selection)
    return fetch(
        f"""SELECT e.* FROM unnest(%s::bigint[]) AS a(account)
            CROSS JOIN (SELECT number::bigint << {COUNTER_BITS} AS first FROM venue_market
                        WHERE %s::int[] IS NULL OR number = ANY(%s::int[])) m
            CROSS JOIN LATERAL (
                SELECT {columns} FROM {table}
                WHERE account_id = a.account AND id > m.first AND id < m.first + (1::bigint << {COUNTER_BITS})
                {conditions} ORDER BY id DESC LIMIT %s) e
            ORDER BY e.created_at DESC, e.id DESC LIMIT %s OFFSET %s""",
        [
            selection.accounts,
            selection.markets,
            selection.markets,
            *parameters,
            span.limit + span.offset,
            *span,
        ],
    )


def count(table: str, selection: Selection) -> int:
    conditions, parameters = _narrowed(selection)
    if selection.markets is not None:
        conditions += " AND market_id = ANY(%s)"
        parameters.append(selection.markets)
    sql = f"SELECT count(*) FROM {table} WHERE account_id = ANY(%s) {conditions}"
    return int(fetch(sql, [selection.accounts, *parameters])[0][0])


def _narrowed(selection: Selection) -> tuple[str, list[Any]]:
    conditions = ""
    parameters: list[Any] = []
    if selection.status is not None:
        conditions += " AND status = %s"
        parameters.append(int(selection.status))
    if selection.client_id is not None:
        conditions += " AND client_id = %s"
        parameters.append(selection.client_id)
    return conditions, parameters


def orders(selection: Selection, span: Span) -> list[OrderRow]:
    return [OrderRow(*row) for row in newest("venue_order", _ORDER_COLUMNS, selection, span)]


def order(number: int, accounts: list[int]) -> OrderRow | None:
    sql = f"SELECT {_ORDER_COLUMNS} FROM venue_order WHERE id = %s AND account_id = ANY(%s)"
    found = fetch(sql, [number, accounts])
    return OrderRow(*found[0]) if found else None


def statuses(table: str, numbers: list[int], account: int) -> dict[int, OrdStatus]:
    """Of those orders or quotes that are the account's."""
    found = fetch(f"SELECT id, status FROM {table} WHERE id = ANY(%s) AND account_id = %s", [numbers, account])
    return {number: OrdStatus(status) for number, status in found}


def fills_of(numbers: list[int]) -> dict[int, list[FillRow]]:
    """The fills of each order, in their sequence."""
    parts = [_fills(party, f"{party}_entity_id = ANY(%s)") for party in _PARTIES]
    fills: dict[int, list[FillRow]] = {}
    for row in fetch(" UNION ALL ".join(parts) + " ORDER BY trade_id", [numbers, numbers]):
        fill = FillRow(*row)
        fills.setdefault(fill.entity_id, []).append(fill)
    return fills


def fills(selection: FillSelection, span: Span) -> list[FillRow]:
    """Newest first."""
    order_by = "ORDER BY executed_at DESC, trade_id DESC"
    parts: list[str] = []
    parameters: list[Any] = []
    for party in _PARTIES:
        conditions, values = _fills_narrowed(party, selection)
        parts.append(f"({_fills(party, conditions)} {order_by} LIMIT %s)")
        parameters += [*values, span.limit + span.offset]
    found = fetch(f"{' UNION ALL '.join(parts)} {order_by} LIMIT %s OFFSET %s", [*parameters, *span])
    return [FillRow(*row) for row in found]


def count_fills(selection: FillSelection) -> int:
    parts: list[str] = []
    parameters: list[Any] = []
    for party in _PARTIES:
        conditions, values = _fills_narrowed(party, selection)
        parts.append(f"(SELECT count(*) FROM venue_trade WHERE {conditions})")
        parameters += values
    return int(fetch(f"SELECT {' + '.join(parts)}", parameters)[0][0])


def _fills(party: str, conditions: str) -> str:
    return (
        f"SELECT id AS trade_id, market_id, price, size, {_PARTIES[party]}, executed_at, {party}_kind, "
        f"{party}_entity_id AS entity_id, {party}_account_id, {party}_client_id, {party}_fee, {_LIQUIDITY[party]} "
        f"FROM venue_trade WHERE {conditions}"
    )


def _fills_narrowed(party: str, selection: FillSelection) -> tuple[str, list[Any]]:
    conditions = f"{party}_account_id = ANY(%s) AND executed_at >= %s AND executed_at < %s"
    parameters: list[Any] = [selection.accounts, selection.since, selection.until]
    if selection.market is not None:
        conditions += " AND market_id = %s"
        parameters.append(selection.market)
    if selection.entity_id is not None:
        conditions += f" AND {party}_entity_id = %s"
        parameters.append(selection.entity_id)
    return conditions, parameters


def trades(market: int, limit: int) -> list[TradeRow]:
    """A market's newest trades, newest first."""
    sql = (
        "SELECT id, price, size, aggressor_side, executed_at FROM venue_trade "
        "WHERE id > %s AND id < %s ORDER BY id DESC LIMIT %s"
    )
    return [TradeRow(*row) for row in fetch(sql, [first_id(market), first_id(market + 1), limit])]
