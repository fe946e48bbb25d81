"""What tests of kill switches ask for, in one line each."""

from accounts.models import ApiKey
from desk.kill import targets
from desk.kill.targets import Target
from desk.models import KillSwitch
from staff.models import AuditEntry
from venue.models import Market
from venue.tests.cast import Trader

Kind = KillSwitch.Kind


def target(kind: str, trader: Trader) -> Target:
    names = {
        Kind.KEY: trader.caller.key.key_id,
        Kind.ACCOUNT: trader.party.account.name,
        Kind.FIRM: trader.party.firm.code,
        Kind.MARKET: trader.market.symbol,
        Kind.VENUE: "",
    }
    found = targets.named(kind, names[Kind(kind)])
    assert found is not None
    return found


def status_of(trader: Trader) -> int:
    return Market.objects.get(number=trader.market.number).status


def key_of(trader: Trader) -> ApiKey:
    return ApiKey.objects.get(pk=trader.caller.key.pk)


def actions() -> list[str]:
    """In the record, oldest first."""
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
