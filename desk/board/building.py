"""Building the board. Markets and machinery are at most a second old, makers and consumers three."""

import time
from typing import Any, Final

import msgspec
from django.urls import reverse
from django.utils import timezone
from msgspec import structs

from desk.board import alerts, machinery, makers, markets
from desk.board.shapes import Board, ConsumerLine, MakerLine, SwitchLine
from desk.board.shared import shared
from desk.models import KillSwitch
from venue import pulse

FRESH_MS: Final = 1_000
_SLOW_MS: Final = 3_000

encode: Final = msgspec.json.encode
_decode_board: Final = msgspec.json.Decoder(Board).decode
_decode_makers: Final = msgspec.json.Decoder(list[MakerLine]).decode
_decode_consumers: Final = msgspec.json.Decoder(list[ConsumerLine]).decode


def raw() -> bytes:
    """The board as JSON, as all who look share it; raises RedisError."""
    return shared("board", FRESH_MS, lambda: encode(build()))


def latest() -> Board:
    return _decode_board(raw())


def build() -> Board:
    rows = machinery.rows()
    numbers = [row.number for row in rows]
    pulses = pulse.read_all(numbers)
    board = Board(
        at=time.time(),
        alerts=[],
        switches=switches(),
        markets=markets.lines(pulses),
        makers=_decode_makers(shared("makers", _SLOW_MS, lambda: encode(makers.lines()))),
        shards=machinery.shards(rows, pulses),
        consumers=_decode_consumers(shared("consumers", _SLOW_MS, lambda: encode(machinery.consumers(numbers)))),
        workers=machinery.workers(),
    )
    return structs.replace(board, alerts=alerts.of(board))


def switches(**narrowed: Any) -> list[SwitchLine]:
    """Those that are engaged, the newest first."""
    found = KillSwitch.objects.filter(lifted_at=None, **narrowed).select_related("engaged_by")
    return [
        SwitchLine(
            number=switch.pk,
            title=str(switch),
            state=switch.state,
            reason=switch.reason,
            engaged_by=switch.engaged_by.get_username(),
            engaged_at=f"{timezone.localtime(switch.engaged_at):%H:%M:%S}",
            link=reverse("desk:switch", args=[switch.pk]),
        )
        for switch in found
    ]
