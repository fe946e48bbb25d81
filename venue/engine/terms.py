"""The venue's vocabulary in FIX words and values, the order state table, and the layout of ids."""

from enum import IntEnum
from typing import Final


class Side(IntEnum):
    """FIX tag 54."""

    BUY = 1
    SELL = 2


class OrderType(IntEnum):
    """FIX tag 40."""

    MARKET = 1
    LIMIT = 2


class TimeInForce(IntEnum):
    """FIX tag 59."""

    GOOD_TILL_CANCEL = 1
    IMMEDIATE_OR_CANCEL = 3
    FILL_OR_KILL = 4
    GOOD_TILL_DATE = 6


class SelfTradePrevention(IntEnum):
    """What happens when the aggressor meets an order of its own firm; the aggressor's mode governs."""

    CANCEL_NEWEST = 1
    CANCEL_OLDEST = 2
    CANCEL_BOTH = 3
    DECREMENT = 4


class OrdStatus(IntEnum):
    """FIX tag 39 for orders and quotes alike; the values are stored."""

    NEW = 0
    PARTIALLY_FILLED = 1
    FILLED = 2
    CANCELED = 4
    REJECTED = 8
    EXPIRED = 12


class ExecType(IntEnum):
    """FIX tag 150; the values are stored."""

    NEW = 0
    CANCELED = 4
    REPLACED = 5
    REJECTED = 8
    EXPIRED = 12
    TRADE = 15
    TRIGGERED = 21  # FIX "L", by the system: market-maker protection


class MarketStatus(IntEnum):
    OPEN = 1
    POST_ONLY = 2
    HALTED = 3
    CLOSED = 4


class ReferenceSource(IntEnum):
    """Who moves a market's reference price: ops by hand, a feed by command, or each trade."""

    OPS = 1
    FEED = 2
    LAST_TRADE = 3


class Kind(IntEnum):
    """What an id names. A quote is two-sided, an order one-sided; ANY selects both or names neither."""

    ANY = 0
    ORDER = 1
    QUOTE = 2


class CancelReason(IntEnum):
    """Why an order or quote, or what rested of it, was canceled; the values are stored."""

    NONE = 0
    REQUESTED = 1
    MASS_CANCEL = 2
    IMMEDIATE_OR_CANCEL = 3
    FILL_OR_KILL = 4
    MARKET_ORDER_REMAINDER = 5
    SELF_TRADE_PREVENTION = 6
    FIRM_SUSPENDED = 7
    ACCOUNT_SUSPENDED = 8
    OPERATIONS = 9
    CANCEL_ON_DISCONNECT = 14
    PROTECTION = 20


class DisconnectScope(IntEnum):
    """What is cancelled when a session falls silent: all of its account, that in one market, or its own alone."""

    ACCOUNT = 1
    MARKET = 2
    SESSION = 3


class Atomicity(IntEnum):
    """What of a batch stands or falls together: each entry alone, each market's part, or the whole."""

    MARKET = 1
    BATCH = 2
    ENTRY = 3


class Outcome(IntEnum):
    """What became of a part of a batch or of a cancel-replace; the values are those of the binary reply."""

    SUCCESS = 1
    FAILURE = 2
    NOT_ATTEMPTED = 3
    TIMED_OUT = 4


class CancelScope(IntEnum):
    """What a batch cancels in a market before it places, what it replaces aside."""

    NONE = 0
    ALL = 1
    QUOTES = 2


class ProtectionLimit(IntEnum):
    """The sum over a window of fills that market-maker protection bounds; the values are stored."""

    GROSS_QUANTITY = 1
    NET_QUANTITY = 2
    NOTIONAL = 3
    TRADE_COUNT = 4


class Liquidity(IntEnum):
    """FIX tag 851."""

    MAKER = 1
    TAKER = 2


OPEN_STATUSES: Final = frozenset({OrdStatus.NEW, OrdStatus.PARTIALLY_FILLED})

# From each status, where an order or quote may go. What is missing here is impossible.
TRANSITIONS: Final[dict[OrdStatus, frozenset[OrdStatus]]] = {
    OrdStatus.NEW: frozenset({OrdStatus.PARTIALLY_FILLED, OrdStatus.FILLED, OrdStatus.CANCELED, OrdStatus.EXPIRED}),
    OrdStatus.PARTIALLY_FILLED: frozenset({OrdStatus.FILLED, OrdStatus.CANCELED, OrdStatus.EXPIRED}),
    OrdStatus.FILLED: frozenset(),
    OrdStatus.CANCELED: frozenset(),
    OrdStatus.REJECTED: frozenset(),
    OrdStatus.EXPIRED: frozenset(),
}

# An id is 48 bits: the market's number, then a counter of that market. So whoever holds an id
# knows the market, its tick and its shard without asking anybody.
ID_BITS: Final = 48
COUNTER_BITS: Final = 36
MAX_MARKET_NUMBER: Final = (1 << (ID_BITS - COUNTER_BITS)) - 1

# Notional values are integers of 10^-9 of the quote currency; fees are ticks x lots x ppm of their market.
VALUE_EXPONENT: Final = -9
PPM: Final = 1_000_000


def market_of(entity_id: int) -> int:
    """The number of the market an order, quote or trade id belongs to."""
    return entity_id >> COUNTER_BITS


def first_id(market: int) -> int:
    """The id before the first one of a market."""
    return market << COUNTER_BITS
