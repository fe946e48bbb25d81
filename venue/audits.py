"""What must hold between the journal and the rows that were written with it, as queries that find the exceptions."""

from typing import Final, NamedTuple

from venue.chains import CHAINED
from venue.engine.terms import ExecType, Kind, OrdStatus


class Audit(NamedTuple):
    """A query for whatever breaks a rule; `words` takes the columns of a row. Parameters: shard, low, high (ids)."""

    words: str
    sql: str


# Both parties of every trade, each with its own side of it.
FILLS: Final = """
    SELECT maker_kind AS kind, maker_entity_id AS id, 3 - aggressor_side AS side, maker_account_id AS account_id,
           market_id, size, price * size AS value FROM venue_trade
    UNION ALL
    SELECT taker_kind, taker_entity_id, aggressor_side, taker_account_id, market_id, size, price * size
    FROM venue_trade"""


def last_report(kind: Kind, table: str) -> Audit:
    """Whoever follows the reports from the first on must know how each order or quote stands."""
    name = kind.name.lower()
    return Audit(
        f"{name} {{0:012x}}: its row has status {{1}}, its last report {{2}}",
        f"""SELECT e.id, e.status, coalesce(r.ord_status, {int(OrdStatus.REJECTED)})
            FROM {table} e JOIN venue_market m ON m.number = e.market_id AND m.shard = %(shard)s
            LEFT JOIN venue_executionreport r ON r.id = e.last_report_id
            WHERE e.status <> coalesce(r.ord_status, {int(OrdStatus.REJECTED)}) ORDER BY e.id""",
    )


def end_of_chain(kind: Kind, table: str) -> Audit:
    """Where an order's or quote's reports are looked for is the newest of them, and none is of an unknown one."""
    name = kind.name.lower()
    return Audit(
        f"{name} {{0:012x}}: its row leads to report {{1}}, its last one is {{2}}",
        f"""SELECT coalesce(e.id, r.entity_id), greatest(e.last_report_id - %(low)s, 0), coalesce(r.last - %(low)s, 0)
            FROM (
                SELECT e.id, e.last_report_id
                FROM {table} e JOIN venue_market m ON m.number = e.market_id AND m.shard = %(shard)s
            ) e FULL JOIN (
                SELECT entity_id, max(id) AS last FROM venue_executionreport
                WHERE id > %(low)s AND id < %(high)s AND kind = {int(kind)} AND {CHAINED} GROUP BY entity_id
            ) r ON r.entity_id = e.id
            WHERE e.last_report_id IS DISTINCT FROM coalesce(r.last, 0) ORDER BY 1""",
    )


MARKET_AUDITS: Final = (
    Audit(
        "trade {0:012x}: {1} in the rows, {2} reports of it instead of two",
        f"""SELECT coalesce(t.id, r.trade_id), CASE WHEN t.id IS NULL THEN 'missing' ELSE 'present' END,
                coalesce(r.reports, 0)
            FROM (
                SELECT t.id FROM venue_trade t JOIN venue_market m ON m.number = market_id WHERE m.shard = %(shard)s
            ) t FULL JOIN (
                SELECT trade_id, count(*) AS reports FROM venue_executionreport
                WHERE id > %(low)s AND id < %(high)s AND exec_type = {int(ExecType.TRADE)} GROUP BY trade_id
            ) r ON r.trade_id = t.id
            WHERE r.reports IS DISTINCT FROM 2 OR t.id IS NULL ORDER BY 1""",
    ),
    Audit(
        "order {0:012x}: filled {1} for {2}, but its trades add up to {3} for {4}",
        f"""SELECT o.id, o.filled, o.filled_value, coalesce(f.size, 0), coalesce(f.value, 0)
            FROM venue_order o JOIN venue_market m ON m.number = o.market_id AND m.shard = %(shard)s
            LEFT JOIN (
                SELECT id, sum(size) AS size, sum(value) AS value FROM ({FILLS}) fills
                WHERE kind = {int(Kind.ORDER)} GROUP BY id
            ) f ON f.id = o.id
            WHERE o.filled <> coalesce(f.size, 0) OR o.filled_value <> coalesce(f.value, 0) ORDER BY o.id""",
    ),
    Audit(
        "position of account {0} in market {1}: {2} lots at a cost of {3}, but its trades add up to {4} at {5}",
        f"""SELECT account_id, market_id, coalesce(net, 0), coalesce(cost, 0), coalesce(lots, 0), coalesce(value, 0)
            FROM (SELECT account_id, market_id, net, cost FROM venue_position) p FULL JOIN (
                SELECT account_id, market_id, sum(CASE WHEN side = 1 THEN size ELSE -size END) AS lots,
                    sum(CASE WHEN side = 1 THEN value ELSE -value END) AS value
                FROM ({FILLS}) fills GROUP BY account_id, market_id
            ) f USING (account_id, market_id) JOIN venue_market m ON m.number = market_id AND m.shard = %(shard)s
            WHERE coalesce(net, 0) <> coalesce(lots, 0) OR coalesce(cost, 0) <> coalesce(value, 0)
            ORDER BY account_id, market_id""",
    ),
    Audit(
        "report {0}: it leads back to report {1}, the one before it is {2}",
        f"""SELECT id - %(low)s, greatest(previous_id - %(low)s, 0), coalesce(before - %(low)s, 0)
            FROM (
                SELECT id, previous_id, CASE WHEN chained THEN lag(id) OVER of_entity END AS before
                FROM (
                    SELECT id, previous_id, entity_id, {CHAINED} AS chained
                    FROM venue_executionreport WHERE id > %(low)s AND id < %(high)s
                ) r WINDOW of_entity AS (PARTITION BY chained, entity_id ORDER BY id)
            ) links
            WHERE previous_id <> coalesce(before, 0) ORDER BY 1""",
    ),
    last_report(Kind.ORDER, "venue_order"),
    end_of_chain(Kind.ORDER, "venue_order"),
)
