"""The same rules written once more, the slow way: every second is looked at by itself, with fractions, by going through
all that happened before it."""

from collections import Counter
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, NamedTuple


class Fact(NamedTuple):
    """What happened at a second: `leg` (name, side, price, size), `halt`, `resume`, `freeze` (until), `fire`, `arm`."""

    at: int
    what: str
    values: tuple[Any, ...] = ()


class Rules(NamedTuple):
    presence: Fraction
    widest: Fraction  # as a part of the middle
    least: int
    largest_ratio: Fraction


class Day(NamedTuple):
    """Hours of one UTC day in seconds; states as (stressed or exceptional, from, until), terms as (from, rules)."""

    opens: int
    closes: int
    states: tuple[tuple[str, int, int], ...]
    terms: tuple[tuple[int, Rules, Rules], ...]
    joined: int
    left: int


def seconds_by_standing(day: Day, facts: list[Fact], ends: int) -> tuple[Counter[str], Fraction]:
    """How many seconds of each standing, and how many had to be compliant."""
    counted: Counter[str] = Counter()
    required = Fraction(0)
    for second in range(ends):
        standing, presence = at(day, facts, second)
        counted[standing] += 1
        required += presence
    return counted, required


def at(day: Day, facts: list[Fact], second: int) -> tuple[str, Fraction]:
    before = [fact for fact in facts if fact.at <= second]
    rules = [(normal, stressed) for starts, normal, stressed in day.terms if starts <= second]
    if not (day.joined <= second < day.left) or not rules:
        return "not_obliged", Fraction(0)
    if not day.opens <= second < day.closes:
        return "outside_schedule", Fraction(0)
    states = ["normal", *(name for name, starts, ends in day.states if starts <= second < ends)]
    if states[-1] == "exceptional":
        return "exceptional", Fraction(0)
    if last(before, "halt", "resume") == "halt":
        return "halted", Fraction(0)
    asked = rules[-1][0 if states[-1] == "normal" else 1]
    return hindered(before, of_book(before, asked), second), asked.presence


def hindered(before: list[Fact], found: str, second: int) -> str:
    """What is not enough has another reason while something kept the account from quoting."""
    if found == "compliant":
        return found
    if last(before, "fire", "arm") == "fire":
        return "disconnected"
    frozen = [fact.values[0] for fact in before if fact.what == "freeze"]
    return "protection_frozen" if any(second < until for until in frozen) else found


def last(before: list[Fact], *words: str) -> str:
    return next((fact.what for fact in reversed(before) if fact.what in words), "")


def of_book(before: list[Fact], asked: Rules) -> str:
    legs: dict[tuple[str, str], tuple[int, int]] = {}
    for fact in before:
        if fact.what == "leg":
            name, side, price, size = fact.values
            legs[name, side] = (price, size)
    bids = sorted(((price, size) for (_, side), (price, size) in legs.items() if side == "buy" and size), reverse=True)
    asks = sorted((price, size) for (_, side), (price, size) in legs.items() if side == "sell" and size)
    if not bids and not asks:
        return "no_quote"
    if not bids or not asks:
        return "one_sided"
    bid, ask = level(bids, asked.least), level(asks, asked.least)
    if bid is None or ask is None:
        return "too_small"
    middle = Fraction(bid[0] + ask[0], 2)
    if (ask[0] - bid[0]) / middle > asked.widest:
        return "too_wide"
    sizes = sorted((bid[1], ask[1]))
    return "size_ratio" if Fraction(sizes[1], sizes[0]) > asked.largest_ratio else "compliant"


def level(legs: list[tuple[int, int]], least: int) -> tuple[int, int] | None:
    """Of legs from the best on: the price by which the least size is there, and all at that price or a better one."""
    best = legs[0][0]
    for price, _ in legs:
        there = sum(size for other, size in legs if abs(other - best) <= abs(price - best))
        if there >= least:
            return price, there
    return None


def midnight(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp()) * 1_000
