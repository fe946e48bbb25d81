"""A long life of the venue, written straight into the tables: a million execution reports, and what belongs to them.

`python -m bench.admin_rows` fills the database and prints a signed-in session and what to look for.
"""

import json
from typing import Final

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.models import Firm
from bench import participants
from venue.engine.terms import first_id
from venue.models import Market, journal_id
from venue.notation import entity_id

REPORTS: Final = 1_000_000
QUOTES: Final = 100_000
ORDERS: Final = 200_000
TRADES: Final = 200_000
COMMANDS: Final = 500_000
ENTRIES: Final = 100_000
FIRMS: Final = 40
BEGIN: Final = 1_700_000_000_000  # milliseconds of the first row
STEP: Final = 500
# Beyond what the demo and the seed have written.
FIRST: Final = 1_000_000

# Of the n-th row. One in a thousand is in the last market: what filters have to look for.
_MARKET: Final = "CASE WHEN n % 1000 = 7 THEN {last} ELSE {first} + n % ({last} - {first}) END"
_ACCOUNT: Final = "(ARRAY[{accounts}]::bigint[])[1 + n % {count}]"
_FIRM: Final = "(ARRAY[{firms}]::bigint[])[1 + n % {count}]"
_ID: Final = f"({_MARKET})::bigint * {first_id(1)} + {FIRST} + n"
_JOURNAL_ID: Final = f"{journal_id(1, FIRST)} + n"
_MOMENT: Final = f"{BEGIN} + n * {STEP}::bigint"
_OWNER: Final = {"account_id": _ACCOUNT, "firm_id": _FIRM, "market_id": _MARKET}
_ORDERS_FROM: Final = 300_000
_TRADES_FROM: Final = 700_000

Columns = dict[str, str]


def constant(value: str, *names: str) -> Columns:
    return dict.fromkeys(names, value)


REPORT: Final[Columns] = {
    **constant("0", "reason", "ask_filled", "trade_id", "rule_limit", "observed"),
    **constant("1", "ord_status", "side", "liquidity"),
    **constant("5000000", "price", "ask_price", "last_price"),
    **constant("10000", "size", "filled", "leaves", "ask_size", "ask_leaves", "last_size"),
    **constant("n", "sequence", "firm_sequence"),
    **_OWNER,
    "id": _JOURNAL_ID,
    "kind": "2",
    "entity_id": _ID,
    "client_id": "'client-' || n",
    "exec_type": "CASE WHEN n % 10000 = 3 THEN 12 WHEN n % 3 = 0 THEN 15 ELSE 5 END",
    "fee": "100",
    "transact_time": _MOMENT,
}
QUOTE: Final[Columns] = {
    **constant("0", "digest", "bid_filled", "ask_filled", "reason", "session"),
    **constant("5000000", "bid_price", "ask_price"),
    **constant("10000", "bid_size", "ask_size", "valid_for_ms"),
    **constant("1", "bid_priority", "ask_priority"),
    **constant("n", "created_sequence", "closed_sequence"),
    **constant(_MOMENT, "created_at", "updated_at", "expires_at"),
    **_OWNER,
    "id": _ID,
    "client_id": "'client-' || n",
    "status": "CASE WHEN n % 500 = 1 THEN 2 ELSE 4 END",
    "last_report_id": _JOURNAL_ID,
    "metadata": "''",
}
ORDER: Final[Columns] = {
    **constant("0", "digest", "reason", "expires_at", "session"),
    **constant("1", "self_trade_prevention", "priority"),
    **constant("10000", "size", "filled"),
    **constant("n", "created_sequence", "closed_sequence"),
    **constant(_MOMENT, "created_at", "updated_at"),
    **_OWNER,
    "id": f"{_ID} + {_ORDERS_FROM}",
    "client_id": "'order-' || n",
    "side": "1 + n % 2",
    "type": "2",
    "price": "5000000",
    "filled_value": "50000000000",
    "status": "CASE WHEN n % 500 = 1 THEN 8 ELSE 2 END",
    "last_report_id": f"{_JOURNAL_ID} + {_ORDERS_FROM}",
    "time_in_force": "3",
    "post_only": "false",
}
TRADE: Final[Columns] = {
    **constant(_ACCOUNT, "maker_account_id", "taker_account_id"),
    **constant(_FIRM, "maker_firm_id", "taker_firm_id"),
    **constant("500", "maker_fee", "taker_fee"),
    "id": f"{_ID} + {_TRADES_FROM}",
    "market_id": _MARKET,
    "price": "5000000",
    "size": "100",
    "aggressor_side": "1 + n % 2",
    "sequence": "n",
    "executed_at": _MOMENT,
    "maker_kind": "2",
    "maker_entity_id": _ID,
    "maker_client_id": "'client-' || n",
    "taker_kind": "1",
    "taker_entity_id": f"{_ID} + {_ORDERS_FROM}",
    "taker_client_id": "'order-' || n",
}
COMMAND: Final[Columns] = {
    **constant("''::bytea", "payload", "reply"),
    **constant(_MOMENT, "received_at", "applied_at", "committed_at"),
    "id": _JOURNAL_ID,
    "name": "CASE WHEN n % 10000 = 3 THEN 'SetMarketStatus' ELSE 'UpdateQuotes' END",
    "account_id": _ACCOUNT,
    "key_id": "'ak_bench' || n % 40",
}
ENTRY: Final[Columns] = {
    **constant("''", "reason", "request_id"),
    **constant("'{{}}'::jsonb", "before", "after"),
    "at": "to_timestamp(1700000000 + n)",
    "actor_name": "'staff-' || n % 20",
    "address": "'10.0.0.1'::inet",
    "action": "CASE WHEN n % 1000 = 3 THEN 'halt_market' ELSE 'change_row' END",
    "subject_type": "'accounts.firm'",
    "subject_id": "(n % 40)::text",
    "subject": "'BENCH' || n % 40",
}
TABLES: Final[dict[str, tuple[int, Columns]]] = {
    "venue_executionreport": (REPORTS, REPORT),
    "quotes_quote": (QUOTES, QUOTE),
    "venue_order": (ORDERS, ORDER),
    "venue_trade": (TRADES, TRADE),
    "venue_command": (COMMANDS, COMMAND),
    "staff_auditentry": (ENTRIES, ENTRY),
}


def fill() -> None:
    participants.make(FIRMS, "unlimited")
    firms = list(Firm.objects.filter(code__startswith="BENCH").values_list("pk", "accounts__pk"))
    numbers = sorted(Market.objects.values_list("number", flat=True))
    names = {
        "firms": ",".join(str(firm) for firm, _ in firms),
        "accounts": ",".join(str(account) for _, account in firms),
        "count": len(firms),
        "first": numbers[0],
        "last": numbers[-1],
    }
    with connection.cursor() as cursor:
        for table, (count, columns) in TABLES.items():
            expressions = ", ".join(columns.values()).format(**names)
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {expressions} FROM generate_series(1, {count}) n"
            )
        cursor.execute("ANALYZE")


def session() -> str:
    """Of one who sees everything, with the second factor passed."""
    user = User.objects.create_superuser("bench")
    device = TOTPDevice.objects.create(user=user, confirmed=True, name="bench")
    client = Client()
    client.force_login(user)
    opened = client.session
    opened[DEVICE_ID_SESSION_KEY] = device.persistent_id
    opened.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def known() -> dict[str, object]:
    """What the bench asks for: an id of each kind, a firm, an account, the last market."""
    first = Market.objects.order_by("number").first()
    assert first is not None
    row = Firm.objects.filter(code__startswith="BENCH").order_by("code")[7]
    number = first_id(first.number) + FIRST
    found = QUOTES // 2 // 3 * 3  # in the first market, of three that share what is not in the last
    return {
        "firm": row.code,
        "firm_pk": row.pk,
        "account": row.accounts.get().name,
        "first": first.number,
        "rare": Market.objects.order_by("-number").values_list("number", flat=True)[0],
        "quote": entity_id("quote", number + found),
        "order": entity_id("order", number + found + _ORDERS_FROM),
        "trade": entity_id("trade", number + found + _TRADES_FROM),
        "report": journal_id(1, FIRST + REPORTS // 2),
        "command": journal_id(1, FIRST + COMMANDS // 2),
        "session": session(),
    }


if __name__ == "__main__":
    fill()
    print(json.dumps(known()))
