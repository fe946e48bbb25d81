"""The closed set of reasons for which the engine says no, numbered by stage and never reused."""

from enum import IntEnum
from typing import Final

from msgspec import Struct

_LARGEST: Final = (1 << 63) - 1  # what a reject reports fits a signed 64-bit integer


class RejectCode(IntEnum):
    """2xx what was asked is not a valid order, 3xx risk refuses it, 4xx the book has no place for it."""

    BID_NOT_BELOW_ASK = 201
    EXPIRY_IN_PAST = 202

    MARKET_HALTED = 301
    MARKET_CLOSED = 302
    MARKET_POST_ONLY = 303
    PRICE_OUTSIDE_BAND = 304
    REFERENCE_PRICE_STALE = 305
    ORDER_SIZE_ABOVE_LIMIT = 306
    NOTIONAL_BELOW_MINIMUM = 307
    NOTIONAL_ABOVE_LIMIT = 308
    OPEN_ORDERS_ABOVE_LIMIT = 309
    POSITION_ABOVE_LIMIT = 310
    EXPOSURE_ABOVE_LIMIT = 311
    FIRM_SUSPENDED = 312
    ACCOUNT_SUSPENDED = 313
    POST_ONLY_WOULD_CROSS = 314
    QUOTE_WOULD_SELF_TRADE = 315
    MASS_CANCEL_LOCK = 316
    SESSION_LOCKED = 331
    PROTECTION_FROZEN = 320

    UNKNOWN_MARKET = 401
    UNKNOWN_QUOTE = 402
    UNKNOWN_ORDER = 403
    CLIENT_ID_IN_USE = 404
    MARKET_EXISTS = 405
    MARKET_TERMS_FIXED = 406
    CLIENT_ID_REPEATED = 407
    FILLED_SIZE_DIFFERS = 408
    UNKNOWN_PROTECTION = 420
    MARKET_PROTECTED = 421


class Reject(Struct, frozen=True, array_like=True, gc=False):
    """A refusal: the rule, its limit, what was observed, and the room that is left.

    Prices are ticks, sizes lots, values 10^-9 of the quote currency, ages milliseconds, as the rule says.
    """

    code: RejectCode
    limit: int = 0
    observed: int = 0
    headroom: int = 0


def above(code: RejectCode, limit: int, observed: int) -> Reject:
    """The refusal of what is larger than its limit."""
    return Reject(code, min(limit, _LARGEST), min(observed, _LARGEST), max(limit - observed, -_LARGEST))


def below(code: RejectCode, limit: int, observed: int) -> Reject:
    """The refusal of what is smaller than its limit."""
    return Reject(code, limit, observed, observed - limit)
