"""Mass cancel by market, side, account, session and kind, with an optional lock; and the lock's reset."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from accounts import sessions
from accounts.bodies import Fields, fault
from accounts.credentials import Credential
from accounts.models import TradingAccount
from accounts.refusals import InvalidParameters, Refusal
from venue import gateway, markets
from venue.engine.commands import MassCancel, ResetLocks
from venue.engine.terms import Kind, Side
from venue.notation import entity_id, moment
from venue.ordering import MarketName, market_named, settled
from venue.serializers import Shape

KINDS: Final = {None: Kind.ANY, "orders": Kind.ORDER, "quotes": Kind.QUOTE}
SIDES: Final = {None: 0, "buy": int(Side.BUY), "sell": int(Side.SELL)}
UNTIL_RESET: Final = -1


class MassCancelBody(Fields, frozen=True):
    """All selectors that are given must match; at least one, or `all`."""

    all: bool = False
    market: MarketName | None = None
    side: Literal["buy", "sell"] | None = None
    account: Annotated[str, Meta(min_length=1, max_length=32)] | None = None
    session: Annotated[str, Meta(max_length=64)] | None = None
    kind: Literal["orders", "quotes"] | None = None
    lock_ms: Annotated[int, Meta(ge=0, le=10_000)] = 0
    lock: Literal["until_reset"] | None = None


class ResetBody(Fields, frozen=True):
    account: Annotated[str, Meta(min_length=1, max_length=32)] | None = None


class MassCancelShape(Shape, frozen=True, kw_only=True):
    """`reducedQuotes` are quotes of which only the side that was asked for went."""

    cancelled_count: int
    cancelled_orders: list[str]
    cancelled_quotes: list[str]
    reduced_quotes: list[str]
    locked: bool
    applied_at: str


class ResetShape(Shape, frozen=True, kw_only=True):
    reset_at: str


def mass_cancel(credential: Credential, body: MassCancelBody) -> MassCancelShape:
    """Whatever of that scope was accepted before has gone when this answers."""
    refuse_vagueness(body)
    account, firm = scope_of(credential, body.account)
    terms = market_named(body.market) if body.market is not None else None
    session = session_of(credential, body.session) if body.session is not None else 0
    command = MassCancel(
        account,
        firm,
        terms.number if terms else 0,
        KINDS[body.kind],
        side=SIDES[body.side],
        session=session,
        lock_ms=UNTIL_RESET if body.lock else body.lock_ms,
    )
    shards = [terms.shard] if terms else sorted(markets.shards())
    replies = [settled(one) for one in gateway.submit_each([(n, command) for n in shards], key_id=credential.key_id)]
    orders = [entity_id("order", one) for reply in replies for one in reply.order_ids]
    quotes = [entity_id("quote", one) for reply in replies for one in reply.quote_ids]
    reduced = [entity_id("quote", one) for reply in replies for one in reply.reduced_ids]
    return MassCancelShape(
        cancelled_count=len(orders) + len(quotes) + len(reduced),
        cancelled_orders=orders,
        cancelled_quotes=quotes,
        reduced_quotes=reduced,
        locked=bool(command.lock_ms),
        applied_at=moment(max(reply.now for reply in replies)),
    )


def reset(credential: Credential, body: ResetBody) -> ResetShape:
    account, firm = scope_of(credential, body.account)
    command = ResetLocks(account, firm)
    sent = gateway.submit_each([(n, command) for n in sorted(markets.shards())], key_id=credential.key_id)
    for outcome in sent:
        if isinstance(outcome, Refusal):
            raise outcome
    return ResetShape(reset_at=moment(max(one.reply.now for one in sent if not isinstance(one, Refusal))))


def refuse_vagueness(body: MassCancelBody) -> None:
    chosen = [body.market, body.side, body.account, body.session, body.kind]
    if body.all == any(one is not None for one in chosen):
        message = "Either selectors (market, side, account, session, kind), or all."
        raise InvalidParameters(errors=[fault("all", "REQUIRED" if not body.all else "NOT_ALLOWED", message)])
    if body.lock and body.lock_ms:
        raise InvalidParameters(errors=[fault("lockMs", "NOT_ALLOWED", "Either lockMs or lock.")])


def scope_of(credential: Credential, name: str | None) -> tuple[int, int]:
    """(account, firm): a key reaches its own account, a firm-wide one any or all of its firm."""
    if name is None:
        return (0, credential.firm_id) if credential.firm_wide else (credential.account_id, credential.firm_id)
    if name == credential.account_name:
        return credential.account_id, credential.firm_id
    if credential.firm_wide:
        found = TradingAccount.objects.filter(firm_id=credential.firm_id, name=name).values_list("id", flat=True)
        if found:
            return found[0], credential.firm_id
    raise InvalidParameters(errors=[fault("account", "UNKNOWN_ACCOUNT", "There is no such account of this key.")])


def session_of(credential: Credential, name: str) -> int:
    """The number of the key's session of that name; '' is the unnamed one."""
    number = sessions.find(credential.key_id, name)
    if not number:
        raise InvalidParameters(errors=[fault("session", "UNKNOWN_SESSION", "This key has no such session open.")])
    return number
