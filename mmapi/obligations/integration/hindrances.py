"""What keeps an account from quoting: protections that are frozen and sessions that fell silent, as the engine has
them, told by the same commands."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from msgspec import Struct

from mmapi.obligations.integration.terms import FOREVER

_OF_MARKET: Final = 2  # the scope of a setting that is of one market alone


class Protection(Struct, array_like=True):
    """A protection's markets, how long a freeze lasts (0: until it is reset), and until when it is frozen."""

    markets: tuple[int, ...]
    frozen_ms: int
    frozen_until: int = 0


class Setting(Struct, array_like=True):
    """A setting of cancel-on-disconnect. Times are those of the sessions' clock."""

    session: int
    scope: int
    market: int
    account: int
    lock: bool
    armed_at: int
    fired_at: int
    locked: bool = False

    @property
    def fired(self) -> bool:
        return self.fired_at > self.armed_at


class Hindrances(Struct, array_like=True):
    """Of one shard. Protections are named by account and group, or by account and market where there is no group."""

    markets: set[int] = set()
    protections: dict[str, Protection] = {}
    settings: dict[str, Setting] = {}

    def frozen_until(self, account: int, market: int) -> int:
        own = f"{account} "
        mine = (one for name, one in self.protections.items() if name.startswith(own) and market in one.markets)
        return max((one.frozen_until for one in mine), default=0)

    def is_disconnected(self, account: int, market: int) -> bool:
        return any(
            one.account == account and (one.fired or one.locked) and (one.scope != _OF_MARKET or one.market == market)
            for one in self.settings.values()
        )

    def take(self, name: str, command: Any) -> None:
        _HANDLERS[name](self, command)

    def trigger(self, account: int, group: str, market: int, at: int) -> None:
        """A fill has brought a protection to a limit."""
        protection = self.protections.get(_named(account, group, market))
        if protection is not None:
            protection.frozen_until = at + protection.frozen_ms if protection.frozen_ms else FOREVER


def _named(account: int, group: str, market: int) -> str:
    return f"{account} :{group}" if group else f"{account} {market}"


def _create_market(known: Hindrances, command: Any) -> None:
    known.markets.add(command.market)


def _configure_protection(known: Hindrances, command: Any) -> None:
    """A freeze goes on, in markets that join, too. Refused where a market is unknown or under another protection."""
    name, own = _named(command.account, command.group, command.markets[0]), f"{command.account} "
    taken = {
        market
        for other, one in known.protections.items()
        if other != name and other.startswith(own)
        for market in one.markets
    }
    if taken.intersection(command.markets) or not known.markets.issuperset(command.markets):
        return
    before = known.protections.get(name)
    frozen_until = before.frozen_until if before else 0
    known.protections[name] = Protection(tuple(command.markets), command.frozen_ms, frozen_until)


def _reset_protection(known: Hindrances, command: Any) -> None:
    protection = known.protections.get(_named(command.account, command.group, command.market))
    if protection is not None:
        protection.frozen_until = 0


def _remove_protection(known: Hindrances, command: Any) -> None:
    known.protections.pop(_named(command.account, command.group, command.market), None)


def _key(command: Any) -> str:
    return f"{command.session} {int(command.scope)} {command.market}"


def _configure_disconnect(known: Hindrances, command: Any) -> None:
    before = known.settings.pop(_key(command), None)
    if command.timeout_ms:
        fired_at = before.fired_at if before else 0
        where = (command.session, int(command.scope), command.market, command.account)
        known.settings[_key(command)] = Setting(*where, command.lock, command.armed_at, fired_at)


def _fire_disconnect(known: Hindrances, command: Any) -> None:
    setting = known.settings.get(_key(command))
    if setting is None or setting.fired or setting.locked or command.deadline <= setting.armed_at:
        return
    setting.fired_at = command.deadline
    setting.locked = setting.lock


def _rearm_disconnect(known: Hindrances, command: Any) -> None:
    for setting in _of_session(known, command.session):
        if setting.fired and not setting.locked and command.heard_at > setting.fired_at:
            setting.armed_at = command.heard_at


def _unlock_session(known: Hindrances, command: Any) -> None:
    for setting in _of_session(known, command.session):
        if setting.locked and setting.account == command.account:
            setting.locked = False
            setting.armed_at = max(command.armed_at, setting.fired_at + 1)


def _close_session(known: Hindrances, command: Any) -> None:
    for setting in _of_session(known, command.session):
        if setting.account == command.account:
            del known.settings[f"{setting.session} {setting.scope} {setting.market}"]


def _of_session(known: Hindrances, session: int) -> Iterable[Setting]:
    """0 is every session."""
    return [one for one in known.settings.values() if not session or one.session == session]


_HANDLERS: Final[dict[str, Callable[[Hindrances, Any], None]]] = {
    "CreateMarket": _create_market,
    "ConfigureProtection": _configure_protection,
    "ResetProtection": _reset_protection,
    "RemoveProtection": _remove_protection,
    "ConfigureDisconnect": _configure_disconnect,
    "FireDisconnect": _fire_disconnect,
    "RearmDisconnect": _rearm_disconnect,
    "UnlockSession": _unlock_session,
    "CloseSession": _close_session,
}
