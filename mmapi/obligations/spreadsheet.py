"""The days of every account asked for as CSV, a line each."""

import csv
import io
from decimal import Decimal
from typing import Any, Final

from mmapi.obligations.integration.tally import Tally
from mmapi.obligations.telling import ObligationFilter, Told, days, row_values

CONTENT_TYPE: Final = "text/csv; charset=utf-8"
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")


def write(told: Told, wanted: ObligationFilter) -> bytes:
    """With a head even where there is no day."""
    rows = [
        row_values(told, figures, day, tally)
        for figures in told.figures
        for day, tally in days(told, figures, wanted).items()
    ]
    nothing = told.figures[0]
    head = list(row_values(told, nothing, nothing.today, Tally()))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([[cell(value) for value in row.values()] for row in rows])
    return out.getvalue().encode()


def cell(value: Any) -> str:
    """Never with an exponent, and never what a spreadsheet would carry out."""
    if isinstance(value, Decimal):
        return format(value, "f")
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULAS) else text
