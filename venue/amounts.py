"""Prices and sizes of a request as ticks and lots; what is wrong with them is told together, by field."""

from decimal import Decimal
from typing import Any, Final

from accounts.bodies import fault
from accounts.refusals import InvalidParameters
from venue.markets import OffGrid, Terms, TooLarge, to_units
from venue.notation import number

TICK: Final = "tick"
LOT: Final = "lot"


class Amounts:
    """Reads one request's numbers and keeps their faults; a value that is not given is 0."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self.faults: list[dict[str, Any]] = []

    def price(self, field: str, value: Decimal | None) -> int:
        return 0 if value is None else self._units(field, value, self._terms.tick_size, TICK)

    def size(self, field: str, value: Decimal | None) -> int:
        return 0 if value is None else self._units(field, value, self._terms.lot_size, LOT)

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


def off_grid(field: str, grid: str, off: OffGrid) -> dict[str, Any]:
    """The fault with the nearest valid values: one below, unless that is nothing, and one above."""
    nearest = [number(value) for value in (off.below, off.above) if value]
    message = f"The number must be a multiple of the {grid} size {off.step:f}."
    return {**fault(field, f"OFF_{grid.upper()}", message), "nearest": nearest}
