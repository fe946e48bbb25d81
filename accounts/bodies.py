"""Raw bytes and query strings to typed structs; every fault is a 400 that names the field."""

import json
import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final, TypeVar, cast, get_args

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

# What JSON takes for a number, and the words that are numbers elsewhere: these are told to be out of range.
NUMERIC: Final = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?|[-+]?(s?nan|inf(inity)?)", re.ASCII | re.IGNORECASE)
WHOLE: Final = re.compile(r"-?\d{1,18}", re.ASCII)
TRUTHS: Final = {"true": True, "false": False}
# No price or size of any market comes near; arithmetic beyond would cost memory and time.
LARGEST_EXPONENT = 30
LEAST_EXPONENT = -30
JSON_TYPES: Final = {bool: "bool", type(None): "null", list: "array", dict: "object"}
# A number is written as one, however it came: for `proves_distinct_names`, which counts quotation marks.
ENCODER: Final = msgspec.json.Encoder(enc_hook=lambda number: 0, decimal_format="number")

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


class Fields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, rename="camel"):
    """What bodies and queries derive from: camelCase outside, unknown fields refused."""


class Number(Decimal):
    """An exact number: a JSON number, or a string that holds one and nothing else."""


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
        if raw and not proves_distinct_names(raw, value):
            refuse_repeated_names(raw)
    except msgspec.ValidationError as error:
        raise InvalidParameters(errors=[fault_of(error)]) from None
    except (ValueError, RecursionError) as error:
        raise MalformedJson(f"The body is not valid JSON: {error}.") from None
    return value


def decode_query(query: QueryDict, kind: type[msgspec.Struct]) -> Any:
    """Each parameter at most once; numbers, booleans and times are read from their text."""
    for name, values in query.lists():
        if len(values) > 1:
            raise InvalidParameters(errors=[fault(name, "REPEATED", "The parameter is given more than once.")])
    readers = readers_of(kind)
    said = {name: readers.get(name, str)(str(text)) for name, text in query.dict().items()}
    try:
        return msgspec.convert(said, kind, dec_hook=read_number)
    except msgspec.ValidationError as error:
        raise InvalidParameters(errors=[fault_of(error)]) from None


@cache
def readers_of(kind: type[msgspec.Struct]) -> dict[str, Callable[[str], Any]]:
    """By the names outside: how the text of a parameter is read that is no text. What is none stays as it came."""
    readers = {int: read_whole, bool: lambda text: TRUTHS.get(text, text)}
    return {
        member.encode_name: read
        for member in structs.fields(kind)
        for type_, read in readers.items()
        if may_hold(member.type, type_)
    }


def read_whole(text: str) -> int | str:
    return int(text) if WHOLE.fullmatch(text) else text


def may_hold(hint: Any, kind: type) -> bool:
    return hint is kind or any(may_hold(part, kind) for part in get_args(hint))


def decode_number(raw: bytes, field: str) -> Decimal:
    """A number that was left undecoded, or a string that holds one; faults are told as `decode` tells them."""
    try:
        value: Decimal = decoder_of(Number).decode(raw)
    except msgspec.ValidationError as error:
        raise NotANumber(errors=[{**fault_of(error), "field": field}]) from None
    return value


def read_number(kind: type, value: Any) -> Number:
    """msgspec's own decimals take "1_000", " 5" and ٣ for numbers, too, and would read 1e999999."""
    if isinstance(value, str) and not NUMERIC.fullmatch(value):
        raise ValueError("Invalid number")
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise TypeError(f"Expected `number`, got `{JSON_TYPES[type(value)]}`")
    number = exact(value)
    if not (number.is_finite() and LEAST_EXPONENT < number.adjusted() < LARGEST_EXPONENT):
        raise ValueError("The number is not finite, or out of range")
    return number


def exact(value: str | int | Decimal) -> Number:
    """Of what not even a decimal holds, the exponent is out of all bounds."""
    try:
        return Number(value)
    except InvalidOperation:
        return Number("Infinity")


@cache
def decoder_of(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, dec_hook=read_number, float_hook=exact)


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


def proves_distinct_names(raw: bytes, value: Any) -> bool:
    """Whether what was understood needs all the quotation marks there are, so that no name can have come twice.

    This costs a part of what looking for repeated names costs. Bodies pass that give no default as such and escape
    nothing; types of which many come at once have UNSET for a default, so that what is given shows.
    """
    return b"\\" not in raw and raw.count(b'"') == ENCODER.encode(value).count(b'"')


def refuse_repeated_names(raw: bytes) -> None:
    NAMES(raw.decode())


def distinct(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) < len(pairs):
        name = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise msgspec.ValidationError(f"Object contains field `{name}` more than once")


# Looks at names alone: what it makes of the values is thrown away.
NAMES: Final = json.JSONDecoder(object_pairs_hook=distinct, parse_int=len, parse_float=len).decode
