"""New reports of one stream, read and encoded once for all its consumers in this process."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from mmapi import history
from mmapi.dropcopy.subscription import Selection
from mmapi.execution_reports import encode
from mmapi.history import AccountNames, Stream
from mmapi.sockets.threads import AWAY, LIVE

logger = logging.getLogger(__name__)

FRAME: Final = 500  # reports in one message at most
_READ_TOGETHER: Final = 1_000
_KEPT: Final = 8_192  # the newest reports stay encoded in memory; who is further behind reads for itself
_PACE: Final = 0.01  # seconds between two reads
_POLL: Final = 1.0  # seconds after which it looks without having been woken


class Item(NamedTuple):
    """An encoded report, and what it is chosen by."""

    sequence: int
    account: int
    exec_type: int
    encoded: bytes


class Frame(NamedTuple):
    """A message of reports and the last sequence it covers; no text where none of them was chosen."""

    text: str | None
    through: int


def read(stream: Stream, first: int, final: int, names: AccountNames) -> list[Item]:
    """Both ends included; fewer where there are no more."""
    rows = history.between(stream, first, final)
    return [Item(row.firm_sequence, row.account, row.exec_type, encode(row, names)) for row in rows]


def frame_of(items: Sequence[Item], selection: Selection, first: int) -> Frame:
    """`first` and `through` say what the message covers, whatever the selection leaves of it."""
    through = items[-1].sequence
    chosen = [item.encoded for item in items if selection.admits(item.account, item.exec_type)]
    if not chosen:
        return Frame(None, through)
    reports = b",".join(chosen).decode()
    return Frame(f'{{"type":"reports","first":{first},"through":{through},"reports":[{reports}]}}', through)


class Feed:
    """The newest reports in a bounded list. It reads from when it is made until `stop`."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.names = AccountNames(stream.firm)
        self.users = 0
        self.last = 0
        self.ready = asyncio.Event()
        self._items: list[Item] = []
        self._frames: dict[int, Frame] = {}
        self._woken = asyncio.Event()
        self._changed = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    def stop(self) -> None:
        self._task.cancel()

    def wake(self, last: int) -> None:
        """There is more, up to this sequence."""
        if last > self.last:
            self._woken.set()

    async def wait(self, after: int, seconds: float) -> None:
        """Until there is something after this sequence, or for so long."""
        if self.last <= after:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._changed.wait()

    def holds(self, sequence: int) -> bool:
        return bool(self._items) and self._items[0].sequence <= sequence <= self.last

    def frame(self, after: int, selection: Selection, first: int) -> Frame:
        """What follows a sequence that it holds; all who are equally far and chose nothing get the same text."""
        if not selection.everything:
            return frame_of(self._following(after), selection, first)
        found = self._frames.get(after)
        if found is None:
            found = self._frames[after] = frame_of(self._following(after), selection, first)
        return found

    def _following(self, after: int) -> list[Item]:
        begin = after + 1 - self._items[0].sequence
        return self._items[begin : begin + FRAME]

    async def _run(self) -> None:
        while True:
            try:
                if not self.ready.is_set():
                    self.last = await LIVE.run(history.last, self.stream)
                    self.ready.set()
                await self._take()
            except AWAY as error:
                logger.warning("drop copy of firm %s cannot read: %s", self.stream.firm, error)
                await asyncio.sleep(_POLL)
            except Exception:
                logger.exception("drop copy of firm %s failed to read", self.stream.firm)
                await asyncio.sleep(_POLL)
            await asyncio.sleep(_PACE)
            with suppress(TimeoutError):
                async with asyncio.timeout(_POLL):
                    await self._woken.wait()

    async def _take(self) -> None:
        """Everything new."""
        while True:
            self._woken.clear()
            items = await LIVE.run(read, self.stream, self.last + 1, self.last + _READ_TOGETHER, self.names)
            if items:
                self._append(items)
            if len(items) < _READ_TOGETHER:
                return

    def _append(self, items: list[Item]) -> None:
        self._items += items
        if len(self._items) > 2 * _KEPT:
            del self._items[:-_KEPT]
        self._frames.clear()
        self.last = items[-1].sequence
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
