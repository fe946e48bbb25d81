"""The watch over armed sessions: who was silent past a deadline, who is heard of again, and what came too late.

All its times are Redis' own: heartbeats, the present, and the ids of inbox entries. The memory of one process, the
rows and Redis may each lose something; of all that is known the latest sign of life counts, and nothing else does.
"""

import time
from collections.abc import Iterator
from typing import Final

import redis

from accounts import heartbeats
from accounts.heartbeats import Heartbeat
from venue.engine.commands import Batch, CancelReplace, Command, FireDisconnect, PlaceOrder, PlaceQuote, RearmDisconnect
from venue.engine.disconnects import Disconnect
from venue.engine.state import EngineState
from venue.engine.terms import DisconnectScope
from venue.streams import Envelope

LOOK_EVERY_MS: Final = 100
AHEAD_MS: Final = 60_000
# Commands by which something of a session comes to rest.
ENTERING: Final = (Batch, CancelReplace, PlaceOrder, PlaceQuote)


def session_of(command: Command) -> int:
    """0 where it is of none."""
    said_by = command.place if isinstance(command, CancelReplace) else command
    return int(getattr(said_by, "session", 0))


class Watch:
    """Looks at most every 100 ms and at each deadline; while nothing is armed it costs nothing."""

    def __init__(self, state: EngineState, client: redis.Redis) -> None:
        self._state = state
        self._client = client
        self._heard: dict[int, int] = {}
        self._fired: dict[int, list[Disconnect]] = {}
        self._look_at = 0.0  # of the monotonic clock
        self._looked_at = 0  # of Redis' clock

    def patience_ms(self, otherwise: int) -> int:
        """How long the inbox may be waited for; never 0, which is for ever."""
        if not self._state.disconnects:
            return otherwise
        return max(1, min(otherwise, int((self._look_at - time.monotonic()) * 1_000) + 1))

    def due(self) -> list[Command]:
        """What is to be carried out before anything else."""
        if not self._state.disconnects:
            self._heard.clear()
            self._fired.clear()
            return []
        self.settle()
        return self._look() if time.monotonic() >= self._look_at else []

    def settle(self) -> None:
        """Take note of what has fired."""
        self._fired = {}
        for setting in self._state.disconnects.values():
            if setting.fired_at:
                self._fired.setdefault(setting.session, []).append(setting)

    def too_late(self, entry_id: str, envelope: Envelope) -> bool:
        """Put in before the deadline of its session, or by a session that was not heard of since it fired: it must
        not come to rest after the firing has cancelled all the others."""
        command = envelope.command
        if not self._fired or not isinstance(command, ENTERING):
            return False
        put_in_at = int(entry_id.partition("-")[0])
        if put_in_at > self._looked_at + AHEAD_MS:
            # An inbox that numbers on from before Redis' clock was put back: the door's clock has to do.
            put_in_at = envelope.received_at
        return any(
            put_in_at <= setting.fired_at or (setting.fired and not setting.locked)
            for setting in self._fired.get(session_of(command), ())
        )

    def is_back(self, command: Command) -> bool:
        """A session speaks that has fired: it must be known at once whether it was heard of since."""
        if not self._fired:
            return False
        settings = self._fired.get(session_of(command), ())
        if not any(one.fired and not one.locked for one in settings):
            return False
        self._look_at = 0.0
        return True

    def _look(self) -> list[Command]:
        sessions: dict[int, list[Disconnect]] = {}
        for setting in self._state.disconnects.values():
            sessions.setdefault(setting.session, []).append(setting)
        names = [(settings[0].key_id, settings[0].session_name) for settings in sessions.values()]
        now, beats = heartbeats.look(self._client, names)
        self._looked_at = now
        told: list[Command] = []
        nearest = now + LOOK_EVERY_MS
        for (session, settings), found in zip(sessions.items(), beats, strict=True):
            beat = found if found is not None and found.at <= now else None
            remembered = self._remembered(settings, now)
            judged = _Judgement(settings, beat, remembered, now)
            self._heard[session] = max(remembered, beat.at) if beat is not None else remembered
            if beat is not None:
                self._be_told_of_silences(settings, beat)
            told += judged.commands(self._here(settings), self._client)
            nearest = min(nearest, judged.nearest)
        self._heard = {session: at for session, at in self._heard.items() if session in sessions}
        self._look_at = time.monotonic() + (max(nearest - now, 0) + 1) / 1_000
        return told

    def _remembered(self, settings: list[Disconnect], now: int) -> int:
        """The last sign of life in memory. Once Redis' clock was put back, silence counts from then on."""
        known = self._heard.get(settings[0].session, 0)
        ahead = known > now or (not known and all(setting.armed_at > now for setting in settings))
        return now if ahead else known

    def _here(self, settings: list[Disconnect]) -> list[Disconnect]:
        """Without what is for another shard's market."""
        markets = self._state.markets
        return [one for one in settings if one.scope is not DisconnectScope.MARKET or one.market in markets]

    def _be_told_of_silences(self, settings: list[Disconnect], beat: Heartbeat) -> None:
        """From the shortest timeout on; also after Redis has lost its data."""
        shortest = min(setting.timeout_ms for setting in settings)
        if beat.timeout_ms != shortest:
            heartbeats.watch(self._client, settings[0].key_id, settings[0].session_name, shortest)


class _Judgement:
    """What one look says about one session."""

    def __init__(self, settings: list[Disconnect], beat: Heartbeat | None, remembered: int, now: int) -> None:
        self._key_id, self._name = settings[0].key_id, settings[0].session_name
        self._session = settings[0].session
        self._beat = beat
        self._remembered = remembered
        self._now = now
        self._silences: list[tuple[int, int]] | None = None
        self.nearest = 1 << 62

    def commands(self, settings: list[Disconnect], client: redis.Redis) -> Iterator[Command]:
        """Firings first; then, if the session was heard of after them, that it is armed again."""
        fired_at = [setting.fired_at for setting in settings if setting.fired and not setting.locked]
        for setting in settings:
            if setting.locked or setting.fired:
                continue
            deadline = self._deadline_passed(setting, client)
            if deadline:
                if not setting.lock:
                    fired_at.append(deadline)
                # Later than the arming in any case, whatever Redis' clock did since.
                yield FireDisconnect(*setting.key, max(deadline, setting.armed_at + 1), self._now)
        if self._beat is not None and fired_at and self._beat.at > min(fired_at):
            yield RearmDisconnect(self._session, self._beat.at)

    def _deadline_passed(self, setting: Disconnect, client: redis.Redis) -> int:
        """The first deadline that has passed without a sign of life; 0 where none has."""
        since = max((at for at in (setting.armed_at, self._remembered) if at <= self._now), default=self._now)
        if self._beat is not None and self._beat.at > since:
            for begun, until in self._silent_since(since, self._beat, setting.timeout_ms, client):
                if until - begun > setting.timeout_ms:
                    return begun + setting.timeout_ms
            since = self._beat.at
        deadline = since + setting.timeout_ms
        if self._now > deadline:
            return deadline
        self.nearest = min(self.nearest, deadline)
        return 0

    def _silent_since(self, since: int, beat: Heartbeat, timeout_ms: int, client: redis.Redis) -> list[tuple[int, int]]:
        """Silences until the last heartbeat. Where Redis was told to keep none, or has lost them, all may have been."""
        if beat.at - since <= timeout_ms:
            return []
        if not 0 < beat.timeout_ms <= timeout_ms:
            return [(since, beat.at)]
        if self._silences is None:
            self._silences = heartbeats.silences(client, self._key_id, self._name)
        return [(max(begun, since), until) for begun, until in self._silences if until > since]
