"""How ids, times, numbers and the words of the venue are written outside, and how ids are read back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Final, TypeVar

from msgspec import Meta, Raw

from venue.engine.terms import (
    ID_BITS,
    OrderType,
    OrdStatus,
    SelfTradePrevention,
    Side,
    TimeInForce,
    first_id,
)

Value = TypeVar("Value")

# 1 to 64 printable ASCII characters.
ClientId = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[ -~]*\Z")]

SIDES: Final[Mapping[str, Side]] = {"buy": Side.BUY, "sell": Side.SELL}
ORDER_TYPES: Final[Mapping[str, OrderType]] = {"limit": OrderType.LIMIT, "market": OrderType.MARKET}
TIMES_IN_FORCE: Final[Mapping[str, TimeInForce]] = {
    "GTC": TimeInForce.GOOD_TILL_CANCEL,
    "IOC": TimeInForce.IMMEDIATE_OR_CANCEL,
    "FOK": TimeInForce.FILL_OR_KILL,
    "GTD": TimeInForce.GOOD_TILL_DATE,
}
SELF_TRADE_PREVENTIONS: Final[Mapping[str, SelfTradePrevention]] = {
    mode.name.lower(): mode for mode in SelfTradePrevention
}
ORDER_STATUSES: Final[Mapping[str, OrdStatus]] = {
    "open": OrdStatus.NEW,
    "partially_filled": OrdStatus.PARTIALLY_FILLED,
    "filled": OrdStatus.FILLED,
    "cancelled": OrdStatus.CANCELED,
    "rejected": OrdStatus.REJECTED,
    "expired": OrdStatus.EXPIRED,
}

_DIGITS: Final = ID_BITS // 4
_LEAST: Final = first_id(1)
_REMEMBERED_IDS: Final = 65_536  # quotes are named again with every refresh


def words(names: Mapping[str, Value]) -> dict[Value, str]:
    """The table read the other way."""
    return {value: name for name, value in names.items()}


@lru_cache(maxsize=_REMEMBERED_IDS)
def entity_id(kind: str, number: int) -> str:
    """`kind` is order, quote or trade."""
    return f"{kind}_{number:012x}"


@lru_cache(maxsize=_REMEMBERED_IDS)
def entity_number(kind: str, text: str) -> int | None:
    """None where the text is no id of that kind."""
    try:
        found = int(text[-_DIGITS:], 16)
    except ValueError:
        return None
    return found if found > _LEAST and entity_id(kind, found) == text else None


def number(value: Decimal) -> Raw:
    """A JSON number with the decimal's exact text, never with an exponent."""
    return Raw(format(value, "f"))


def amount(value: Decimal) -> Raw:
    """What was computed, without the zeros that say nothing."""
    text = format(value, "f")
    return Raw(text.rstrip("0").rstrip(".") if "." in text else text)


def moment(millis: int) -> str:
    """ISO 8601 in UTC with milliseconds."""
    return f"{_second(millis // 1000)}.{millis % 1000:03d}Z"


@lru_cache(maxsize=4_096)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
