"""GET /mm/dropcopy and its reports over REST: which streams there are, who follows them, and the same records."""

from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from msgspec import Raw

from accounts.credentials import Credential
from mmapi import history
from mmapi.dropcopy import marks
from mmapi.dropcopy.marks import Connected
from mmapi.dropcopy.messages import HEARTBEAT_SECONDS
from mmapi.dropcopy.stream import PATH
from mmapi.dropcopy.subscription import ReportsQuery, before, selection_of, stream_of
from mmapi.dropcopy.tickets import LIFETIME_SECONDS
from mmapi.execution_reports import encode
from mmapi.history import AccountNames, Extent, Stream
from mmapi.models import Consumer
from venue.fields import to_millis
from venue.notation import moment
from venue.serializers import Shape

# Everything that the journal has is kept; there is no end to it.
RETENTION_DAYS: Final = None


class ConnectionShape(Shape, frozen=True, kw_only=True):
    """`behind`: how many reports were not handed to its socket yet, about a second ago."""

    api_key: str
    address: str
    connected_at: str
    sent: int
    behind: int
    live: bool


class ConsumerShape(Shape, frozen=True, kw_only=True):
    """`behind`: how many reports it has not acknowledged. Without a mark, `acked` is 0 and `ackedAt` null."""

    consumer: str
    connected: bool
    acked: int
    acked_at: str | None
    behind: int
    connections: list[ConnectionShape]


class StreamShape(Shape, frozen=True, kw_only=True):
    """`first` and `last` are the sequences kept; 1 and 0 before there is any report."""

    shard: int
    first: int
    last: int
    consumers: list[ConsumerShape]


class DropCopyShape(Shape, frozen=True, kw_only=True):
    url: str
    retention_days: int | None
    heartbeat_seconds: int
    ticket_seconds: int
    streams: list[StreamShape]


class ReportsShape(Shape, frozen=True, kw_only=True):
    """`through` is the last sequence looked at, whatever the selection left of it; ask on with `from` = `next`."""

    shard: int
    first: int
    last: int
    through: int
    next: int
    reports: list[Raw]


def stream_url(request: HttpRequest) -> str:
    """As the environment says, else the stream's port of the host that was asked."""
    base = settings.STREAM_URL
    if not base:
        host = request.get_host().rpartition(":")[0] if request.get_port() in request.get_host() else request.get_host()
        base = f"{'wss' if settings.HTTPS else 'ws'}://{host}:{settings.STREAM_PORT}"
    return f"{base}{PATH}"


def describe(credential: Credential, url: str) -> DropCopyShape:
    return DropCopyShape(
        url=url,
        retention_days=RETENTION_DAYS,
        heartbeat_seconds=HEARTBEAT_SECONDS,
        ticket_seconds=LIFETIME_SECONDS,
        streams=[_stream(Stream(credential.firm_id, shard)) for shard in history.shards()],
    )


def _stream(stream: Stream) -> StreamShape:
    kept = history.extent(stream)
    kept_marks = {one.name: one for one in Consumer.objects.filter(firm_id=stream.firm, shard=stream.shard)}
    connected = marks.connected(stream)
    names = sorted(kept_marks.keys() | {one.consumer for one in connected})
    consumers = [
        _consumer(name, kept_marks.get(name), [one for one in connected if one.consumer == name], kept)
        for name in names
    ]
    return StreamShape(shard=stream.shard, first=kept.first, last=kept.last, consumers=consumers)


def _consumer(name: str, mark: Consumer | None, connected: Sequence[Connected], kept: Extent) -> ConsumerShape:
    acked = mark.acked if mark else 0
    return ConsumerShape(
        consumer=name,
        connected=bool(connected),
        acked=acked,
        acked_at=moment(to_millis(mark.acked_at)) if mark and mark.acked_at else None,  # type: ignore[arg-type]
        behind=max(0, kept.last - max(acked, kept.first - 1)),
        connections=[_connection(one, kept) for one in connected],
    )


def _connection(one: Connected, kept: Extent) -> ConnectionShape:
    return ConnectionShape(
        api_key=one.key_id,
        address=one.address,
        connected_at=moment(one.connected_at),
        sent=one.sent,
        behind=max(0, kept.last - one.sent),
        live=one.live,
    )


def reports(credential: Credential, wanted: ReportsQuery) -> ReportsShape:
    stream = stream_of(credential.firm_id, wanted)
    selection = selection_of(credential.firm_id, wanted)
    kept = history.extent(stream)
    after = before(wanted.start, kept)
    rows = history.between(stream, after + 1, min(after + wanted.limit, kept.last))
    names = AccountNames(stream.firm)
    through = rows[-1].firm_sequence if rows else after
    return ReportsShape(
        shard=stream.shard,
        first=kept.first,
        last=kept.last,
        through=through,
        next=through + 1,
        reports=[Raw(encode(row, names)) for row in selection.matching(rows)],
    )
