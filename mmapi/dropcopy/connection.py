"""One consumer's connection: one task writes, one reads acknowledgements, and either may end it."""

import asyncio
import contextlib
import logging
import secrets
import time

import msgspec
from django.conf import settings

from accounts.refusals import Refusal
from mmapi.dropcopy import feed as feeds
from mmapi.dropcopy import marks, messages, snapshot
from mmapi.dropcopy.admitting import Admitted
from mmapi.dropcopy.feed import FRAME, Feed, Frame
from mmapi.dropcopy.hub import HUB
from mmapi.dropcopy.marks import Connected
from mmapi.dropcopy.messages import HEARTBEAT_SECONDS
from mmapi.sockets import closing
from mmapi.sockets.closing import CloseCode, Closing, Receive, Send
from mmapi.sockets.threads import AWAY, BACKLOG, KEEPING
from venue.notation import moment

logger = logging.getLogger(__name__)


class Connection:
    """`sent` is the last sequence that was dealt with, whatever the selection left out of it, and `told` the last one
    of which the consumer knows so."""

    def __init__(self, admitted: Admitted, receive: Receive, send: Send) -> None:
        self.admitted = admitted
        self._receive = receive
        self._send_event = send
        self._id = secrets.token_hex(8)
        self._connected_at = _now()
        self._sent = self._told = admitted.position
        self._acked = self._saved = admitted.acked
        self._live = False
        self._spoke_at = time.monotonic()
        self._saving: asyncio.Task[None] | None = None
        self._cut: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._feed: Feed

    # As the hub knows it

    def connected(self) -> Connected:
        return Connected(
            connection=self._id,
            consumer=self.admitted.consumer,
            key_id=self.admitted.key_id,
            address=str(self.admitted.address or ""),
            connected_at=self._connected_at,
            sent=self._sent,
            live=self._live,
            seen_at=_now(),
        )

    def cut_off(self, refusal: Refusal) -> None:
        self._end(closing.ended_by(refusal))

    def _end(self, why: Closing) -> None:
        if not self._cut.done():
            self._cut.set_exception(why)

    # From the first word to the last

    async def serve(self) -> None:
        why: Closing | None = None
        try:
            self._feed = await HUB.join(self)
            await closing.until_one_ends(self._write(), self._read(), self._cut)
        except Closing as ending:
            why = ending
        finally:
            HUB.leave(self)
        if why is not None:
            logger.info("drop copy to %s ends: %s", self.admitted.key_id, why.reason)
            await closing.say_why(self._send_event, why)
        await self._sign_off()

    async def _sign_off(self) -> None:
        if self._saving is not None:
            await self._saving
        with contextlib.suppress(*AWAY):
            await KEEPING.run(marks.forget, self.admitted.stream, self._id)

    # What goes out

    async def _write(self) -> None:
        await self._say(self._welcome())
        if self.admitted.snapshot:
            await self._show_what_is_open()
        while True:
            if self._sent < self._feed.last:
                await self._send_following()
            else:
                await self._wait_for_more()

    def _welcome(self) -> messages.Welcome:
        admitted = self.admitted
        return messages.Welcome(
            firm=admitted.firm_code,
            shard=admitted.stream.shard,
            consumer=admitted.consumer,
            first=admitted.kept.first,
            last=admitted.kept.last,
            next=admitted.position + 1,
            acked=admitted.acked,
            snapshot=admitted.snapshot,
            heartbeat_seconds=HEARTBEAT_SECONDS,
            time=moment(_now()),
        )

    async def _show_what_is_open(self) -> None:
        admitted = self.admitted
        picture = await BACKLOG.run(snapshot.take, admitted.stream, admitted.selection, self._feed.names)
        await self._say(messages.SnapshotBegin(sequence=picture.sequence, count=len(picture.entries)))
        for begin in range(0, len(picture.entries), FRAME):
            await self._send(messages.snapshot(picture.entries[begin : begin + FRAME]))
        await self._say(messages.SnapshotEnd(sequence=picture.sequence))
        self._sent = self._told = picture.sequence

    async def _send_following(self) -> None:
        if self._live and self._feed.last - self._sent > settings.DROPCOPY_LAG_LIMIT:
            raise Closing(CloseCode.CONSUMER_TOO_SLOW, "CONSUMER_TOO_SLOW")
        frame = await self._following()
        if frame.text is not None:
            await self._send(frame.text)
            self._told = frame.through
        self._sent = frame.through

    async def _following(self) -> Frame:
        """Out of memory where the feed has it still, else from the journal."""
        after, selection = self._sent, self.admitted.selection
        if self._feed.holds(after + 1):
            return self._feed.frame(after, selection, self._told + 1)
        final = min(after + FRAME, self._feed.last)
        items = await BACKLOG.run(feeds.read, self.admitted.stream, after + 1, final, self._feed.names)
        if not items or items[0].sequence != after + 1:
            raise Closing(CloseCode.SEQUENCE_NOT_KEPT, "SEQUENCE_NOT_KEPT")
        return feeds.frame_of(items, selection, self._told + 1)

    async def _wait_for_more(self) -> None:
        if not self._live:
            self._live = True
            self._told = self._sent
            await self._say(messages.Live(sequence=self._sent))
        quiet = time.monotonic() - self._spoke_at
        if quiet >= HEARTBEAT_SECONDS:
            self._told = self._sent
            await self._say(messages.Heartbeat(sequence=self._sent, last=self._feed.last, time=moment(_now())))
        else:
            await self._feed.wait(self._sent, HEARTBEAT_SECONDS - quiet)

    async def _say(self, message: messages.Message) -> None:
        await self._send(messages.text(message))

    async def _send(self, text: str) -> None:
        """The server waits while the consumer's buffers are full. A message that times out was not begun."""
        try:
            async with asyncio.timeout(settings.DROPCOPY_SEND_TIMEOUT_MS / 1000):
                await self._send_event({"type": "websocket.send", "text": text})
        except TimeoutError:
            raise Closing(CloseCode.CONSUMER_TOO_SLOW, "CONSUMER_TOO_SLOW") from None
        self._spoke_at = time.monotonic()

    # What comes in

    async def _read(self) -> None:
        while True:
            event = await self._receive()
            if event["type"] == "websocket.disconnect":
                return
            self._acknowledge(event.get("text") or event.get("bytes") or b"")

    def _acknowledge(self, raw: str | bytes) -> None:
        try:
            sequence = messages.read_ack(raw).sequence
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise Closing(CloseCode.INVALID_MESSAGE, "INVALID_MESSAGE") from None
        if sequence > self._sent:
            raise Closing(CloseCode.INVALID_MESSAGE, "ACK_AHEAD_OF_DELIVERY")
        self._acked = max(self._acked, sequence)
        if self._acked > self._saved and (self._saving is None or self._saving.done()):
            self._saving = asyncio.create_task(self._save())

    async def _save(self) -> None:
        """However many came meanwhile, the last one counts."""
        admitted = self.admitted
        while self._saved < self._acked:
            acked = self._acked
            try:
                await KEEPING.run(marks.save, admitted.stream, admitted.consumer, acked)
            except AWAY as error:
                logger.warning("the mark of drop-copy consumer %s cannot be kept: %s", admitted.consumer, error)
                return
            self._saved = acked
            try:
                await self._say(messages.Acked(sequence=acked))
            except Closing as ending:
                self._end(ending)
            except (OSError, RuntimeError):
                continue  # the server takes nothing more for this consumer; its mark counts


def _now() -> int:
    return time.time_ns() // 1_000_000
