"""Commands and replies of the journal in words: ids, symbols and decimals in place of the engine's integers."""

import json
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Any, Final

import msgspec
from django.utils.html import format_html
from django.utils.safestring import SafeString
from msgspec import Struct

from accounts.models import Firm, TradingAccount
from venue import markets, replies
from venue.admin import figures
from venue.engine import commands
from venue.engine.rejects import Reject
from venue.engine.terms import Kind, market_of
from venue.fields import from_millis
from venue.markets import Terms
from venue.notation import entity_id
from venue.rejections import RULES, Unit

_decode_command: Final = msgspec.msgpack.Decoder(commands.Command).decode

_PRICES: Final = frozenset({"price", "bid_price", "ask_price", "reference_price"})
_SIZES: Final = frozenset(f"{side}{what}" for side in ("", "bid_", "ask_") for what in ("size", "filled", "leaves")) | {
    "max_order_size",
    "max_position",
    "position",
}
_MOMENTS: Final = frozenset(
    {"expires_at", "created_at", "reference_at", "now", "at", "armed_at", "deadline", "detected_at", "heard_at"}
)
_VALUES: Final = frozenset({"min_notional", "max_notional", "max_exposure"})
_NOTIONALS: Final = frozenset({"filled_value", "position_cost"})
_IDS: Final[Mapping[str, str]] = {"order_id": "order", "quote_id": "quote", "order_ids": "order", "quote_ids": "quote"}
# They serve the engine and say nothing to people.
_SILENT: Final = frozenset({"digest", "priority", "bid_priority", "ask_priority"})


def command(payload: bytes) -> SafeString:
    return pretty(Words().of(_decode_command(payload)))


def reply(answer: bytes) -> SafeString | str:
    """Of a command whose answer is kept: one with a client id."""
    return pretty(Words().of(replies.decode(answer))) if answer else figures.NOTHING


def pretty(words: Any) -> SafeString:
    return format_html('<pre class="desk-json">{}</pre>', json.dumps(words, indent=2, ensure_ascii=False))


class Words:
    """One payload in words; the names of accounts and firms are looked up once each."""

    def __init__(self) -> None:
        self._names: dict[tuple[type, int], str] = {}

    def of(self, struct: Struct, around: Terms | None = None) -> dict[str, Any]:
        terms = terms_of(struct) or around
        fields = msgspec.structs.asdict(struct)
        named = {name: self.field(struct, name, value, terms) for name, value in fields.items() if name not in _SILENT}
        return {"name": type(struct).__name__, **named}

    def field(self, struct: Struct, name: str, value: Any, terms: Terms | None) -> Any:
        if name in _IDS or name == "id":
            return identifiers(_IDS.get(name) or kind_of(struct), value)
        if isinstance(value, tuple):
            return [self.value(name, one, terms) for one in value]
        return self.value(name, value, terms)

    def value(self, name: str, value: Any, terms: Terms | None) -> Any:
        if isinstance(value, Reject):
            return rejection(value, terms)
        if isinstance(value, Struct):
            return self.of(value, terms)
        if isinstance(value, IntEnum):
            return value.name.lower()
        return self.plain(name, value, terms)

    def plain(self, name: str, value: Any, terms: Terms | None) -> Any:
        if name in ("account", "firm"):
            return self.name_of(TradingAccount if name == "account" else Firm, value)
        if name == "market":
            return terms.symbol if terms else value
        write = _WRITERS.get(name)
        return write(terms, value) if write and value else value

    def name_of(self, model: type[Firm | TradingAccount], number: int) -> str | int:
        if not number:
            return figures.NOTHING
        if (model, number) not in self._names:
            row = model._default_manager.filter(pk=number).first()
            self._names[model, number] = str(row) if row else str(number)
        return self._names[model, number]


def terms_of(struct: Struct) -> Terms | None:
    """Of the market that a command, an event or a quote's update is about."""
    number = getattr(struct, "market", 0) or market_of(getattr(struct, "quote_id", 0) or getattr(struct, "order_id", 0))
    return markets.by_number(number) if number else None


def kind_of(struct: Struct) -> str:
    """What an event's or a fill's own id names."""
    kind = getattr(struct, "kind", None)
    if kind is not None:
        return "quote" if kind is Kind.QUOTE else "order"
    name = type(struct).__name__.lower()
    return next((kind for kind in ("quote", "order") if name.startswith(kind)), "trade")


def identifiers(kind: str, value: Any) -> Any:
    if isinstance(value, tuple):
        return [entity_id(kind, one) for one in value]
    return entity_id(kind, value) if value else figures.NOTHING


def rejection(reject: Reject, terms: Terms | None) -> dict[str, Any]:
    unit = RULES[reject.code].unit
    figured = {name: measure(unit, getattr(reject, name), terms) for name in ("limit", "observed", "headroom")}
    return {"code": reject.code.name, **(figured if unit is not Unit.NONE else {})}


def measure(unit: Unit, number: int, terms: Terms | None) -> str:
    """A figure of a refusal in the unit of its rule."""
    if unit is Unit.VALUE:
        return figures.plain(figures.value(number))
    if unit is Unit.PLAIN or terms is None:
        return f"{number:,}"
    return f"{terms.price(number):,f}" if unit is Unit.PRICE else f"{terms.size(number):,f}"


_WRITERS: Final[Mapping[str, Callable[[Terms | None, int], str]]] = {
    **dict.fromkeys(_PRICES, figures.price),
    **dict.fromkeys(_SIZES, figures.size),
    **dict.fromkeys(_MOMENTS, lambda _, millis: figures.moment(from_millis(millis))),
    **dict.fromkeys(_VALUES, lambda _, nanos: figures.plain(figures.value(nanos))),
    **dict.fromkeys(_NOTIONALS, figures.notional),
    "fee": figures.fee,
    "valid_for_ms": lambda _, millis: f"{millis / 1000:g} s",
    "timeout_ms": lambda _, millis: f"{millis / 1000:g} s",
    "reference_max_age_ms": lambda _, millis: f"{millis / 1000:g} s",
}
