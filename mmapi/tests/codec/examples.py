"""Messages that use every field, the bytes of each committed in golden/, and random ones."""

from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st

from mmapi.codec.replies import BatchReply, EntryReply, ErrorReply, MarketReply
from mmapi.codec.requests import BatchRequest, Cancel, MarketPart, NamedQuote, Order, Quote
from mmapi.codec.schema import REJECT_CODES
from mmapi.codec.words import (
    NOT_GIVEN,
    Atomicity,
    CancelScope,
    EntityKind,
    EntryFlags,
    EntryKind,
    EntryStatus,
    ErrorOutcome,
    MarketOutcome,
    OrderType,
    SelfTradePrevention,
    Side,
    TimeInForce,
)

GOLDEN: Final = Path(__file__).with_name("golden")
ONE: Final = 100_000_000
NOON: Final = 1_795_262_400_000
QUOTE_ID: Final = 0x0010000000FF

ONE_QUOTE: Final = BatchRequest(
    [MarketPart(1, quotes=[Quote(QUOTE_ID, 49_900 * ONE, 5 * ONE, 50_100 * ONE, 5 * ONE, 30)])]
)
REQUEST: Final = BatchRequest(
    [
        MarketPart(
            1,
            CancelScope.QUOTES,
            quotes=[
                Quote(QUOTE_ID, 49_900 * ONE, 5 * ONE, 50_100 * ONE, 5 * ONE, 30, EntryFlags.POST_ONLY),
                Quote(0, 49_800 * ONE, 1, 50_200 * ONE, 2),
            ],
            named_quotes=[NamedQuote(49_700 * ONE, ONE, 50_300 * ONE, ONE, 300, 0, "level 3")],
            orders=[
                Order(50_000 * ONE, ONE, NOON, Side.BUY, OrderType.LIMIT, TimeInForce.GOOD_TILL_DATE, 0, 1, "c" * 64),
                Order(NOT_GIVEN, ONE // 4, NOT_GIVEN, Side.SELL, OrderType.MARKET),
            ],
        ),
        MarketPart(
            2,
            cancels=[
                Cancel(entity_id=QUOTE_ID + (1 << 36), kind=EntityKind.QUOTE),
                Cancel(kind=EntityKind.ORDER, client_id="hedge-7"),
            ],
        ),
    ],
    client_batch_id="refresh-000001",
    atomicity=Atomicity.ENTRY,
    valid_until=NOON + 500,
    dry_run=True,
)
ONE_QUOTE_REPLY: Final = BatchReply(
    [
        MarketReply(
            1,
            MarketOutcome.APPLIED,
            [
                EntryReply(
                    *(QUOTE_ID, 2 * ONE, 4_989_950_000_000, 0, NOT_GIVEN, NOT_GIVEN, NOT_GIVEN),
                    *(0, 0, EntryKind.QUOTE, EntryStatus.PARTIALLY_FILLED),
                )
            ],
            sequence=4_711,
            applied_at=NOON,
        )
    ],
    sequence=4_711,
    applied_at=NOON,
    open_quotes_digest=bytes(range(16)),
)
REPLY: Final = BatchReply(
    [
        MarketReply(
            1,
            MarketOutcome.APPLIED,
            [
                EntryReply(
                    *(QUOTE_ID, 2 * ONE, 4_989_950_000_000, 0, NOT_GIVEN, NOT_GIVEN, NOT_GIVEN),
                    *(0, 0, EntryKind.QUOTE, EntryStatus.PARTIALLY_FILLED),
                ),
                EntryReply(
                    *(0, 0, NOT_GIVEN, 0, NOT_GIVEN, 62_500 * ONE, 99_999 * ONE),
                    *(1, REJECT_CODES["PRICE_OUTSIDE_BAND"], EntryKind.QUOTE, EntryStatus.REJECTED),
                ),
                EntryReply(
                    *(QUOTE_ID + 1, 0, NOT_GIVEN, 0, NOT_GIVEN, NOT_GIVEN, NOT_GIVEN),
                    *(0, 0, EntryKind.NAMED_QUOTE, EntryStatus.NEW, "level 3"),
                ),
            ],
            canceled_by_scope=12,
            sequence=4_711,
            applied_at=NOON,
        ),
        MarketReply(2, MarketOutcome.REJECTED, [], reject_code=REJECT_CODES["MARKET_HALTED"]),
    ],
    sequence=4_711,
    applied_at=NOON,
    client_batch_id="refresh-000001",
    open_quotes_digest=bytes(range(16)),
    replayed=True,
)
ERROR: Final = ErrorReply(
    429,
    "RATE_LIMITED",
    "The budget is used up; wait retryAfterMs.",
    request_id="0123456789abcdef01234567",
    field="operations",
    retry_after_ms=1_250,
    limit=100,
    observed=101,
)


def golden(name: str) -> bytes:
    """Hex, with line breaks wherever they help a reader."""
    return bytes.fromhex((GOLDEN / f"{name}.hex").read_text())


def plain(request: BatchRequest) -> BatchRequest:
    """With lists and bare tuples, as decoding gives it."""
    groups = ("cancels", "quotes", "named_quotes", "orders")
    parts = [
        MarketPart(part.market, part.scope, *([tuple(row) for row in getattr(part, name)] for name in groups))
        for part in request.markets
    ]
    return BatchRequest(parts, request.client_batch_id, request.atomicity, request.valid_until, request.dry_run)


# Random ones.

mantissas = st.integers(-(1 << 63), (1 << 63) - 1)
numbers = st.integers(0, (1 << 64) - 1)
# Without spaces: the independent implementation strips them at both ends.
texts = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=64)
names = texts.filter(bool)
flags = st.integers(0, 1)
seconds = st.integers(0, 65_535)
moments = st.none() | st.integers(-(1 << 63) + 1, (1 << 63) - 1)


def words(kind: Any, *, optional: bool = False) -> st.SearchStrategy[int]:
    values = st.sampled_from(kind)
    return values | st.just(0) if optional else values


cancels = st.builds(Cancel, st.integers(1, (1 << 64) - 1), words(EntityKind), st.just("")) | st.builds(
    Cancel, st.just(0), words(EntityKind), names
)
quotes = st.builds(Quote, numbers, mantissas, mantissas, mantissas, mantissas, seconds, flags)
named_quotes = st.builds(NamedQuote, mantissas, mantissas, mantissas, mantissas, seconds, flags, names)
orders = st.builds(
    Order,
    mantissas,
    mantissas,
    mantissas,
    words(Side),
    words(OrderType, optional=True),
    words(TimeInForce, optional=True),
    words(SelfTradePrevention, optional=True),
    flags,
    texts,
)
parts = st.builds(
    MarketPart,
    st.integers(0, (1 << 32) - 1),
    st.just(CancelScope.NONE),
    st.lists(cancels, max_size=3),
    st.lists(quotes, max_size=3),
    st.lists(named_quotes, max_size=3),
    st.lists(orders, max_size=3),
) | st.builds(
    MarketPart, st.integers(0, (1 << 32) - 1), st.sampled_from(CancelScope), st.just([]), st.lists(quotes, max_size=8)
)
requests = st.builds(
    BatchRequest, st.lists(parts, max_size=4), texts, st.sampled_from(Atomicity), moments, st.booleans()
)

reject_codes = st.sampled_from([0, *REJECT_CODES.values()])
entries = st.builds(
    EntryReply,
    numbers,
    *[mantissas] * 6,
    seconds,
    reject_codes,
    words(EntryKind),
    words(EntryStatus),
    texts,
)
market_replies = st.builds(
    MarketReply,
    st.integers(0, (1 << 32) - 1),
    st.sampled_from(MarketOutcome),
    st.lists(entries, max_size=4).map(lambda found: sorted(found, key=lambda entry: bool(entry.client_id))),
    st.integers(0, (1 << 32) - 1),
    reject_codes,
    numbers,
    moments,
)
replies = st.builds(
    BatchReply,
    st.lists(market_replies, max_size=3),
    numbers,
    moments,
    texts,
    st.binary(min_size=16, max_size=16),
    st.booleans(),
    st.booleans(),
)
errors = st.builds(
    ErrorReply,
    seconds,
    texts.map(lambda text: text[:40]),
    texts,
    st.sampled_from(ErrorOutcome),
    texts.map(lambda text: text[:32]),
    texts,
    st.integers(0, (1 << 32) - 1),
    moments,
    moments,
)
