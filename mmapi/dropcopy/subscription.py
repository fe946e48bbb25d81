"""What a consumer asks for: from where, which accounts, which kinds of report, under which name."""

from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from accounts.bodies import Fields, fault
from accounts.models import TradingAccount
from accounts.refusals import InvalidParameters, Refusal
from mmapi import history
from mmapi.dropcopy import marks
from mmapi.execution_reports import EXEC_TYPES, ReportRow
from mmapi.history import Extent, Stream

ACK = "ack"
ShardNumber = Annotated[int, Meta(ge=0, le=65_535)]
ConsumerName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,64}\Z")]
Start = Annotated[str, Meta(pattern=r"^(ack|[0-9]{1,15})\Z")]


class Narrowing(Fields, frozen=True):
    """`accounts` and `types` (ExecType) are names separated by commas; without them all are meant."""

    shard: ShardNumber | None = None
    accounts: str | None = None
    types: str | None = None


class Subscription(Narrowing, frozen=True):
    """`from`: the first sequence wanted, or `ack` for what follows the mark; without it what comes from now on."""

    start: Start | None = msgspec.field(name="from", default=None)
    consumer: ConsumerName | None = None
    snapshot: bool = False
    ticket: str | None = None


class ReportsQuery(Narrowing, frozen=True):
    start: Annotated[int, Meta(ge=0, le=1 << 53)] = msgspec.field(name="from", default=1)
    limit: Annotated[int, Meta(ge=1, le=1_000)] = 500


class SequenceNotKept(Refusal):
    status_code = 410
    code = "SEQUENCE_NOT_KEPT"
    default_detail = "The journal no longer has the reports asked for; it begins with the sequence in first."


class Selection(NamedTuple):
    """Which reports of the firm; an empty set selects all."""

    accounts: frozenset[int] = frozenset()
    exec_types: frozenset[int] = frozenset()

    @property
    def everything(self) -> bool:
        return not (self.accounts or self.exec_types)

    def admits(self, account: int, exec_type: int) -> bool:
        return (not self.accounts or account in self.accounts) and (not self.exec_types or exec_type in self.exec_types)

    def matching(self, rows: list[ReportRow]) -> list[ReportRow]:
        return [row for row in rows if self.admits(row.account, row.exec_type)]


def stream_of(firm: int, wanted: Narrowing) -> Stream:
    """The shard named, or the first one."""
    known = history.shards()
    shard = wanted.shard if wanted.shard is not None else min(known, default=0)
    if shard not in known and wanted.shard is not None:
        raise InvalidParameters(errors=[fault("shard", "INVALID_VALUE", "There is no such shard.")])
    return Stream(firm, shard)


def selection_of(firm: int, wanted: Narrowing) -> Selection:
    """Only accounts of the firm itself have a name here."""
    accounts = dict(TradingAccount.objects.filter(firm_id=firm).values_list("name", "id")) if wanted.accounts else {}
    return Selection(
        _named("accounts", wanted.accounts, accounts),
        _named("types", wanted.types, {word: int(one) for word, one in EXEC_TYPES.items()}),
    )


def _named(field: str, text: str | None, known: dict[str, int]) -> frozenset[int]:
    if text is None:
        return frozenset()
    names = text.split(",")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InvalidParameters(errors=[fault(field, "INVALID_VALUE", f"There is no {unknown[0]!r} to choose.")])
    return frozenset(known[name] for name in names)


def position_before(wanted: Subscription, stream: Stream, kept: Extent, consumer: str) -> int:
    """The sequence after which delivery begins; a snapshot moves it on."""
    if wanted.start is None:
        return kept.last
    if wanted.start == ACK:
        mark = marks.acked(stream, consumer)
        return before(mark + 1 if mark else 0, kept)
    return before(int(wanted.start), kept)


def before(first: int, kept: Extent) -> int:
    """The sequence before the first one wanted; 0 stands for the beginning, whatever that is."""
    if first > kept.last + 1:
        message = f"The next sequence is {kept.last + 1}."
        raise InvalidParameters(errors=[fault("from", "OUT_OF_RANGE", message)])
    if 0 < first < kept.first:
        raise SequenceNotKept(first=kept.first)
    return max(first, kept.first) - 1
