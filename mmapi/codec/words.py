"""The enumerations and sets of the schema, in its values, and the number that says "not given"."""

from enum import IntEnum
from typing import Final

NOT_GIVEN: Final = -(1 << 63)  # in a signed field; in an unsigned one and in an enumeration it is 0


class Atomicity(IntEnum):
    """What stands or falls together."""

    MARKET = 1
    BATCH = 2
    ENTRY = 3


class CancelScope(IntEnum):
    """What is cancelled in a market before anything is entered."""

    NONE = 0
    ALL = 1
    QUOTES = 2


class EntityKind(IntEnum):
    """What an id names."""

    ANY = 0
    ORDER = 1
    QUOTE = 2


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
    CANCEL_NEWEST = 1
    CANCEL_OLDEST = 2
    CANCEL_BOTH = 3
    DECREMENT = 4


class MarketOutcome(IntEnum):
    """What became of a market's part. TIMED_OUT: it came too late and nothing was done; UNKNOWN: nobody answered, it
    may have been applied, or may still be."""

    APPLIED = 1
    REJECTED = 2
    NOT_ATTEMPTED = 3
    TIMED_OUT = 4
    UNKNOWN = 5


class EntryKind(IntEnum):
    """The group of the request in which an entry was."""

    QUOTE = 1
    NAMED_QUOTE = 2
    ORDER = 3
    CANCEL = 4


class EntryStatus(IntEnum):
    """FIX tag 39 as the engine numbers it, and more for entries of which the engine said nothing."""

    NEW = 0
    PARTIALLY_FILLED = 1
    FILLED = 2
    CANCELED = 4
    REJECTED = 8
    EXPIRED = 12
    NOT_ATTEMPTED = 20
    UNKNOWN = 21
    TIMED_OUT = 22


class ErrorOutcome(IntEnum):
    """What a request that is answered by an error has changed."""

    NOT_APPLIED = 1
    UNKNOWN = 2


class BatchFlags(IntEnum):
    """Bits; no IntFlag, whose `&` costs a hundred times that of an int."""

    DRY_RUN = 1


class EntryFlags(IntEnum):
    POST_ONLY = 1


class ReplyFlags(IntEnum):
    REPLAYED = 1
    DRY_RUN = 2
