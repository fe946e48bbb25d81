"""Month-end statements: the fills of an account or a firm as the ledger has them, issued once and kept as they are."""

import csv
import hashlib
import io
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final, NamedTuple

from django.db import IntegrityError, transaction

from accounts.models import Firm, TradingAccount
from accounts.refusals import Refusal
from mmapi.incentives import cuts, ledger, volumes
from mmapi.incentives.models import LedgerAccount, LedgerEntry, Statement
from mmapi.incentives.volumes import Span
from venue import markets
from venue.engine.terms import Liquidity, Side
from venue.fields import to_millis
from venue.models import Shard, journal_place
from venue.notation import entity_id, moment
from venue.serializers import LIQUIDITY_WORDS, SIDE_WORDS

COLUMNS: Final = (
    *("executedAt", "account", "market", "tradeId", "shard", "report", "side", "liquidity"),
    *("price", "size", "notional", "rate", "fee", "currency"),
)
VENUE: Final = "venue"
# Decimals of what is paid (ISO 4217); of any other currency eight, as chains of its kind settle.
_PLACES: Final = {"USD": 2, "EUR": 2, "GBP": 2, "CHF": 2, "AUD": 2, "CAD": 2, "SGD": 2, "HKD": 2, "JPY": 0, "KRW": 0}
_OTHER_PLACES: Final = 8
_FETCHED_TOGETHER: Final = 5_000


class NothingToCorrect(Refusal):
    status_code = 409
    code = "NOTHING_TO_CORRECT"
    default_detail = "The ledger says what the statement says."


class NotYetDue(Refusal):
    status_code = 409
    code = "NOT_YET_DUE"
    default_detail = "The month is not over, or its last fills are not in the ledger yet."


class Subject(NamedTuple):
    """Whose statement: an account's, or without one the firm's."""

    firm: Firm
    account: TradingAccount | None

    def accounts(self) -> dict[int, str]:
        own = TradingAccount.objects.filter(firm=self.firm)
        if self.account is not None:
            own = own.filter(pk=self.account.pk)
        return dict(own.values_list("pk", "name"))


class Sums:
    """Of one currency, added up line by line."""

    def __init__(self) -> None:
        self.fills = 0
        self.maker_volume = self.taker_volume = self.fees = self.rebates = Decimal(0)

    def add(self, liquidity: int, notional: Decimal, fee: Decimal) -> None:
        self.fills += 1
        if liquidity == Liquidity.MAKER:
            self.maker_volume += notional
        else:
            self.taker_volume += notional
        self.fees += max(fee, Decimal(0))
        self.rebates += max(-fee, Decimal(0))

    def told(self, currency: str) -> dict[str, Any]:
        """`payable` is rounded, once, half to even: what the firm pays, or gets where it is negative."""
        net = self.fees - self.rebates
        names = ("maker_volume", "taker_volume", "fees", "rebates")
        exact = {name: plain(getattr(self, name)) for name in names}
        payable = net.quantize(Decimal(1).scaleb(-places_of(currency)), ROUND_HALF_EVEN)
        return {"currency": currency, "fills": self.fills, **exact, "net": plain(net), "payable": f"{payable:f}"}


def places_of(currency: str) -> int:
    return _PLACES.get(currency, _OTHER_PLACES)


def plain(value: Decimal) -> str:
    """Exact, without an exponent and without zeros that say nothing."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def issue(subject: Subject, month: date, by: str, reason: str = "") -> Statement:
    """The first statement of the month, or a correction where the ledger says something else than the last one."""
    span = volumes.month_of(datetime(month.year, month.month, 1, tzinfo=cuts.UTC))
    if not _is_closed(span.until):
        raise NotYetDue
    drawn = _draw(subject, span)
    last = of(subject).filter(month=span.since.date()).order_by("-version").first()
    if last is not None and last.digest == drawn.digest:
        raise NothingToCorrect
    drawn.month = span.since.date()
    drawn.version = last.version + 1 if last else 1
    drawn.issued_by, drawn.reason = by, reason
    drawn.save(force_insert=True)
    return drawn


def of(subject: Subject) -> Any:
    return Statement.objects.filter(firm=subject.firm, account=subject.account)


def issue_due(now: datetime) -> list[Statement]:
    """Of the month before this one: of each account and firm with a fill that has none yet."""
    this = volumes.month_of(now)
    before = volumes.month_of(this.since - cuts.DAY)
    if not _is_closed(before.until):
        return []
    issued: list[Statement] = []
    for subject in _with_fills(before):
        if not of(subject).filter(month=before.since.date()).exists():
            try:
                with transaction.atomic():
                    issued.append(issue(subject, before.since.date(), VENUE))
            except (IntegrityError, NothingToCorrect):
                continue  # another worker was faster
    return issued


def _with_fills(span: Span) -> Iterator[Subject]:
    between = LedgerEntry.objects.filter(
        executed_at__gte=cuts.millis(span.since), executed_at__lt=cuts.millis(span.until)
    )
    owners = LedgerAccount.objects.filter(kind=LedgerAccount.Kind.MEMBER).values_list("account", flat=True)
    traded = [owner for owner in set(owners) if between.filter(account=owner).exists()]
    accounts = list(TradingAccount.objects.filter(pk__in=traded).select_related("firm").order_by("name"))
    for account in accounts:
        yield Subject(account.firm, account)
    for firm in {account.firm_id: account.firm for account in accounts}.values():
        yield Subject(firm, None)


def _is_closed(until: datetime) -> bool:
    return ledger.is_complete_before(cuts.millis(until), list(Shard.objects.values_list("number", flat=True)))


def _draw(subject: Subject, span: Span) -> Statement:
    """The statement, not yet issued."""
    sums: dict[str, Sums] = {}
    packed, packer, digest, fills = bytearray(), zlib.compressobj(), hashlib.sha256(), 0
    for line in _lines(subject.accounts(), span, sums):
        digest.update(line)
        packed += packer.compress(line)
        fills += 1
    packed += packer.flush()
    totals = [one.told(currency) for currency, one in sorted(sums.items())]
    whose = {"firm": subject.firm, "account": subject.account}
    return Statement(**whose, fills=fills, totals=totals, lines=bytes(packed), digest=digest.hexdigest())


def _lines(names: dict[int, str], span: Span, sums: dict[str, Sums]) -> Iterator[bytes]:
    """One line of CSV for each fill, in the order of time."""
    found = LedgerEntry.objects.filter(
        account__in=names, executed_at__gte=cuts.millis(span.since), executed_at__lt=cuts.millis(span.until)
    ).order_by("executed_at", "id")
    rebates = set(LedgerAccount.objects.filter(kind=LedgerAccount.Kind.REBATES).values_list("pk", flat=True))
    for entry in found.iterator(_FETCHED_TOGETHER):
        terms = markets.existing(entry.market_id)
        notional = terms.notional(entry.price * entry.size)
        fee = -entry.amount if entry.debit_id in rebates else entry.amount
        sums.setdefault(entry.currency, Sums()).add(entry.liquidity, notional, fee)
        shard, report = journal_place(entry.pk)
        told = (
            moment(to_millis(entry.executed_at)),  # type: ignore[arg-type]
            names[entry.account_id],
            terms.symbol,
            entity_id("trade", entry.trade_id),
            shard,
            report,
            SIDE_WORDS[Side(entry.side)],
            LIQUIDITY_WORDS[Liquidity(entry.liquidity)],
            f"{terms.price(entry.price):f}",
            f"{terms.size(entry.size):f}",
            plain(notional),
            plain(Decimal(entry.rate_ppm).scaleb(-6)),
            plain(fee),
            entry.currency,
        )
        yield ",".join(map(str, told)).encode() + b"\n"


def as_csv(statement: Statement) -> bytes:
    """The very bytes that were issued, under the names of the columns."""
    return ",".join(COLUMNS).encode() + b"\n" + zlib.decompress(bytes(statement.lines))


def lines_of(statement: Statement) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(statement).decode())))
