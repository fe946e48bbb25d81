"""Days of trading on a shard whose clock is the test's own, with the beat of incentives as it comes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from unittest import mock

from accounts.models import TradingAccount
from mmapi.incentives import announcing, applying, ledger
from mmapi.incentives.models import FeeSchedule, FeeTier, LedgerAccount, LedgerEntry, Membership, Programme
from venue import gateway, markets
from venue.engine import commands
from venue.engine.terms import MarketStatus, OrderType, ReferenceSource, Side, TimeInForce
from venue.gateway import Outcome
from venue.tests.engine.cast import Member
from venue.tests.matcher.shard import Shard

MARKET = 1
MARKET_MAKER_PPM, MARKET_TAKER_PPM = 200, 600


def at(text: str) -> datetime:
    """A moment of September 2026: its day and time."""
    day, _, clock = text.partition(" ")
    return datetime.fromisoformat(f"2026-09-{int(day):02d}T{clock or '00:00'}").replace(tzinfo=UTC)


class Days:
    """A market in which one lot at one tick is one dollar, and what happens there."""

    def __init__(self, shard: Shard, start: str) -> None:
        self.shard = shard
        self.go_to(start)
        terms = commands.CreateMarket(MARKET, "ONE-USD", "ONE", "USD", "1", "1", 10**9, 1)
        fees = (MARKET_MAKER_PPM, MARKET_TAKER_PPM)
        rules = commands.ConfigureMarket(MARKET, 0, 0, 0, 0, 0, *fees, ReferenceSource.OPS)
        shard.carry_out(terms, rules, commands.SetMarketStatus(MARKET, MarketStatus.OPEN))
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

    def trade(self, maker: Member, taker: Member, lots: int, price: int) -> None:
        resting = commands.PlaceOrder(maker.account, maker.firm, MARKET, Side.SELL, OrderType.LIMIT, price, lots)
        terms = (Side.BUY, OrderType.LIMIT, price, lots, TimeInForce.IMMEDIATE_OR_CANCEL)
        self.shard.carry_out(resting, commands.PlaceOrder(taker.account, taker.firm, MARKET, *terms))


def schedule(*tiers: tuple[str, int, str, str], **conditions: str) -> FeeSchedule:
    """Tiers of (name, from volume, maker bps, taker bps); conditions by name: the least compliance."""
    made = FeeSchedule.objects.create(name="Makers")
    for name, volume, maker, taker in tiers:
        least = Decimal(conditions[name]) if name in conditions else None
        rates = {"maker_bps": Decimal(maker), "taker_bps": Decimal(taker)}
        FeeTier.objects.create(schedule=made, name=name, min_volume=volume, min_compliance=least, **rates)
    return made


def programme(table: FeeSchedule, **terms: Any) -> Programme:
    return Programme.objects.create(name="USD makers", schedule=table, quote_currency="USD", **terms)


def join(to: Programme, member: Member, since: str, *, whole_firm: bool = False) -> Membership:
    account = None if whole_firm else TradingAccount.objects.get(pk=member.account)
    return Membership.objects.create(programme=to, firm_id=member.firm, account=account, since=at(since).date())


def fee_of(entry: LedgerEntry) -> Decimal:
    """As its account sees it: a rebate is negative."""
    return entry.amount if entry.credit.kind == LedgerAccount.Kind.FEES else -entry.amount


def balance(member: Member) -> Decimal:
    """What the account owes."""
    account = LedgerAccount.objects.get(account=member.account, currency="USD")
    return account.debits - account.credits
