"""How much room each risk limit leaves an account: its rows, put through the engine's own arithmetic."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from accounts.models import Session
from venue import queries
from venue.engine.accounts import NO_LIMIT, Account, FeeRates, Position
from venue.engine.terms import Side

# One statement, so that all of it is read as of one moment: a fill between two would count twice or not at all.
_ROWS: Final = """
    SELECT m.number, m.shard, m.value_scale, m.max_position,
           coalesce(p.max_position, 0), coalesce(p.net, 0), coalesce(p.cost, 0), coalesce(p.last_price, 0),
           coalesce(o.count, 0), coalesce(o.buying, 0), coalesce(o.selling, 0),
           coalesce(o.buying_worth, 0), coalesce(o.selling_worth, 0),
           coalesce(l.max_open_orders, 0), coalesce(l.max_exposure, 0)
    FROM venue_market m
    LEFT JOIN venue_position p ON p.market_id = m.number AND p.account_id = %(account)s
    LEFT JOIN venue_accountlimits l ON l.shard = m.shard AND l.account_id = %(account)s
    LEFT JOIN (
        SELECT market_id, count(*) AS count, sum(buying) AS buying, sum(selling) AS selling,
               sum(buying_price * buying) AS buying_worth, sum(selling_price * selling) AS selling_worth
        FROM (
            SELECT market_id, price AS buying_price, CASE side WHEN 1 THEN size - filled ELSE 0 END AS buying,
                   price AS selling_price, CASE side WHEN 2 THEN size - filled ELSE 0 END AS selling
            FROM venue_order WHERE account_id = %(account)s AND status IN (0, 1)
            UNION ALL
            SELECT market_id, bid_price, greatest(bid_size - bid_filled, 0),
                   ask_price, greatest(ask_size - ask_filled, 0)
            FROM quotes_quote WHERE account_id = %(account)s AND status IN (0, 1)
        ) working GROUP BY market_id
    ) o ON o.market_id = m.number
    ORDER BY m.shard, m.number"""


@dataclass(slots=True)
class _Rules:
    """A market as a position has to know it; what is charged does not matter here."""

    number: int
    max_position: int
    value_scale: int
    maker_fee_ppm: int = 0
    taker_fee_ppm: int = 0
    fee_rates: dict[int, FeeRates] = field(default_factory=dict)


class _Row(NamedTuple):
    """A market with what the account has there, in ticks, lots and 10^-9 of the quote currency; 0 is no limit."""

    market: int
    shard: int
    value_scale: int
    market_max_position: int
    max_position: int
    net: int
    cost: int
    last_price: int
    open: int
    buying: int
    selling: int
    buying_worth: int
    selling_worth: int
    max_open_orders: int
    max_exposure: int


class Headroom(NamedTuple):
    """A limit, what counts against it, and the room left, negative where it is exceeded; None is no limit."""

    limit: int | None
    observed: int

    @property
    def left(self) -> int | None:
        return None if self.limit is None else self.limit - self.observed


class InMarket(NamedTuple):
    """The position, in lots, that would be reached if all that works on a side filled."""

    market: int
    buy: Headroom
    sell: Headroom


class InShard(NamedTuple):
    """What the markets of a shard share: open orders and quotes, and exposure in 10^-9 of the quote currency."""

    markets: list[int]
    open_orders: Headroom
    exposure: Headroom
    positions: list[InMarket]


def of_account(account: int, tier_open_orders: int) -> list[InShard]:
    """Every limit of the account with a key of that tier limit (0: none), by shard."""
    shards: dict[int, list[_Row]] = {}
    for values in queries.fetch(_ROWS, {"account": account}):
        row = _Row(*map(int, values))
        shards.setdefault(row.shard, []).append(row)
    return [_in_shard(account, rows, tier_open_orders) for rows in shards.values()]


def of_sessions(key_id: str, limit: int) -> Headroom:
    """The open sessions of a key; a limit of 0 is none."""
    return Headroom(limit or None, Session.objects.filter(key__key_id=key_id, closed_at=None).count())


def _in_shard(number: int, rows: list[_Row], tier_open_orders: int) -> InShard:
    account = Account(number, 0)
    account.limit(rows[0].max_open_orders, rows[0].max_exposure)
    positions = [(row, _position(account, row)) for row in rows]
    open_orders = min(account.max_open_orders, tier_open_orders or NO_LIMIT)
    return InShard(
        markets=[row.market for row in rows],
        open_orders=_headroom(open_orders, sum(row.open for row in rows)),
        exposure=_headroom(account.max_exposure, account.exposure),
        positions=[_in_market(position) for row, position in positions if _counts(row, position)],
    )


def _position(account: Account, row: _Row) -> Position:
    position = Position(account, _Rules(row.market, row.market_max_position or NO_LIMIT, row.value_scale))
    position.restore(row.net, row.cost, row.last_price)
    position.max_position = row.max_position
    position.settle_limits()
    position.work(Side.BUY, row.buying, row.buying_worth)
    position.work(Side.SELL, row.selling, row.selling_worth)
    return position


def _counts(row: _Row, position: Position) -> bool:
    """There is a limit, or something that one would count."""
    return position.lots_limit != NO_LIMIT or bool(row.net or row.open)


def _in_market(position: Position) -> InMarket:
    return InMarket(
        position.market.number,
        buy=_headroom(position.lots_limit, position.net + position.open_buy),
        sell=_headroom(position.lots_limit, position.open_sell - position.net),
    )


def _headroom(limit: int, observed: int) -> Headroom:
    return Headroom(None if limit == NO_LIMIT else limit, observed)
