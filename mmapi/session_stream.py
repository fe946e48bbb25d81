"""/ws/mm/session: each text "ping" is a heartbeat of the session that opened the socket; its loss is the last one."""

import asyncio
import logging
import secrets
import time
from contextlib import suppress
from typing import Any, ClassVar, Final, NamedTuple

from django.http import HttpRequest
from msgspec import to_builtins

from accounts import heartbeats, networks, sessions
from accounts.credentials import Credential
from accounts.heartbeats import Heartbeat
from accounts.networks import Address
from accounts.refusals import AdmissionUnavailable, Refusal
from accounts.scopes import Scope
from mmapi import connected
from mmapi.disconnects import UnknownSession
from mmapi.sessions import heartbeat_shape
from mmapi.sockets import closing, handshake, standing
from mmapi.sockets.closing import Closing, Receive, Send
from mmapi.sockets.handshake import Door
from mmapi.sockets.threads import AWAY, DOOR, SESSIONS
from venue.api import encode
from venue.rejections import described

logger = logging.getLogger(__name__)

PATH: Final = "/ws/mm/session"
PING: Final = "ping"


class UnknownMessage(Refusal):
    code = "UNKNOWN_MESSAGE"
    default_detail = 'This stream takes the text "ping" and nothing else.'


class SessionDoor(Door):
    scopes: ClassVar = {"GET": Scope.MARKET_MAKING}


class Entered(NamedTuple):
    """Who opened the socket, under which session name, and from where."""

    credential: Credential
    session: str
    address: Address | None


async def session_stream(scope: Any, receive: Receive, send: Send) -> None:
    """The ASGI application of the stream."""
    entered = await handshake.opened(scope, receive, send, admit)
    if entered is not None:
        await Connection(entered, receive, send).serve()


async def admit(request: HttpRequest) -> Entered:
    return await DOOR.run(enter, request)


def enter(request: HttpRequest) -> Entered:
    """Raises a `Refusal`."""
    door = SessionDoor()
    door.let_in(request)
    credential = sessions.enter(door.credential, door.session)
    return Entered(credential, door.session, networks.client_address(request.META))


class Connection:
    """One task answers, one looks each second whether the key may still be here."""

    def __init__(self, entered: Entered, receive: Receive, send: Send) -> None:
        self._entered = entered
        self._receive = receive
        self._send = send
        self._id = secrets.token_hex(8)

    async def serve(self) -> None:
        why: Closing | None = None
        try:
            await closing.until_one_ends(self._answer(), self._look())
        except Closing as ending:
            why = ending
        finally:
            with suppress(*AWAY):
                await SESSIONS.run(lost, self._entered, self._id)
        if why is not None:
            logger.info("a session of %s ends: %s", self._entered.credential.key_id, why.reason)
            await closing.say_why(self._send, why)

    async def _answer(self) -> None:
        await self._beat("session")
        while (event := await self._receive())["type"] != "websocket.disconnect":
            if event.get("text") == PING:
                await self._beat("pong")
            else:
                await self._say("error", described(UnknownMessage()))

    async def _beat(self, kind: str) -> None:
        """A heartbeat, answered with the deadline that it has moved."""
        heard = await SESSIONS.run(hear, self._entered)
        await self._say(kind, heartbeat_shape(self._entered.session, heard, heard.at))

    async def _say(self, kind: str, shape: Any) -> None:
        await self._send({"type": "websocket.send", "text": encode({"type": kind, **to_builtins(shape)}).decode()})

    async def _look(self) -> None:
        looked_at, shown_at = time.monotonic(), 0.0
        while True:
            try:
                await SESSIONS.run(check, self._entered)
                looked_at = time.monotonic()
                if looked_at - shown_at > connected.REFRESH_SECONDS:
                    await SESSIONS.run(be_present, self._entered, self._id)
                    shown_at = looked_at
            except AWAY:
                if time.monotonic() - looked_at > standing.PATIENCE:
                    raise AdmissionUnavailable from None
            await asyncio.sleep(standing.LOOK_EVERY)


def check(entered: Entered) -> None:
    """The key still may, and the session is still the one that was opened; raises a `Refusal`."""
    credential = entered.credential
    now_standing = standing.look(credential.key_id, entered.address, Scope.MARKET_MAKING)
    if sessions.enter(now_standing, entered.session, opens=False).session != credential.session:
        raise UnknownSession


def hear(entered: Entered) -> Heartbeat:
    check(entered)
    return heartbeats.beat(entered.credential.key_id, entered.session)


def be_present(entered: Entered, stream: str) -> None:
    now, _ = heartbeats.last_heard([])
    connected.present(entered.credential.key_id, entered.session, stream, now)


def lost(entered: Entered, stream: str) -> None:
    """The timeout runs from the loss on, unless it was over before."""
    key_id, name = entered.credential.key_id, entered.session
    connected.gone(key_id, name, stream)
    now, (last,) = heartbeats.last_heard([(key_id, name)])
    if last is not None and not 0 < last.timeout_ms < now - last.at:
        heartbeats.beat(key_id, name)
