"""What the clients were told, held against the rows: nothing acknowledged is missing, nothing was done twice."""

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from psycopg import Connection

from venue.engine import commands
from venue.engine.commands import Command
from venue.engine.events import OrderPlaced, QuotePlaced, Traded
from venue.models import journal_id
from venue.replies import Applied, Reply, decode

TOLD = "told"
TOLD_AGAIN = "told again"
NOT_APPLIED = "not applied"
UNKNOWN = "unknown"

SHARD = 1
_decode_command = msgspec.msgpack.Decoder(Command).decode


class Entry(Struct, frozen=True):
    """One command that was sent under a name of its own, and the answer."""

    key: str
    outcome: str
    command: bytes
    reply: bytes


class Ledger:
    """All that one crowd of clients wrote down."""

    def __init__(self, folder: Path) -> None:
        read = msgspec.json.Decoder(Entry).decode
        self.entries = [
            read(line) for file in sorted(folder.glob("*.jsonl")) for line in file.read_bytes().splitlines()
        ]

    def count(self, outcome: str) -> int:
        return sum(entry.outcome == outcome for entry in self.entries)

    def check(self, connection: Connection) -> None:
        """Everything that was ever told is in the rows, exactly once."""
        assert self.count(TOLD), "nothing was acknowledged, so nothing is proved"
        self._check_commands(connection)
        self._check_client_ids(connection)
        self._check_events(connection)

    def _check_commands(self, connection: Connection) -> None:
        names = {entry.key.partition(".")[0] for entry in self.entries}
        found = connection.execute(
            "SELECT key_id, id, payload FROM venue_command WHERE split_part(key_id, '.', 1) = ANY(%s)", (list(names),)
        ).fetchall()
        times = Counter(key for key, _, _ in found)
        assert [key for key, count in times.items() if count > 1] == [], "carried out twice"
        rows = {key: (row_id, payload) for key, row_id, payload in found}
        assert rows.keys() - {entry.key for entry in self.entries} == set(), "carried out, but never sent"
        for entry in self.entries:
            row = rows.get(entry.key)
            if entry.outcome == NOT_APPLIED:
                assert row is None, f"{entry.key} was carried out, though its sender was told that it was not"
            elif entry.outcome != UNKNOWN:
                assert row is not None, f"{entry.key} was acknowledged and is lost"
                assert row[1] == entry.command, f"{entry.key} is another command in the journal"
                if entry.outcome == TOLD:
                    assert row[0] == journal_id(SHARD, decode(entry.reply).sequence), entry.key

    def _check_client_ids(self, connection: Connection) -> None:
        """One entity for each client id, however often it was sent, and one and the same answer."""
        outcomes: dict[tuple[int, str], set[bytes]] = defaultdict(set)
        for entry in self.entries:
            command = _decode_command(entry.command)
            if isinstance(command, commands.PlaceQuote | commands.PlaceOrder) and entry.reply:
                outcomes[command.account, command.client_id].add(entry.reply)
        assert [who for who, told in outcomes.items() if len(told) > 1] == [], "told two different outcomes"
        entities = Counter(
            connection.execute(
                "SELECT account_id, client_id FROM venue_order WHERE client_id <> '' UNION ALL "
                "SELECT account_id, client_id FROM quotes_quote WHERE client_id <> ''"
            ).fetchall()
        )
        assert [who for who, count in entities.items() if count > 1] == [], "entered twice"
        placed = {who for who, told in outcomes.items() if any(_placed(decode(reply)) for reply in told)}
        assert placed - entities.keys() == set(), "acknowledged and lost"

    def _check_events(self, connection: Connection) -> None:
        """Each id and each fill that a client was told of is a row."""
        ids: dict[str, set[Any]] = {"venue_order": set(), "quotes_quote": set(), "venue_trade": set()}
        trades = {}
        for reply in {decode(entry.reply) for entry in self.entries if entry.reply}:
            for event in reply.events if isinstance(reply, Applied) else ():
                if isinstance(event, Traded):
                    trades[event.id] = (event.price, event.size, event.maker.id, event.taker.id)
                elif isinstance(event, OrderPlaced | QuotePlaced):
                    ids["venue_order" if isinstance(event, OrderPlaced) else "quotes_quote"].add(event.id)
        for table, expected in ids.items():
            found = {row[0] for row in connection.execute(f"SELECT id FROM {table}")}
            assert expected - found == set(), f"acknowledged and not in {table}"
        rows = connection.execute("SELECT id, price, size, maker_entity_id, taker_entity_id FROM venue_trade")
        found_trades = {row[0]: row[1:] for row in rows}
        assert {one: terms for one, terms in trades.items() if found_trades.get(one) != terms} == {}


def _placed(reply: Reply) -> bool:
    return isinstance(reply, Applied) and any(isinstance(event, OrderPlaced | QuotePlaced) for event in reply.events)
