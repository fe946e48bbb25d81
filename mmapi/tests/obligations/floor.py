"""A shard of a test's own whose clock the test sets: commands go through the real engine and the real journal, at the
seconds that a table says."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import redis
from django.conf import settings
from django.db import connection as database

from accounts.tests.cast import party
from mmapi.obligations.integration.terms import Bounds, Condition
from mmapi.obligations.models import DeclaredState, ObligationMembership, ObligationProgramme, ObligationTerms
from venue import markets, sandbox, streams
from venue.engine import commands
from venue.engine.commands import Command
from venue.engine.terms import Side
from venue.markets import Terms
from venue.matcher.process import Matcher, connect
from venue.replies import Reply
from venue.sandbox import SandboxMarket

_numbers = itertools.count(2_001)
_shards = itertools.count(3_001)

# 50% of the time, at most 100 bp apart, at least 2 lots a side, the larger side at most twice the smaller.
NORMAL = Bounds(presence=5_000, spread=10_000, size=2, ratio=200)
STRESSED = Bounds(presence=2_000, spread=20_000, size=1, ratio=300)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


class TimedMatcher(Matcher):
    """A matcher that is told the time."""

    clock = 0

    def _tick(self) -> int:
        self._now = max(self._now, self.clock)
        return self._now


class Floor:
    """One shard with one market of tick 1 and lot 1; seconds count from `start`."""

    def __init__(self, matcher: TimedMatcher, shard: int, start: datetime) -> None:
        self.matcher = matcher
        self.shard = shard
        self.start = int(start.timestamp()) * 1_000
        self.number = next(_numbers)
        self.alpha = party(f"ALPHA{self.number}").account
        self.beta = party(f"BETA{self.number}").account
        self.ids: dict[str, int] = {}
        self.market = self._open()

    def _open(self) -> Terms:
        create, *rest = sandbox.opening(SandboxMarket(self.number, f"F{self.number}", "1", "1", "10000"))
        assert isinstance(create, commands.CreateMarket)
        moved = commands.CreateMarket(
            **{name: getattr(create, name) for name in create.__struct_fields__} | {"shard": self.shard}
        )
        for command in (moved, *rest):
            self.tell(-3_600, command)
        markets._directory._load()
        terms = markets.by_number(self.number)
        assert terms is not None
        return terms

    def millis(self, seconds: float) -> int:
        return self.start + round(seconds * 1_000)

    def tell(self, seconds: float, command: Command) -> Reply:
        """Carry a command out at that second."""
        self.matcher.clock = self.millis(seconds)
        (reply,) = self.matcher.carry_out([command])
        return reply

    def quote(self, seconds: float, name: str, bid: tuple[int, int], ask: tuple[int, int], **more: Any) -> None:
        """Alpha's, under a name of the test."""
        place = commands.PlaceQuote(self.alpha.pk, self.alpha.firm_id, self.number, *bid, *ask, 300_000_000, **more)
        self.ids[name] = self._id(self.tell(seconds, place))

    def order(self, seconds: float, name: str, side: Side, price: int, size: int, account: Any = None) -> None:
        owner = account or self.alpha
        place = commands.PlaceOrder(owner.pk, owner.firm_id, self.number, side, 2, price, size)  # type: ignore[arg-type]
        self.ids[name] = self._id(self.tell(seconds, place))

    def cancel(self, seconds: float, name: str) -> None:
        owner = (self.alpha.pk, self.alpha.firm_id)
        kind = commands.CancelQuote if name.startswith("q") else commands.CancelOrder
        self.tell(seconds, kind(*owner, self.ids[name]))

    def pass_time(self, seconds: float) -> None:
        self.tell(seconds, commands.ExpireDue())

    def _id(self, reply: Any) -> int:
        return int(reply.events[0].id)

    # What operations would have set before that day.

    def programme(
        self, opens: int = 0, closes: int = 0, days: tuple[int, ...] = (1, 2, 3, 4, 5), zone: str = "UTC"
    ) -> ObligationProgramme:
        programme = ObligationProgramme.objects.create(market_id=self.number)
        self.terms(programme, -86_400, opens=opens, closes=closes, days=list(days), time_zone=zone)
        return programme

    def terms(
        self,
        programme: ObligationProgramme,
        seconds: float,
        normal: Bounds = NORMAL,
        stressed: Bounds = STRESSED,
        **schedule: Any,
    ) -> None:
        bounds = {
            f"{word}_{name}": getattr(one, name)
            for word, one in (("normal", normal), ("stressed", stressed))
            for name in Bounds.__struct_fields__
        }
        starts = self.millis(seconds)
        values = {"effective_from": starts, "set_at": 0, "set_by": "test", **schedule, **bounds}
        ObligationTerms.objects.create(programme=programme, **values)

    def member(self, programme: ObligationProgramme, joined: float = -86_400, left: float | None = None) -> None:
        ObligationMembership.objects.create(
            programme=programme,
            account=self.alpha,
            firm=self.alpha.firm,
            joined_at=self.millis(joined),
            left_at=0 if left is None else self.millis(left),
            joined_by="test",
        )

    def state(self, programme: ObligationProgramme, condition: Condition, starts: float, ends: float) -> None:
        DeclaredState.objects.create(
            programme=programme,
            condition=condition,
            reason="test",
            starts_at=self.millis(starts),
            planned_end=self.millis(ends),
            declared_at=0,
            declared_by="test",
        )


@contextmanager
def open_floor(start: datetime = MONDAY) -> Iterator[Floor]:
    """Its shard and its market are gone afterwards: other tests ask every shard there is."""
    shard = next(_shards)
    client = redis.Redis.from_url(settings.REDIS_URL, **streams.options())
    try:
        with connect(shard) as connection:
            matcher = TimedMatcher(connection, client, shard)
            matcher.clock = int(start.timestamp() - 7_200) * 1_000
            yield Floor(matcher, shard, start)
    finally:
        with database.cursor() as cursor:
            cursor.execute("DELETE FROM venue_market WHERE shard = %s", [shard])
            cursor.execute("DELETE FROM venue_shard WHERE number = %s", [shard])
        markets._directory._load()
