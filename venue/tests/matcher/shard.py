"""A shard of the real database for tests: matchers come and go over it, and the clock is the test's own."""

from types import SimpleNamespace
from unittest import mock

import redis
from django.db import connection as django_connection

from accounts.models import Firm, TradingAccount
from venue.engine.commands import Command
from venue.engine.records import Snapshot, take
from venue.matcher import process
from venue.matcher.process import Matcher
from venue.matcher.recovery import read_snapshot
from venue.matcher.verification import Verdict, verify
from venue.replies import Reply
from venue.tests.engine.cast import CAST
from venue.tests.engine.floor import NOON

NUMBER = 1


def seat_the_cast() -> None:
    """The engine's cast as rows, with the very ids that its commands name."""
    for member in CAST:
        firm, _ = Firm.objects.get_or_create(id=member.firm, defaults={"code": f"F{member.firm}", "status": "active"})
        TradingAccount.objects.get_or_create(id=member.account, firm=firm, name=f"account-{member.account}")


class Shard:
    """One shard. `matcher` is the present one; `restart` crashes it and recovers another from the rows."""

    def __init__(self, client: redis.Redis) -> None:
        self.now = NOON
        self._client = client
        self.connection = process.connect(NUMBER)
        self.matcher = self._start()

    def restart(self) -> None:
        self.connection.close()
        self.connection = process.connect(NUMBER)
        self.matcher = self._start()

    def _start(self) -> Matcher:
        return Matcher(self.connection, self._client, NUMBER)

    def carry_out(self, *commands: Command) -> list[Reply]:
        """The commands as one group, all at the present time."""
        clock = SimpleNamespace(time_ns=lambda: self.now * 1_000_000)
        with mock.patch.object(process, "time", clock):
            return self.matcher.carry_out(list(commands))

    def in_memory(self) -> Snapshot:
        return take(self.matcher.engine)

    def in_rows(self) -> Snapshot:
        state = self.matcher.engine.state
        return read_snapshot(self.connection, NUMBER, state.sequence, state.now)

    def verdict(self) -> Verdict:
        return verify(NUMBER)

    def close(self) -> None:
        self.connection.close()

    def clear(self) -> None:
        """As if nothing had ever been traded here."""
        self.connection.close()
        tables = ("shard", "market", "order", "trade", "position", "accountlimits", "firmstanding", "command")
        more = ["venue_executionreport", "venue_disconnect", "venue_disconnectfiring", "quotes_quote"]
        more += ["mmapi_accountlocks", "mmapi_clientbatch"]
        more += ["venue_protection", "venue_protectiontrigger", "venue_feerates"]
        names = [*(f"venue_{table}" for table in tables), *more]
        with django_connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(names)}")
        self.now = NOON
        self.connection = process.connect(NUMBER)
        self.matcher = self._start()
