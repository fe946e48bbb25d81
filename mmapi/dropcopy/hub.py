"""What the connections of this process share: feeds, the matchers' wake-ups, and a look at everybody each second."""

import asyncio
import logging
import time
from typing import Final, Protocol

import msgspec
from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

from accounts.refusals import AdmissionUnavailable, Refusal
from mmapi.dropcopy import admitting, marks
from mmapi.dropcopy.admitting import Admitted
from mmapi.dropcopy.feed import Feed
from mmapi.dropcopy.marks import Connected
from mmapi.history import Stream
from mmapi.sockets import standing
from mmapi.sockets.threads import AWAY, KEEPING
from venue import streams

logger = logging.getLogger(__name__)


class TooManyConsumers(Refusal):
    status_code = 429
    code = "TOO_MANY_CONSUMERS"
    default_detail = "The firm has as many drop-copy connections here as it may have; close one first."


class Member(Protocol):
    """A connection, as far as the hub knows it."""

    admitted: Admitted

    def connected(self) -> Connected: ...

    def cut_off(self, refusal: Refusal) -> None: ...


class Hub:
    """One for a process; it begins its work with the first connection."""

    def __init__(self) -> None:
        self._feeds: dict[Stream, Feed] = {}
        self._members: set[Member] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._checked_at = 0.0

    def refuse_too_many(self, stream: Stream) -> None:
        """No firm may take all the places of the process."""
        firms = [member.admitted.stream.firm for member in self._members]
        if firms.count(stream.firm) >= settings.DROPCOPY_CONNECTION_LIMIT:
            raise TooManyConsumers(limit=settings.DROPCOPY_CONNECTION_LIMIT)

    async def join(self, member: Member) -> Feed:
        """The feed of the member's stream, ready to be read."""
        self._begin()
        stream = member.admitted.stream
        feed = self._feeds.get(stream)
        if feed is None:
            feed = self._feeds[stream] = Feed(stream)
        feed.users += 1
        self._members.add(member)
        await feed.ready.wait()
        return feed

    def leave(self, member: Member) -> None:
        self._members.discard(member)
        stream = member.admitted.stream
        feed = self._feeds[stream]
        feed.users -= 1
        if not feed.users:
            feed.stop()
            del self._feeds[stream]

    def _begin(self) -> None:
        if not self._tasks:
            self._checked_at = time.monotonic()
            self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._look())]

    async def _listen(self) -> None:
        """Wake-ups are hints: whoever misses one looks a second later by itself."""
        while True:
            try:
                async with Redis.from_url(settings.REDIS_URL, protocol=2) as client, client.pubsub() as channel:
                    await channel.subscribe(streams.news())
                    async for message in channel.listen():
                        if message["type"] == "message":
                            self._hear(message["data"])
            except (RedisError, OSError) as error:
                logger.warning("drop copy hears nothing of new reports: %s", error)
            except Exception:
                logger.exception("drop copy failed to hear of new reports")
            await asyncio.sleep(1.0)

    def _hear(self, raw: bytes) -> None:
        try:
            news = streams.decode_news(raw)
        except msgspec.DecodeError:
            logger.exception("a wake-up cannot be read")
            return
        for stream, feed in self._feeds.items():
            if stream.shard == news.shard and stream.firm in news.last:
                feed.wake(news.last[stream.firm])

    async def _look(self) -> None:
        """Who may not stay is cut off; who is connected is shown."""
        while True:
            await asyncio.sleep(standing.LOOK_EVERY)
            members = list(self._members)
            try:
                await self._judge(members)
                await self._show(members)
            except AWAY as error:
                logger.warning("drop copy cannot check its consumers: %s", error)
                self._lose_patience(members)
            except Exception:
                logger.exception("drop copy failed to check its consumers")

    async def _judge(self, members: list[Member]) -> None:
        refusals = await KEEPING.run(lambda: [admitting.lapsed(member.admitted) for member in members])
        self._checked_at = time.monotonic()
        for member, refusal in zip(members, refusals, strict=True):
            if refusal is not None:
                member.cut_off(refusal)

    async def _show(self, members: list[Member]) -> None:
        connected = [(member.admitted.stream, member.connected()) for member in members]
        if connected:
            await KEEPING.run(marks.show, connected)

    def _lose_patience(self, members: list[Member]) -> None:
        if time.monotonic() - self._checked_at > standing.PATIENCE:
            for member in members:
                member.cut_off(AdmissionUnavailable())


HUB: Final = Hub()
