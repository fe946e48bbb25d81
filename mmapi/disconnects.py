"""Cancel-on-disconnect as market makers ask for it: bodies to commands for every shard, and drills."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from django.db.models import Min
from msgspec import UNSET, Meta, UnsetType

from accounts import heartbeats, sessions
from accounts.bodies import Fields, fault
from accounts.connections import redis_client
from accounts.credentials import Credential
from accounts.models import Session
from accounts.refusals import InvalidParameters, Refusal
from venue import gateway, markets, participants, queries
from venue.engine import commands
from venue.engine.terms import DisconnectScope
from venue.models import Disconnect
from venue.notation import entity_id, moment
from venue.ordering import MarketName, market_named
from venue.serializers import Shape

LONGEST_TIMEOUT_MS: Final = 300_000
SCOPES: Final = {scope.name.lower(): scope for scope in DisconnectScope}
ON_FIRE: Final = {False: "cancel", True: "cancel_and_lock"}
ScopeName = Literal["account", "market", "session"]


class NewSetting(Fields, frozen=True):
    """`timeoutMs` 0 disables the setting of this scope."""

    timeout_ms: Annotated[int, Meta(ge=0, le=LONGEST_TIMEOUT_MS)]
    scope: ScopeName
    market: MarketName | None = None
    on_fire: Literal["cancel", "cancel_and_lock"] = "cancel"


class DrillScope(Fields, frozen=True):
    """Without a scope: what the session's own settings would cancel."""

    scope: ScopeName | None = None
    market: MarketName | None = None


class UnlockScope(Fields, frozen=True):
    """`account`: what any session of the account has locked."""

    scope: Literal["session", "account"] = "session"


class ConfiguredShape(Shape, frozen=True, kw_only=True):
    """Times are null for a setting that was disabled."""

    session: str | None
    scope: str
    market: str | UnsetType = UNSET
    timeout_ms: int
    on_fire: str
    armed_at: str | None
    trigger_at: str | None
    server_time: str


class WouldCancelShape(Shape, frozen=True):
    orders: list[str]
    quotes: list[str]


class DrillShape(Shape, frozen=True):
    session: str | None
    would_cancel: WouldCancelShape
    count: int
    server_time: str


class UnknownSession(Refusal):
    status_code = 404
    code = "UNKNOWN_SESSION"
    default_detail = "There is no such open session of this key."


def configure(credential: Credential, name: str, body: NewSetting, now: int) -> ConfiguredShape:
    """Armed from this very call on, in every shard. `now` is Redis' time of the call."""
    market = market_of(body.scope, body.market)
    refuse_too_short(body.timeout_ms, credential.tier.min_cancel_on_disconnect_ms)
    scope, lock = SCOPES[body.scope], body.on_fire == "cancel_and_lock"
    command = commands.ConfigureDisconnect(
        credential.account_id,
        credential.firm_id,
        credential.session,
        scope,
        market,
        body.timeout_ms,
        lock,
        now,
        credential.key_id,
        name,
    )
    keep_silences(credential, name, at_most=body.timeout_ms)
    send(credential, command)
    if not body.timeout_ms:
        keep_silences(credential, name)
    return ConfiguredShape(
        session=name or None,
        scope=body.scope,
        market=body.market or UNSET,
        timeout_ms=body.timeout_ms,
        on_fire=body.on_fire,
        armed_at=moment(now) if body.timeout_ms else None,
        trigger_at=moment(now + body.timeout_ms) if body.timeout_ms else None,
        server_time=moment(now),
    )


def market_of(scope: ScopeName | None, symbol: str | None) -> int:
    """The number of the market a scope names; 0 for scopes without one."""
    if scope == "market" and symbol is None:
        raise InvalidParameters(errors=[fault("market", "REQUIRED", "The scope is one market: name it.")])
    if scope != "market" and symbol is not None:
        raise InvalidParameters(errors=[fault("market", "NOT_ALLOWED", "Only the scope market has a market.")])
    return market_named(symbol).number if symbol is not None else 0


def refuse_too_short(timeout_ms: int, least: int) -> None:
    if 0 < timeout_ms < least:
        message = f"The key's tier allows no timeout below {least} ms; 0 disables."
        raise InvalidParameters(errors=[fault("timeoutMs", "OUT_OF_RANGE", message)])


def keep_silences(credential: Credential, name: str, at_most: int = 0) -> None:
    """Have silences put on record from the session's shortest timeout on."""
    found = Disconnect.objects.filter(session=credential.session).aggregate(least=Min("timeout_ms"))["least"]
    least = min([timeout for timeout in (found, at_most) if timeout], default=0)
    heartbeats.watch(redis_client(), credential.key_id, name, least)


def send(credential: Credential, command: commands.Command) -> None:
    """To every shard; where one does not confirm it, asking again finishes it."""
    addressed = [(shard, command) for shard in sorted(markets.shards())]
    for outcome in gateway.submit_each(addressed, key_id=credential.key_id):
        if isinstance(outcome, Refusal):
            raise outcome


def unlock(credential: Credential, body: UnlockScope, now: int) -> None:
    session = credential.session if body.scope == "session" else 0
    send(credential, commands.UnlockSession(credential.account_id, credential.firm_id, session, now))


def close(credential: Credential, name: str) -> Session:
    """The session's settings end with it; what rests of it stays."""
    number = sessions.find(credential.key_id, name)
    if not number:
        raise UnknownSession
    session = Session.objects.select_related("key", "account").get(pk=number)
    participants.close_session(session)
    return session


def drill(credential: Credential, name: str, body: DrillScope, now: int) -> DrillShape:
    """What would be cancelled now."""
    market = market_of(body.scope, body.market)
    scopes = [(SCOPES[body.scope], market)] if body.scope else configured(credential.session)
    orders = sorted(open_in_scope("venue_order", credential, scopes))
    quotes = sorted(open_in_scope("quotes_quote", credential, scopes))
    found = WouldCancelShape([entity_id("order", one) for one in orders], [entity_id("quote", one) for one in quotes])
    return DrillShape(name or None, found, len(orders) + len(quotes), moment(now))


def configured(session: int) -> list[tuple[DisconnectScope, int]]:
    found = Disconnect.objects.filter(session=session).values_list("scope", "market_id").distinct()
    return [(DisconnectScope(scope), market) for scope, market in found]


def open_in_scope(table: str, credential: Credential, scopes: Sequence[tuple[DisconnectScope, int]]) -> set[int]:
    found: set[int] = set()
    for scope, market in scopes:
        condition, value = {
            DisconnectScope.ACCOUNT: ("%s = 0", 0),
            DisconnectScope.MARKET: ("market_id = %s", market),
            DisconnectScope.SESSION: ("session = %s", credential.session),
        }[scope]
        sql = f"SELECT id FROM {table} WHERE account_id = %s AND status IN (0, 1) AND {condition}"
        found.update(number for (number,) in queries.fetch(sql, [credential.account_id, value]))
    return found
