"""/ws/mm/session: each text "ping" is a heartbeat of the session that opened the socket; its loss is the last one."""

import asyncio
import secrets
from contextlib import suppress
from typing import Any, Final

from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from msgspec import to_builtins
from redis.exceptions import RedisError

from accounts import heartbeats, sessions
from accounts.credentials import cache
from accounts.heartbeats import Heartbeat
from accounts.refusals import Refusal
from accounts.scopes import Scope
from mmapi import connected, handshake
from mmapi.disconnects import UnknownSession
from mmapi.handshake import Entered
from mmapi.sessions import heartbeat_shape
from venue.api import encode
from venue.rejections import described

PING: Final = "ping"
CLOSED_BY_POLICY: Final = 1008


class UnknownMessage(Refusal):
    code = "UNKNOWN_MESSAGE"
    default_detail = 'This stream takes the text "ping" and nothing else.'


class SessionStream(AsyncWebsocketConsumer):
    entered: Entered | None = None
    keeper: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        self.stream = secrets.token_hex(8)
        try:
            self.entered = await handshake.enter(self.scope, Scope.MARKET_MAKING)
        except Refusal as refusal:
            await handshake.refuse(self.scope, self.base_send, refusal)
            raise StopConsumer from None
        await self.accept()
        await self.beat("session")
        self.keeper = asyncio.create_task(self.keep_present())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if text_data == PING:
            await self.beat("pong")
        else:
            await self.say("error", described(UnknownMessage()))

    async def disconnect(self, code: int) -> None:
        if self.keeper is not None:
            self.keeper.cancel()
        if self.entered is not None:
            await database_sync_to_async(lost)(self.entered, self.stream)

    async def beat(self, kind: str) -> None:
        """A heartbeat, answered with the deadline that it has moved; who may no longer be here is put out."""
        assert self.entered is not None
        try:
            heard = await database_sync_to_async(hear)(self.entered)
        except Refusal as refusal:
            await self.say("error", described(refusal))
            await self.close(CLOSED_BY_POLICY, refusal.code)
        else:
            await self.say(kind, heartbeat_shape(self.entered.session, heard, heard.at))

    async def say(self, kind: str, shape: Any) -> None:
        await self.send(text_data=encode({"type": kind, **to_builtins(shape)}).decode())

    async def keep_present(self) -> None:
        while True:
            with suppress(RedisError):
                await database_sync_to_async(be_present)(self.entered, self.stream)
            await asyncio.sleep(connected.REFRESH_SECONDS)


def hear(entered: Entered) -> Heartbeat:
    """Of a key that still may, and of a session that is still the one that was opened; raises a `Refusal`."""
    credential = entered.credential
    cache.refresh()
    now_standing = handshake.standing(credential.key_id, Scope.MARKET_MAKING)
    if sessions.enter(now_standing, entered.session, opens=False).session != credential.session:
        raise UnknownSession
    return heartbeats.beat(credential.key_id, entered.session)


def lost(entered: Entered, stream: str) -> None:
    """The timeout runs from the loss on, unless it was over before."""
    key_id, name = entered.credential.key_id, entered.session
    connected.gone(key_id, name, stream)
    now, (last,) = heartbeats.last_heard([(key_id, name)])
    if last is not None and not 0 < last.timeout_ms < now - last.at:
        heartbeats.beat(key_id, name)


def be_present(entered: Entered, stream: str) -> None:
    now, _ = heartbeats.last_heard([])
    connected.present(entered.credential.key_id, entered.session, stream, now)
