"""Rows as CSV, line by line: read in chunks by their keys, so a million of them take no memory and no cursor."""

import csv
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db.models import BinaryField, Field, Model, QuerySet

from staff.audit import is_secret

CHUNK: Final = 2_000
# A spreadsheet takes a text that begins so for a formula.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
Write = Callable[[Any, Field], Any]


class Line:
    """A file of one line."""

    def write(self, text: str) -> str:
        return text


def fields_of(model: type[Model], names: tuple[str, ...] = ()) -> list[Field]:
    every = [field for field in model._meta.concrete_fields if not isinstance(field, BinaryField)]
    if names:
        return [field for field in every if field.name in names]
    return [field for field in every if field.is_relation or not is_secret(field.name)]


def lines(rows: QuerySet[Any], fields: list[Field], write: Write) -> Iterator[str]:
    writer = csv.writer(Line())
    yield writer.writerow([field.name for field in fields])
    for row in chunks(rows.prefetch_related(*relations(fields))):
        yield writer.writerow([safe(write(row, field)) for field in fields])


def relations(fields: list[Field]) -> list[str]:
    return [field.name for field in fields if field.is_relation]


def chunks(rows: QuerySet[Any]) -> Iterator[Any]:
    """Newest first, each chunk from where the last one ended."""
    newest_first, left = rows.order_by("-pk"), rows.order_by("-pk")
    while chunk := list(left[:CHUNK]):
        yield from chunk
        left = newest_first.filter(pk__lt=chunk[-1].pk)


def value_of(row: Any, field: Field) -> Any:
    """As the database has it; a choice is its word, and a relation what the row is called."""
    if field.is_relation:
        related = row._state.fields_cache.get(field.name)
        return str(related) if related is not None else getattr(row, field.attname)
    if field.choices:
        return getattr(row, f"get_{field.name}_display")()
    return getattr(row, field.attname)


def safe(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return harmless(value.isoformat() if isinstance(value, datetime) else str(value))
    return f"{value:f}" if isinstance(value, Decimal) else value


def harmless(text: str) -> str:
    """A quotation mark in front of what would be a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text
