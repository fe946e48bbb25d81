"""Raw bytes and query strings to typed structs; every fault is a 400 that names the field."""

import json
import re
from collections import Counter
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast, get_args

import msgspec
from django.http import HttpRequest, QueryDict, UnreadablePostError
from msgspec import structs

from accounts.refusals import (
    BodyTooLarge,
    IncompleteBody,
    InvalidParameters,
    LengthRequired,
    MalformedJson,
    UnsupportedContentType,
)

Type = TypeVar("Type")

# Finding repeated names costs as much as decoding; it is spent on bodies of up to this many bytes.
REPEATED_NAMES_UP_TO = 4_096
# No price or size of any market comes near; arithmetic beyond would cost memory and time.
LARGEST_EXPONENT = 30
LEAST_EXPONENT = -30

# msgspec's wording, to our code; the first that matches counts.
CODES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"missing required field `(?P<field>[^`]*)`"), "REQUIRED"),
    (re.compile(r"contains unknown field `(?P<field>.*)`", re.DOTALL), "UNKNOWN_FIELD"),
    (re.compile(r"contains field `(?P<field>.*)` more than once", re.DOTALL), "REPEATED"),
    (re.compile(r"of length <="), "TOO_LONG"),
    (re.compile(r"of length >="), "TOO_SHORT"),
    (re.compile(r"` (<|>|<=|>=|that's a multiple of) [-0-9]|out of range"), "OUT_OF_RANGE"),
    (re.compile(r"Invalid enum value"), "INVALID_VALUE"),
    (re.compile(r"matching regex|Invalid"), "WRONG_FORMAT"),
    (re.compile(r"Expected"), "WRONG_TYPE"),
)
LOCATION = re.compile(r" - at `(?P<path>[^`]*)`\Z")


class NotANumber(InvalidParameters):
    """A number that was left undecoded is none: the body as a whole does not have the shape it should."""

    def within(self, path: str) -> "NotANumber":
        """The same of a body that is part of another."""
        return NotANumber(errors=[{**one, "field": join(path, one["field"])} for one in self.extensions["errors"]])


class Fields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """What bodies and queries derive from: camelCase outside, unknown fields refused."""


def read(request: HttpRequest, limit: int) -> bytes:
    """The raw body, refused before it is read where its declared length is over the limit."""
    declared = request.META.get("CONTENT_LENGTH") or ""
    if not declared and request.META.get("HTTP_TRANSFER_ENCODING"):
        raise LengthRequired
    if declared.isdigit() and int(declared) > limit:
        raise BodyTooLarge(limit=limit, observed=int(declared))
    try:
        return request.body
    except UnreadablePostError:
        raise IncompleteBody from None


def require_json(content_type: str) -> None:
    """No content type at all is taken as JSON."""
    name = content_type.partition(";")[0].strip().lower()
    if name and name != "application/json":
        raise UnsupportedContentType(observed=name)


def decode(raw: bytes, kind: type[Type]) -> Type:
    """An empty body counts as an empty object."""
    try:
        value: Type = decoder_of(cast("Any", kind)).decode(raw or b"{}")
        if raw and len(raw) <= REPEATED_NAMES_UP_TO:
            refuse_repeated_names(raw.decode())
    except msgspec.ValidationError as error:
        raise InvalidParameters(errors=[fault_of(error)]) from None
    except (ValueError, RecursionError) as error:
        raise MalformedJson(f"The body is not valid JSON: {error}.") from None
    refuse_wild_decimals(value, "")
    return value


def decode_query(query: QueryDict, kind: type[Type]) -> Type:
    """Each parameter at most once; numbers, booleans and times are read from their text."""
    for name, values in query.lists():
        if len(values) > 1:
            raise InvalidParameters(errors=[fault(name, "REPEATED", "The parameter is given more than once.")])
    try:
        value = msgspec.convert(query.dict(), kind, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidParameters(errors=[fault_of(error)]) from None
    refuse_wild_decimals(value, "")
    return value


def decode_number(raw: bytes, field: str) -> Decimal:
    """A number that was left undecoded, or a string that holds one; faults are told as `decode` tells them."""
    try:
        value = decoder_of(Decimal).decode(raw)
        refuse_wild_decimals(value, field)
    except msgspec.ValidationError as error:
        raise NotANumber(errors=[{**fault_of(error), "field": field}]) from None
    except InvalidParameters as wild:
        raise NotANumber(**wild.extensions) from None
    return value


@cache
def decoder_of(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


def fault(field: str, code: str, message: str) -> dict[str, str]:
    return {"field": field, "code": code, "message": message}


def fault_of(error: msgspec.ValidationError) -> dict[str, str]:
    message = str(error)
    located = LOCATION.search(message)
    path = located["path"] if located else "$"
    message = message[: located.start()] if located else message
    for pattern, code in CODES:
        if match := pattern.search(message):
            return fault(join(path[1:].lstrip("."), match.groupdict().get("field", "")), code, message)
    return fault(path[1:].lstrip("."), "INVALID_VALUE", message)


def join(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name


def distinct(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) < len(pairs):
        name = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise msgspec.ValidationError(f"Object contains field `{name}` more than once")


# Looks at names alone: what is decoded of the values is thrown away.
refuse_repeated_names = json.JSONDecoder(object_pairs_hook=distinct, parse_int=len, parse_float=len).decode


def refuse_wild_decimals(value: Any, path: str) -> None:
    """msgspec reads "NaN", "Infinity" and 1e999999 as decimals; no number of ours is one of these."""
    if is_tame(value):
        return
    if isinstance(value, Decimal):
        raise InvalidParameters(errors=[fault(path, "OUT_OF_RANGE", "The number is not finite or out of all bounds.")])
    if isinstance(value, msgspec.Struct):
        for name, outer_name in decimal_members(type(value)):
            refuse_wild_decimals(getattr(value, name), join(path, outer_name))
    else:
        for index, entry in enumerate(value):
            refuse_wild_decimals(entry, f"{path}[{index}]")


def is_tame(value: Any) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and LEAST_EXPONENT < value.adjusted() < LARGEST_EXPONENT
    if isinstance(value, msgspec.Struct):
        members = [getattr(value, name) for name, _ in decimal_members(type(value))]
        return all(member is None or is_tame(member) for member in members)
    if isinstance(value, list | tuple):
        return all(map(is_tame, value))
    return True


@cache
def decimal_members(kind: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    """The attributes in which a decimal may be, each with its name outside."""
    members = structs.fields(kind)
    return tuple((member.name, member.encode_name) for member in members if may_hold_decimal(member.type))


def may_hold_decimal(hint: Any) -> bool:
    if get_args(hint):
        return any(may_hold_decimal(part) for part in get_args(hint))
    return hint is Decimal or (isinstance(hint, type) and issubclass(hint, msgspec.Struct))
