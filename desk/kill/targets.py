"""What a kill switch stops, a class for each kind: what holds before, how it is closed, how it is released."""

from typing import Any, ClassVar, Final

from django.db import models, transaction

from accounts.keys import block, unblock
from accounts.models import ApiKey, Firm, TradingAccount
from desk.kill import keys
from desk.kill.refusals import NothingToKill
from desk.models import KillSwitch
from venue import gateway, markets, participants
from venue.engine import commands
from venue.engine.commands import Command
from venue.engine.terms import CancelReason, MarketStatus
from venue.models import Market
from venue.replies import cancelled_by

Kind = KillSwitch.Kind
_LETTERS_OF_A_KEY: Final = 6
HALT_REASON: Final = "Kill switch"


class Target:
    """One subject of a kill switch. `word` is what is typed to confirm; `subject` is its row, None for the venue."""

    kind: ClassVar[Kind]
    model: ClassVar[type[models.Model] | None] = None
    name_field: ClassVar[str] = ""
    explanation: ClassVar[str]

    def __init__(self, subject: Any) -> None:
        self.subject = subject

    @property
    def number(self) -> int:
        return int(self.subject.pk)

    @property
    def name(self) -> str:
        return str(self.subject)

    @property
    def word(self) -> str:
        return self.name

    def before(self) -> dict[str, Any]:
        """What lifting brings back; raises `NothingToKill`."""
        raise NotImplementedError

    def close(self) -> int:
        """First the doors, then what rests. May be done again. How many orders and quotes were cancelled."""
        raise NotImplementedError

    def release(self, before: dict[str, Any]) -> None:
        """Within the transaction that lifts the switch."""
        raise NotImplementedError


class KeyTarget(Target):
    kind = Kind.KEY
    model = ApiKey
    name_field = "key_id"
    explanation = (
        "The key is refused at once, its streams are cut off within two seconds, and what was entered by it is "
        "cancelled. Other keys of the account go on."
    )
    subject: ApiKey

    @property
    def word(self) -> str:
        """The end of an id is enough to tell which is meant, and can be typed."""
        return self.name[-_LETTERS_OF_A_KEY:]

    def before(self) -> dict[str, Any]:
        if self.subject.revoked_at:
            raise NothingToKill("The key is revoked already.")
        return {}

    def close(self) -> int:
        block(self.subject)
        return keys.cancel_what_it_entered(self.subject)

    def release(self, before: dict[str, Any]) -> None:
        unblock(self.subject)


class AccountTarget(Target):
    kind = Kind.ACCOUNT
    model = TradingAccount
    name_field = "name"
    explanation = "The account is suspended: its keys are refused at once and all that rests of it is cancelled."
    subject: TradingAccount

    def before(self) -> dict[str, Any]:
        return {"status": self.subject.status}

    def close(self) -> int:
        account = locked(self.subject)
        if account.status == TradingAccount.Status.ACTIVE:
            return participants.suspend_account(account)
        return participants.finish(account, commands.SuspendAccount(account.pk, account.firm_id))

    def release(self, before: dict[str, Any]) -> None:
        if before["status"] == TradingAccount.Status.ACTIVE:
            participants.reinstate_account(self.subject)


class FirmTarget(Target):
    kind = Kind.FIRM
    model = Firm
    name_field = "code"
    explanation = (
        "The firm is suspended: the keys of all its accounts are refused at once and all that rests of it is cancelled."
    )
    subject: Firm

    def before(self) -> dict[str, Any]:
        if self.subject.status not in {Firm.Status.ACTIVE, Firm.Status.SUSPENDED}:
            raise NothingToKill(f"The firm is {self.subject.get_status_display().lower()} and does not trade.")
        return {"status": self.subject.status}

    def close(self) -> int:
        firm = locked(self.subject)
        if firm.status == Firm.Status.ACTIVE:
            return participants.suspend_firm(firm)
        return participants.finish(firm, commands.SuspendFirm(firm.pk))

    def release(self, before: dict[str, Any]) -> None:
        # It may have been off-boarded meanwhile, which is for good.
        if before["status"] == Firm.Status.ACTIVE and locked(self.subject).status == Firm.Status.SUSPENDED:
            participants.reinstate_firm(self.subject)


class MarketTarget(Target):
    kind = Kind.MARKET
    model = Market
    name_field = "symbol"
    explanation = "The market is halted and all that rests in it is cancelled, whoever's it is."
    subject: Market

    def before(self) -> dict[str, Any]:
        return statuses([self.subject])

    def close(self) -> int:
        return halt_and_clear([self.subject])

    def release(self, before: dict[str, Any]) -> None:
        bring_back(before)


class VenueTarget(Target):
    kind = Kind.VENUE
    explanation = "Every market is halted and all that rests anywhere is cancelled, whoever's it is."
    number = 0
    name = "VENUE"

    def __init__(self, subject: Any = None) -> None:
        super().__init__(subject)

    def before(self) -> dict[str, Any]:
        return statuses(list(Market.objects.all()))

    def close(self) -> int:
        return halt_and_clear(list(Market.objects.all()))

    def release(self, before: dict[str, Any]) -> None:
        bring_back(before)


TARGETS: Final[dict[str, type[Target]]] = {
    target.kind: target for target in (KeyTarget, AccountTarget, FirmTarget, MarketTarget, VenueTarget)
}


def find(kind: str, number: int) -> Target | None:
    return _found(kind, {"pk": number})


def named(kind: str, name: str) -> Target | None:
    target = TARGETS.get(kind)
    return _found(kind, {target.name_field: name}) if target else None


def _found(kind: str, condition: dict[str, Any]) -> Target | None:
    target = TARGETS.get(kind)
    if target is None or target.model is None:
        return VenueTarget() if kind == Kind.VENUE else None
    row = target.model._default_manager.filter(**condition).first()
    return target(row) if row is not None else None


@transaction.atomic
def locked(member: Any) -> Any:
    """As it stands once whoever was changing it is done."""
    return type(member)._default_manager.select_for_update().get(pk=member.pk)


def statuses(rows: list[Market]) -> dict[str, Any]:
    """Of markets by their numbers. What another switch has halted counts as it was before that."""
    now = {str(market.number): [market.status, market.status_reason] for market in rows}
    kinds = (Kind.MARKET, Kind.VENUE)
    for before in KillSwitch.objects.filter(lifted_at=None, kind__in=kinds).values_list("before", flat=True):
        now.update({number: was for number, was in before["markets"].items() if number in now})
    return {"markets": now}


def halt_and_clear(rows: list[Market]) -> int:
    """All commands are under way before the first answer is awaited."""
    sent: list[tuple[int, Command]] = []
    for market in rows:
        if market.status != MarketStatus.CLOSED:
            halt = commands.SetMarketStatus(market.number, MarketStatus.HALTED, HALT_REASON)
            sent.append((market.shard, halt))
        sent.append((market.shard, commands.MassCancel(market=market.number, reason=CancelReason.OPERATIONS)))
    return sum(cancelled_by(outcome.reply) for outcome in participants.confirmed(gateway.submit_each(sent)))


def bring_back(before: dict[str, Any]) -> None:
    """Markets to their statuses of before, but for those that another switch still holds."""
    held = held_markets()
    for number, (status, reason) in before["markets"].items():
        if held is not None and int(number) not in held:
            markets.set_status(markets.existing(int(number)), MarketStatus(status), reason)


def held_markets() -> set[int] | None:
    """Those that switches hold; None is all of them."""
    engaged = KillSwitch.objects.filter(lifted_at=None)
    if engaged.filter(kind=Kind.VENUE).exists():
        return None
    return set(engaged.filter(kind=Kind.MARKET).values_list("subject_id", flat=True))
