"""Where two states of an engine differ, in words: which market, account, order or quote, and which of its fields."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from msgspec import Struct

from venue.engine.accounts import CLOSED_CLIENT_IDS_KEPT
from venue.engine.market import MarketEngine
from venue.engine.records import Snapshot, take

# Of each field of a snapshot: what identifies one of its records, and how that is said.
_NAMED: Final[dict[str, tuple[Callable[[Any], tuple[Any, ...]], str]]] = {
    "markets": (lambda record: (record.market.market,), "market {0}"),
    "accounts": (lambda record: (record.account,), "limits of account {0}"),
    "positions": (lambda record: (record.account, record.market), "position of account {0} in market {1}"),
    "fee_rates": (lambda record: (record.account, record.market), "fee rates of account {0} in market {1}"),
    "orders": (lambda record: (record.id,), "order {0:012x}"),
    "locks": (lambda record: (record.account,), "locks of account {0}"),
    "quotes": (lambda record: (record.id,), "quote {0:012x}"),
    "disconnects": (
        lambda record: (record.session, record.scope, record.market),
        "cancel-on-disconnect of session {0}, scope {1}, market {2}",
    ),
    "protections": (
        lambda record: (
            record.standing.account,
            record.standing.group or f"of market {record.standing.markets[0]}",
        ),
        "protection {1} of account {0}",
    ),
}


def between(replayed: MarketEngine, restored: MarketEngine) -> Iterator[str]:
    """What the journal says against what the rows say."""
    journal, rows = take(replayed), take(restored)
    for field in ("sequence", "now", "suspended_firms"):
        yield from _fields(field, {field: getattr(journal, field)}, {field: getattr(rows, field)})
    for field in _NAMED:
        yield from _records(field, journal, rows)
    yield from _client_ids(replayed, restored)


def _records(field: str, journal: Snapshot, rows: Snapshot) -> Iterator[str]:
    key, name = _NAMED[field]
    expected = {key(record): record for record in _telling(field, journal)}
    found = {key(record): record for record in _telling(field, rows)}
    for which in sorted(expected.keys() | found.keys()):
        label = name.format(*which)
        if which not in found:
            yield f"{label}: missing in the rows"
        elif which not in expected:
            yield f"{label}: in the rows, but not after the replay"
        else:
            yield from _fields(label, _flat(expected[which]), _flat(found[which]))


def _telling(field: str, snapshot: Snapshot) -> Iterator[Any]:
    """An account without limits or suspension says nothing; one engine may know it and the other not."""
    for record in getattr(snapshot, field):
        if field != "accounts" or record.max_open_orders or record.max_exposure or record.suspended:
            yield record


def _flat(record: Struct) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in record.__struct_fields__:
        value = getattr(record, name)
        inner = _flat(value) if isinstance(value, Struct) else {name: value}
        values |= {f"{name} {one}" if one in values else one: inner[one] for one in inner}
    return values


def _fields(label: str, expected: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    for name, value in expected.items():
        if found[name] != value:
            what = label if name == label else f"{label}: {name}"
            yield f"{what} is {found[name]!r} in the rows, {value!r} after the replay"


def _client_ids(replayed: MarketEngine, restored: MarketEngine) -> Iterator[str]:
    """What answers retries, of accounts that have closed too few yet to forget any."""
    for number, account in sorted(replayed.state.accounts.items()):
        known = restored.state.accounts.get(number)
        for kind, ids in account.client_ids.items():
            if len(ids.closed) >= CLOSED_CLIENT_IDS_KEPT:
                continue
            found = known.client_ids[kind].first if known else {}
            for client_id in sorted(ids.first.keys() | found.keys()):
                if ids.first.get(client_id) != found.get(client_id):
                    yield f"client id {client_id!r} of account {number} ({kind.name.lower()}s) is answered differently"
