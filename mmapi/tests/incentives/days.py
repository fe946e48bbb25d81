"""Days of trading on a shard whose clock is the test's own, with the beat of incentives as it comes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from unittest import mock

from accounts import credentials
from accounts.models import TradingAccount
from accounts.tests.cast import Caller, Party
from mmapi.incentives import announcing, applying, ledger
from mmapi.incentives.models import FeeSchedule, FeeTier, LedgerAccount, LedgerEntry, Membership, Programme
from venue import gateway, markets
from venue.engine import commands
from venue.engine.terms import MarketStatus, OrderType, ReferenceSource, Side, TimeInForce
from venue.gateway import Outcome
from venue.tests.cast import Answer, read
from venue.tests.engine.cast import Member
from venue.tests.matcher.shard import Shard

MARKET = 1
ONE_USD = ("ONE-USD", "ONE", "USD", "1", "1", 10**9, 1)
MARKET_MAKER_PPM, MARKET_TAKER_PPM = 200, 600


def at(text: str) -> datetime:
    """A moment of September 2026, its day and time; or a whole date and time."""
    day, _, clock = text.partition(" ")
    if not day.isdigit():
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    return datetime.fromisoformat(f"2026-09-{int(day):02d}T{clock or '00:00'}").replace(tzinfo=UTC)


class Days:
    """A market, and what happens there; in the usual one, one lot at one tick is one dollar."""

    def __init__(self, shard: Shard, start: str, terms: Any = ONE_USD) -> None:
        self.shard = shard
        self.go_to(start)
        fees = (MARKET_MAKER_PPM, MARKET_TAKER_PPM)
        rules = commands.ConfigureMarket(MARKET, 0, 0, 0, 0, 0, *fees, ReferenceSource.OPS)
        shard.carry_out(
            commands.CreateMarket(MARKET, *terms), rules, commands.SetMarketStatus(MARKET, MarketStatus.OPEN)
        )
        markets._directory._load()

    def go_to(self, text: str) -> None:
        self.now = at(text)
        self.shard.now = round(self.now.timestamp() * 1000)

    def beat(self) -> None:
        """One round of the periodic tasks, after a tick of the matcher's clock."""
        self.shard.carry_out(commands.ExpireDue())
        ledger.follow()
        with self.matcher_takes():
            applying.apply_due(self.now)
            announcing.announce(self.now)
            applying.reconcile(self.now)

    @contextmanager
    def matcher_takes(self) -> Iterator[None]:
        """The gateway hands commands to the matcher of this test."""

        def submit_each(addressed: Any, **options: Any) -> list[Outcome]:
            return [Outcome(self.shard.carry_out(command)[0]) for _, command in addressed]

        with mock.patch.object(gateway, "submit_each", submit_each):
            yield

    @contextmanager
    def clock(self) -> Iterator[None]:
        """Who asks for the time is told that of these days."""
        with mock.patch("django.utils.timezone.now", return_value=self.now):
            yield

    def ask(self, caller: Caller, target: str) -> Answer:
        with self.clock():
            return read(caller.get(target))

    def membership(self) -> Membership:
        """The only one there is."""
        return Membership.objects.get()

    def trade(self, maker: Member, taker: Member, lots: int, price: int) -> None:
        resting = commands.PlaceOrder(maker.account, maker.firm, MARKET, Side.SELL, OrderType.LIMIT, price, lots)
        terms = (Side.BUY, OrderType.LIMIT, price, lots, TimeInForce.IMMEDIATE_OR_CANCEL)
        self.shard.carry_out(resting, commands.PlaceOrder(taker.account, taker.firm, MARKET, *terms))


def schedule(*tiers: tuple[str, int, str, str], table: str = "Makers", **conditions: str) -> FeeSchedule:
    """Tiers of (name, from volume, maker bps, taker bps); conditions by name: the least compliance."""
    made = FeeSchedule.objects.create(name=table)
    for name, volume, maker, taker in tiers:
        least = Decimal(conditions[name]) if name in conditions else None
        rates = {"maker_bps": Decimal(maker), "taker_bps": Decimal(taker)}
        FeeTier.objects.create(schedule=made, name=name, min_volume=volume, min_compliance=least, **rates)
    return made


def programme(table: FeeSchedule, **terms: Any) -> Programme:
    made = Programme.objects.create(**{"name": "USD makers", "schedule": table, "quote_currency": "USD", **terms})
    made.refresh_from_db()
    return made


def join(to: Programme, member: Member, since: str, *, whole_firm: bool = False) -> Membership:
    account = None if whole_firm else TradingAccount.objects.get(pk=member.account)
    return Membership.objects.create(programme=to, firm_id=member.firm, account=account, since=at(since).date())


def key_of(member: Member, *, firm_wide: bool = False) -> Caller:
    """A key that may read, and nothing else."""
    account = TradingAccount.objects.select_related("firm").get(pk=member.account)
    caller = Party(account.firm, account).caller(("READ",))
    if firm_wide:
        caller.key.firm_wide = True
        caller.key.save()
        credentials.invalidate()
    return caller


def fee_of(entry: LedgerEntry) -> Decimal:
    """As its account sees it: a rebate is negative."""
    return entry.amount if entry.credit.kind == LedgerAccount.Kind.FEES else -entry.amount


def balance(member: Member) -> Decimal:
    """What the account owes."""
    account = LedgerAccount.objects.get(account=member.account, currency="USD")
    return account.debits - account.credits
