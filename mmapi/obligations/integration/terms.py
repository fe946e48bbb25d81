"""What is owed, as frozen numbers: bounds, terms by their time, declared states, memberships, and the standings."""

from enum import IntEnum
from typing import Final

from msgspec import Struct

FOREVER: Final = 1 << 62
WHOLE: Final = 10_000  # basis points of the trading hours


class Standing(IntEnum):
    """How an account stands at a moment; the values are stored. Up to DISCONNECTED it counts, after it does not."""

    COMPLIANT = 0
    NO_QUOTE = 1
    ONE_SIDED = 2
    TOO_WIDE = 3
    TOO_SMALL = 4
    SIZE_RATIO = 5
    PROTECTION_FROZEN = 6
    DISCONNECTED = 7
    HALTED = 8
    EXCEPTIONAL = 9
    OUTSIDE_SCHEDULE = 10
    NOT_OBLIGED = 11


REASONS: Final = tuple(Standing)[1:8]
EXCLUDED_IN_SESSION: Final = (Standing.HALTED, Standing.EXCEPTIONAL)


class Condition(IntEnum):
    """The state of a market; the values are stored."""

    NORMAL = 0
    STRESSED = 1
    EXCEPTIONAL = 2


class Bounds(Struct, frozen=True, array_like=True, gc=False):
    """What one state of the market asks for: presence in basis points of the time, the spread in hundredths of a basis
    point, the least size in lots, and how often the smaller side may fit into the larger, in hundredths."""

    presence: int
    spread: int
    size: int
    ratio: int


class Terms(Struct, frozen=True, array_like=True):
    """One version of a programme's terms, in force from `starts` (epoch ms) until the next. `opens` and `closes` are
    minutes of the local day; a session that closes no later than it opens ends on the day after. Days are ISO: 1 is
    Monday."""

    starts: int
    opens: int
    closes: int
    days: tuple[int, ...]
    time_zone: str
    normal: Bounds
    stressed: Bounds


class State(Struct, frozen=True, array_like=True, gc=False):
    """A declared state of the market: it holds from `starts` until before `ends`."""

    condition: Condition
    starts: int
    ends: int


class Span(Struct, frozen=True, array_like=True, gc=False):
    """A time of membership: from `starts` until before `ends`."""

    starts: int
    ends: int


class Programme(Struct, frozen=True, array_like=True):
    """All that operations have set for one market, each in the order of its time."""

    market: int
    terms: tuple[Terms, ...]
    states: tuple[State, ...] = ()
