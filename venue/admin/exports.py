"""Exported rows in the market's own units: ticks and lots as decimals, ids as the API has them, times as ISO 8601."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from django.db.models import Field

from staff.exports import value_of
from venue import markets
from venue.admin import figures
from venue.fields import MillisField
from venue.markets import Terms
from venue.notation import entity_id

_PRICES: Final = ("price", "bid_price", "ask_price", "last_price", "reference_price")
_SIZES: Final = (
    *("size", "filled", "leaves", "bid_size", "bid_filled", "ask_size", "ask_filled", "ask_leaves", "last_size"),
    *("net", "max_position", "max_order_size", "gross_quantity", "net_quantity"),
)
_VALUES: Final = ("min_notional", "max_notional", "max_exposure")
_WRITERS: Final[Mapping[str, Callable[[Terms, int], Decimal]]] = {
    **dict.fromkeys(_PRICES, Terms.price),
    **dict.fromkeys(_SIZES, Terms.size),
    **dict.fromkeys(("filled_value", "cost"), Terms.notional),
    **dict.fromkeys(("fee", "maker_fee", "taker_fee"), Terms.fee),
}
_ENTITIES: Final = {"order": "order", "quote": "quote", "trade": "trade"}


def in_units(row: Any, field: Field) -> Any:
    if isinstance(field, MillisField):
        at = getattr(row, field.attname)
        return at.isoformat(timespec="milliseconds") if at else None
    if field.primary_key and row._meta.model_name in _ENTITIES:
        return entity_id(_ENTITIES[row._meta.model_name], row.pk)
    if field.name in _VALUES:
        return figures.value(getattr(row, field.attname))
    write = _WRITERS.get(field.name)
    terms = terms_of(row) if write else None
    return write(terms, getattr(row, field.attname)) if write and terms else value_of(row, field)


def terms_of(row: Any) -> Terms | None:
    number = getattr(row, "market_id", None) or (row.pk if row._meta.model_name == "market" else 0)
    return markets.by_number(number) if number else None
