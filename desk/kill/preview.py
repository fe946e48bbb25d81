"""What a kill switch would stop, told before it is engaged."""

from typing import Final

from desk.kill.targets import Target
from desk.models import KillSwitch
from venue.queries import fetch

Kind = KillSwitch.Kind

_WHERE: Final = {
    Kind.ACCOUNT: "account_id = %(number)s",
    Kind.FIRM: "account_id = ANY(SELECT id FROM accounts_tradingaccount WHERE firm_id = %(number)s)",
    Kind.MARKET: "market_id = %(number)s",
    Kind.VENUE: "true",
    Kind.KEY: "account_id = (SELECT account_id FROM accounts_apikey WHERE id = %(number)s) "
    "AND session = ANY(SELECT id FROM accounts_session WHERE key_id = %(number)s)",
}


def preview(target: Target) -> dict[str, int]:
    """Open quotes and orders. Of a key only those of its sessions are counted: the others are looked up in the journal
    when it is stopped."""
    where = _WHERE[Kind(target.kind)]
    count = f"SELECT count(*) FROM {{table}} WHERE status IN (0, 1) AND {where}"
    tables = {"quotes": "quotes_quote", "orders": "venue_order"}
    return {name: fetch(count.format(table=table), {"number": target.number})[0][0] for name, table in tables.items()}
