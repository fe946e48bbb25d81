"""Market-making sessions as their makers see them: state, heartbeat, deadline, settings, and the last firing."""

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import Q
from django.utils import timezone
from msgspec import UNSET, UnsetType

from accounts import heartbeats
from accounts.credentials import Credential
from accounts.heartbeats import Heartbeat
from accounts.models import Session, TradingAccount
from mmapi import connected
from mmapi.disconnects import ON_FIRE
from venue import markets, queries
from venue.engine.terms import DisconnectScope
from venue.fields import to_millis
from venue.models import DisconnectFiring
from venue.notation import moment
from venue.queries import FillSelection, Span
from venue.serializers import OwnTradeShape, Shape, own_trade_shape

# A session without cancel-on-disconnect is stale when it was not heard of for so long.
STALE_AFTER_MS: Final = 60_000
CLOSED_SHOWN: Final = timedelta(days=1)
MOST_SHOWN: Final = 200
MOST_FILLS: Final = 100


class SettingShape(Shape, frozen=True, kw_only=True):
    """`triggerAt` is null while the setting is not armed: it has fired, or is locked."""

    scope: str
    market: str | UnsetType = UNSET
    timeout_ms: int
    on_fire: str
    armed_at: str
    trigger_at: str | None


class FiringShape(Shape, frozen=True, kw_only=True):
    """The receipt of a firing. `fillsBetween` are the fills in its scope from the deadline to the last cancel."""

    scope: str
    market: str | UnsetType = UNSET
    deadline: str
    detected_at: str
    first_cancel_at: str
    last_cancel_at: str
    cancelled: int
    fills_between: list[OwnTradeShape]


class SessionShape(Shape, frozen=True, kw_only=True):
    """`session` is null for the unnamed one; `account` is there for firm-wide keys."""

    session: str | None
    api_key: str
    account: str | UnsetType = UNSET
    state: str
    opened_at: str
    closed_at: str | UnsetType = UNSET
    last_heartbeat_at: str | None
    deadline: str | None
    cancel_on_disconnect: list[SettingShape]
    connected_streams: int
    open_orders: int
    open_quotes: int
    last_firing: FiringShape | None


class SessionsShape(Shape, frozen=True):
    sessions: list[SessionShape]
    server_time: str


class HeartbeatShape(Shape, frozen=True):
    """`deadline` is null where nothing is armed."""

    session: str | None
    last_heartbeat_at: str
    deadline: str | None
    server_time: str


class Setting(NamedTuple):
    """One setting over all shards: armed when every shard has it armed."""

    scope: DisconnectScope
    market: int
    timeout_ms: int
    lock: bool
    armed_at: int
    fired_at: int
    locked: bool

    @property
    def armed(self) -> bool:
        return not self.locked and self.fired_at <= self.armed_at

    def trigger_at(self, beat: Heartbeat | None) -> int | None:
        return max(self.armed_at, beat.at if beat else 0) + self.timeout_ms if self.armed else None


def heartbeat(credential: Credential, name: str) -> HeartbeatShape:
    """The call itself was the heartbeat; this tells what it has moved."""
    now, (beat,) = heartbeats.last_heard([(credential.key_id, name)])
    return heartbeat_shape(name, beat or Heartbeat(now, 0), now)


def heartbeat_shape(name: str, beat: Heartbeat, now: int) -> HeartbeatShape:
    deadline = moment(beat.at + beat.timeout_ms) if beat.timeout_ms else None
    return HeartbeatShape(name or None, moment(beat.at), deadline, moment(now))


def listed(credential: Credential) -> SessionsShape:
    """Those of the key's account, or of all accounts of its firm; closed ones for a day. Newest first."""
    now, shapes = described(shown(list(queries.accounts_of(credential))), firm_wide=credential.firm_wide)
    return SessionsShape(shapes, moment(now))


def of_account(account: TradingAccount) -> list[SessionShape]:
    return described(shown([account.pk]), firm_wide=True)[1]


def shown(accounts: list[int]) -> list[Session]:
    lasting = Q(closed_at=None) | Q(closed_at__gt=timezone.now() - CLOSED_SHOWN)
    return list(Session.objects.filter(lasting, account_id__in=accounts).select_related("key", "account")[:MOST_SHOWN])


def one(credential: Credential, number: int) -> SessionShape:
    found = Session.objects.select_related("key", "account").get(pk=number)
    return described([found], firm_wide=credential.firm_wide)[1][0]


class Standing(NamedTuple):
    """All that is known of one session besides its row."""

    now: int
    beat: Heartbeat | None
    streams: int
    settings: list[Setting]
    orders: int
    quotes: int
    firing: list[DisconnectFiring]


def described(found: list[Session], *, firm_wide: bool) -> tuple[int, list[SessionShape]]:
    """Redis' time, and the sessions as of it."""
    names = [(session.key.key_id, session.name) for session in found]
    now, beats = heartbeats.last_heard(names)
    streams = connected.counts(names, now)
    numbers = [session.pk for session in found]
    settings, firings = settings_of(numbers), firings_of(numbers)
    orders, quotes = open_of("venue_order", numbers), open_of("quotes_quote", numbers)
    shapes = []
    for session, beat, count in zip(found, beats, streams, strict=True):
        number = session.pk
        open_now = (orders.get(number, 0), quotes.get(number, 0))
        # Its name may be that of a session opened since, whose heartbeats and streams are not its own.
        alive = (None, 0) if session.closed_at else (beat, count)
        standing = Standing(now, *alive, settings.get(number, []), *open_now, firings.get(number, []))
        shapes.append(session_shape(session, standing, firm_wide=firm_wide))
    return now, shapes


def session_shape(session: Session, standing: Standing, *, firm_wide: bool) -> SessionShape:
    beat, settings = standing.beat, standing.settings
    trigger_at = first_trigger(settings, beat)
    return SessionShape(
        session=session.name or None,
        api_key=session.key.key_id,
        account=session.account.name if firm_wide else UNSET,
        state="closed" if session.closed_at else state_of(settings, beat, standing.now),
        opened_at=written(session.opened_at),
        closed_at=written(session.closed_at) if session.closed_at else UNSET,
        last_heartbeat_at=moment(beat.at) if beat else None,
        deadline=moment(trigger_at) if trigger_at is not None else None,
        cancel_on_disconnect=[setting_shape(setting, beat) for setting in settings],
        connected_streams=standing.streams,
        open_orders=standing.orders,
        open_quotes=standing.quotes,
        last_firing=firing_shape(standing.firing) if standing.firing else None,
    )


def first_trigger(settings: list[Setting], beat: Heartbeat | None) -> int | None:
    triggers = [setting.trigger_at(beat) for setting in settings]
    return min((at for at in triggers if at is not None), default=None)


def state_of(settings: list[Setting], beat: Heartbeat | None, now: int) -> str:
    """Locked outweighs fired, fired outweighs stale."""
    if any(setting.locked for setting in settings):
        return "locked"
    heard_at = beat.at if beat else 0
    if any(not setting.armed and heard_at <= setting.fired_at for setting in settings):
        return "fired"
    stale_at = first_trigger(settings, beat) or heard_at + STALE_AFTER_MS
    return "stale" if now > stale_at else "active"


def settings_of(sessions: list[int]) -> dict[int, list[Setting]]:
    """Over all shards; of a market its own shard's alone, for no other fires it."""
    rows = queries.fetch(
        """SELECT session, scope, market_id, max(timeout_ms), bool_or(lock), min(armed_at), max(fired_at),
                  bool_or(locked)
           FROM venue_disconnect d WHERE session = ANY(%s)
           AND (market_id = 0 OR shard = (SELECT shard FROM venue_market WHERE number = d.market_id))
           GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
        [sessions],
    )
    found: dict[int, list[Setting]] = {}
    for session, scope, *values in rows:
        found.setdefault(session, []).append(Setting(DisconnectScope(scope), *values))
    return found


def setting_shape(setting: Setting, beat: Heartbeat | None) -> SettingShape:
    trigger_at = setting.trigger_at(beat)
    return SettingShape(
        scope=setting.scope.name.lower(),
        market=markets.existing(setting.market).symbol if setting.market else UNSET,
        timeout_ms=setting.timeout_ms,
        on_fire=ON_FIRE[setting.lock],
        armed_at=moment(setting.armed_at),
        trigger_at=moment(trigger_at) if trigger_at is not None else None,
    )


def open_of(table: str, sessions: list[int]) -> dict[int, int]:
    sql = f"""SELECT session, count(*) FROM {table} WHERE status IN (0, 1) AND session = ANY(%s) AND account_id = ANY(
              SELECT account_id FROM accounts_session WHERE id = ANY(%s)) GROUP BY session"""
    return dict(queries.fetch(sql, [sessions, sessions]))


def firings_of(sessions: list[int]) -> dict[int, list[DisconnectFiring]]:
    """Of each session the last firing: one receipt from each shard."""
    newest = """SELECT f.* FROM venue_disconnectfiring f JOIN (
                    SELECT DISTINCT ON (session) session, scope, market_id, deadline FROM venue_disconnectfiring
                    WHERE session = ANY(%s) ORDER BY session, deadline DESC, scope, market_id
                ) last USING (session, scope, market_id, deadline) ORDER BY f.id"""
    found: dict[int, list[DisconnectFiring]] = {}
    for firing in DisconnectFiring.objects.raw(newest, [sessions]):
        found.setdefault(firing.session, []).append(firing)
    return found


def firing_shape(receipts: list[DisconnectFiring]) -> FiringShape:
    first = receipts[0]
    cancels = [millis(receipt.cancelled_at) for receipt in receipts]
    return FiringShape(
        scope=DisconnectScope(first.scope).name.lower(),
        market=markets.existing(first.market_id).symbol if first.market_id else UNSET,
        deadline=moment(millis(first.deadline)),
        detected_at=moment(min(millis(receipt.detected_at) for receipt in receipts)),
        first_cancel_at=moment(min(cancels)),
        last_cancel_at=moment(max(cancels)),
        cancelled=sum(receipt.cancelled for receipt in receipts),
        fills_between=fills_between(first, max(cancels)),
    )


def fills_between(firing: DisconnectFiring, last_cancel: int) -> list[OwnTradeShape]:
    """Oldest first."""
    deadline = millis(firing.deadline)
    chosen = FillSelection([firing.account_id], firing.market_id or None, None, deadline, last_cancel + 1)
    fills = queries.fills(chosen, Span(MOST_FILLS, 0))
    if firing.scope == DisconnectScope.SESSION:
        mine = of_session([fill.entity_id for fill in fills], firing.session)
        fills = [fill for fill in fills if fill.entity_id in mine]
    return [own_trade_shape(fill, markets.existing(fill.market), UNSET) for fill in reversed(fills)]


def of_session(entities: list[int], session: int) -> set[int]:
    sql = " UNION ALL ".join(
        f"SELECT id FROM {table} WHERE id = ANY(%s) AND session = %s" for table in ("venue_order", "quotes_quote")
    )
    return {number for (number,) in queries.fetch(sql, [entities, session, entities, session])}


def millis(value: Any) -> int:
    return to_millis(value) if isinstance(value, datetime) else int(value or 0)


def written(value: datetime) -> str:
    return moment(to_millis(value))
