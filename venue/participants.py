"""What operations do to firms and accounts: the rows the doors look at, and the engines of every shard."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q

from accounts import credentials, firms, heartbeats
from accounts.models import Firm, Session, TradingAccount
from accounts.refusals import Refusal
from venue import gateway, markets
from venue.engine import commands
from venue.engine.commands import Command
from venue.engine.terms import MarketStatus
from venue.gateway import Outcome
from venue.holds import Holdable, refuse_release
from venue.markets import Terms
from venue.models import AccountLimits, Disconnect, FirmStanding, Market
from venue.replies import cancelled_by


class Unfinished(Refusal):
    """The doors know, but an engine did not confirm. Doing it again finishes it."""

    status_code = 503
    code = "UNFINISHED"


def suspend_firm(firm: Firm) -> int:
    """Its keys are refused and all that rests of it is cancelled, and how many that were; again, for engines that did
    not confirm it."""
    told = FirmStanding.objects.filter(firm_id=firm.pk, suspended=True).values_list("shard", flat=True)
    if firm.status != Firm.Status.SUSPENDED or markets.shards() <= set(told):
        firms.suspend(firm)
    return finish(firm, commands.SuspendFirm(firm.pk))


def suspend_account(account: TradingAccount) -> int:
    told = AccountLimits.objects.filter(account_id=account.pk, suspended=True).values_list("shard", flat=True)
    if account.status != TradingAccount.Status.SUSPENDED or markets.shards() <= set(told):
        firms.suspend_account(account)
    return finish(account, commands.SuspendAccount(account.pk, account.firm_id))


def off_board_firm(firm: Firm, reason: str = "", by: str = "") -> None:
    """For good: its keys are revoked and all that rests of it is cancelled; again, for engines that did not confirm."""
    told = FirmStanding.objects.filter(firm_id=firm.pk, suspended=True).values_list("shard", flat=True)
    if firm.status != Firm.Status.OFF_BOARDED or markets.shards() <= set(told):
        firms.off_board(firm, reason, by)
    finish(firm, commands.SuspendFirm(firm.pk))


@transaction.atomic
def reinstate_firm(firm: Firm) -> None:
    """Everywhere or nowhere: where an engine does not answer, the firm stays suspended."""
    firms.reinstate(firm)
    refuse_release(Holdable.FIRM, firm.pk)
    tell_every_shard(commands.ReinstateFirm(firm.pk))


@transaction.atomic
def reinstate_account(account: TradingAccount) -> None:
    firms.reinstate_account(account)
    refuse_release(Holdable.ACCOUNT, account.pk)
    tell_every_shard(commands.ReinstateAccount(account.pk, account.firm_id))


def close_session(session: Session) -> None:
    """Its settings of cancel-on-disconnect end with it; what rests of it stays."""
    tell_every_shard(commands.CloseSession(session.account_id, session.account.firm_id, session.pk))
    session.close()
    credentials.invalidate()


def close_left_session(session: Session) -> None:
    """Not while it is armed, whatever Redis has forgotten, or holds a lock, which somebody has to see first."""
    if not Disconnect.objects.filter(Q(locked=True) | Q(fired_at__lte=F("armed_at")), session=session.pk).exists():
        close_session(session)


def unlock_account(account: TradingAccount) -> None:
    """Ends what cancel-on-disconnect has locked, whichever session it was, and what mass cancels have."""
    now, _ = heartbeats.last_heard([])
    tell_every_shard(commands.ResetLocks(account.pk, account.firm_id))
    tell_every_shard(commands.UnlockSession(account.pk, account.firm_id, 0, now))


def set_risk_limits(account: TradingAccount, *, max_open_orders: int, max_exposure: int) -> None:
    """In each shard; exposure in 10^-9 of the quote currency, 0 is no limit."""
    if not markets.shards():
        raise Unfinished("There is no market yet, so there is no engine that would keep the limits.")
    tell_every_shard(commands.SetRiskLimits(account.pk, account.firm_id, max_open_orders, max_exposure))


def market_symbols() -> list[str]:
    """Of the markets that are not closed."""
    return list(Market.objects.exclude(status=MarketStatus.CLOSED).order_by("number").values_list("symbol", flat=True))


def set_position_limit(account: TradingAccount, terms: Terms, max_position: int) -> None:
    """In lots, long or short; 0: the market's own limit holds."""
    limit = commands.SetPositionLimit(account.pk, account.firm_id, terms.number, max_position)
    gateway.submit(limit, shard=terms.shard)


def finish(member: Firm | TradingAccount, command: Command) -> int:
    """The doors are closed already, which stands whatever the engines answer. How many orders and quotes went."""
    try:
        return sum(cancelled_by(outcome.reply) for outcome in tell_every_shard(command))
    except Refusal as refusal:
        raise Unfinished(
            f"{member}: its keys are refused from now on, but the matcher did not confirm that what rests of it "
            f"is cancelled. Do it again. ({refusal.detail})"
        ) from refusal


def tell_every_shard(command: Command) -> list[Outcome]:
    return confirmed(gateway.submit_each([(shard, command) for shard in sorted(markets.shards())]))


def confirmed(outcomes: Iterable[Outcome | Refusal]) -> list[Outcome]:
    """All of them; raises the first refusal, when every shard was told."""
    answered = []
    for outcome in outcomes:
        if isinstance(outcome, Refusal):
            raise outcome
        answered.append(outcome)
    return answered
