"""Prices and sizes of a request as ticks and lots; what is wrong with them is told together, by field."""

from decimal import Decimal
from functools import cache
from typing import Any, Final

from msgspec import Raw

from accounts.bodies import decode_number, fault
from accounts.refusals import InvalidParameters
from venue.markets import OffGrid, Terms, TooLarge, to_units
from venue.notation import number

TICK: Final = "tick"
LOT: Final = "lot"
_MOST_REMEMBERED: Final = 100_000
_NOT_GIVEN: Final = (b"", b"null")


class Amounts:
    """Reads one request's numbers and keeps their faults; a value that is not given is 0."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self.faults: list[dict[str, Any]] = []

    def price(self, field: str, value: Decimal | None) -> int:
        return 0 if value is None else self._units(field, value, self._terms.tick_size, TICK)

    def size(self, field: str, value: Decimal | None) -> int:
        return 0 if value is None else self._units(field, value, self._terms.lot_size, LOT)

    def price_text(self, field: str, raw: Raw) -> int:
        """A JSON number, or a string of one, as it came; empty or null is 0."""
        return self._remembered(field, raw, self._terms.tick_size, TICK)

    def size_text(self, field: str, raw: Raw) -> int:
        return self._remembered(field, raw, self._terms.lot_size, LOT)

    def _remembered(self, field: str, raw: Raw, step: Decimal, grid: str) -> int:
        """Quotes use the same prices and sizes again and again: their texts are looked up, not computed anew."""
        text, known = bytes(raw), _units_by_text(step)
        units = known.get(text)
        if units is not None:
            return units
        if text in _NOT_GIVEN:
            return 0
        units = self._units(field, decode_number(text, field), step, grid)
        if units and len(known) < _MOST_REMEMBERED:
            known[text] = units
        elif units:
            known.clear()
        return units

    def refuse_faults(self) -> None:
        if self.faults:
            raise InvalidParameters(errors=self.faults)

    def _units(self, field: str, value: Decimal, step: Decimal, grid: str) -> int:
        if value <= 0:
            self.faults.append(fault(field, "NOT_POSITIVE", "The number must be above zero."))
            return 0
        try:
            return to_units(value, step)
        except TooLarge:
            self.faults.append(fault(field, "OUT_OF_RANGE", "The number is larger than the market takes."))
        except OffGrid as off:
            self.faults.append(off_grid(field, grid, off))
        return 0


@cache
def _units_by_text(step: Decimal) -> dict[bytes, int]:
    return {}


def remembered(terms: Terms) -> tuple[dict[bytes, int], dict[bytes, int]]:
    """Prices and sizes by their text, as far as they were read lately; only to be looked up."""
    return _units_by_text(terms.tick_size), _units_by_text(terms.lot_size)


def off_grid(field: str, grid: str, off: OffGrid) -> dict[str, Any]:
    """The fault with the nearest valid values: one below, unless that is nothing, and one above."""
    nearest = [number(value) for value in (off.below, off.above) if value]
    message = f"The number must be a multiple of the {grid} size {off.step:f}."
    return {**fault(field, f"OFF_{grid.upper()}", message), "nearest": nearest}
