"""What must hold between the journal and the quote rows that were written with it."""

from typing import Final

from venue.audits import FILLS, Audit, end_of_chain, last_report
from venue.engine.terms import Kind

QUOTE_AUDITS: Final = (
    Audit(
        "quote {0:012x}: filled {1} bid and {2} ask, but its trades add up to {3} and {4}",
        f"""SELECT q.id, q.bid_filled, q.ask_filled, coalesce(f.bid, 0), coalesce(f.ask, 0)
            FROM quotes_quote q JOIN venue_market m ON m.number = q.market_id AND m.shard = %(shard)s
            LEFT JOIN (
                SELECT id, sum(size) FILTER (WHERE side = 1) AS bid, sum(size) FILTER (WHERE side = 2) AS ask
                FROM ({FILLS}) fills WHERE kind = {int(Kind.QUOTE)} GROUP BY id
            ) f ON f.id = q.id
            WHERE q.bid_filled <> coalesce(f.bid, 0) OR q.ask_filled <> coalesce(f.ask, 0) ORDER BY q.id""",
    ),
    last_report(Kind.QUOTE, "quotes_quote"),
    end_of_chain(Kind.QUOTE, "quotes_quote"),
)
