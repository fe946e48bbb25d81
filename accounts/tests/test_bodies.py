"""A body that is not what the operation takes is a 400 that names the field."""

from decimal import Decimal
from typing import Any

import pytest

from accounts import bodies
from accounts.refusals import InvalidParameters, MalformedJson
from accounts.tests.cast import Party
from accounts.tests.door import Level, NewOrder

GOOD = b'{"side": "buy", "price": %s}'


def fault_of(raw: bytes, kind: Any = NewOrder) -> tuple[str, str]:
    with pytest.raises(InvalidParameters) as caught:
        bodies.decode(raw, kind)
    [fault] = caught.value.extensions["errors"]
    assert fault["message"]
    return fault["field"], fault["code"]


@pytest.mark.parametrize(
    ("raw", "field", "code"),
    [
        (b"", "side", "REQUIRED"),
        (b"{}", "side", "REQUIRED"),
        (b'{"side": "buy"}', "price", "REQUIRED"),
        (b'{"side": "buy", "price": 1, "colour": 1}', "colour", "UNKNOWN_FIELD"),
        (b'{"side": "buy", "price": 1, "client_order_id": "a"}', "client_order_id", "UNKNOWN_FIELD"),
        (b'{"side": "hold", "price": 1}', "side", "INVALID_VALUE"),
        (b'{"side": 1, "price": 1}', "side", "WRONG_TYPE"),
        (b'{"side": null, "price": 1}', "side", "WRONG_TYPE"),
        (b'{"side": "buy", "price": true}', "price", "WRONG_TYPE"),
        (b'{"side": "buy", "price": "abc"}', "price", "WRONG_FORMAT"),
        (b'{"side": "buy", "price": ""}', "price", "WRONG_FORMAT"),
        (b'{"side": "buy", "price": 1, "clientOrderId": ""}', "clientOrderId", "TOO_SHORT"),
        (b'{"side": "buy", "price": 1, "clientOrderId": "%s"}' % (b"x" * 65), "clientOrderId", "TOO_LONG"),
        (b'{"side": "buy", "price": 1, "count": 0}', "count", "OUT_OF_RANGE"),
        (b'{"side": "buy", "price": 1, "count": 11}', "count", "OUT_OF_RANGE"),
        (b'{"side": "buy", "price": 1, "count": 1.5}', "count", "WRONG_TYPE"),
        (b'{"side": "buy", "price": 1, "count": 99999999999999999999999999}', "count", "OUT_OF_RANGE"),
        (b'{"side": "buy", "price": 1, "levels": [{"price": 1}, {"size": 1}]}', "levels[1].price", "REQUIRED"),
        (b'{"side": "buy", "price": 1, "levels": [{"price": 1, "x": 1}]}', "levels[0].x", "UNKNOWN_FIELD"),
        (b'{"side": "buy", "price": 1, "price": 2}', "price", "REPEATED"),
        (b'{"side": "buy", "price": 1, "metadata": {"a": 1, "a": 1}}', "a", "REPEATED"),
        (b"[]", "", "WRONG_TYPE"),
        (b"null", "", "WRONG_TYPE"),
    ],
)
def test_a_field_at_fault(raw: bytes, field: str, code: str) -> None:
    assert fault_of(raw) == (field, code)


@pytest.mark.parametrize(
    "number",
    [
        *(b'"NaN"', b'"sNaN"', b'"Infinity"', b'"-inf"', b"1e999999", b'"1e-999999"', b"1e30", b"-1e30", b"0e-99999"),
        *(b"9" * 5_000, b'"%s"' % (b"9" * 5_000), b"1e99999999999999999999", b'"1e-99999999999999999999"'),
    ],
)
def test_numbers_out_of_all_bounds(number: bytes) -> None:
    assert fault_of(GOOD % number) == ("price", "OUT_OF_RANGE")
    nested = b'{"side": "buy", "price": 1, "levels": [{"price": 1}, {"price": 1, "size": %s}]}' % number
    assert fault_of(nested) == ("levels[1].size", "OUT_OF_RANGE")
    assert fault_of(b'[{"price": 1}, {"price": %s}]' % number, list[Level]) == ("[1].price", "OUT_OF_RANGE")


@pytest.mark.parametrize(
    "text", ["49900.00", "0.1", "0.1000000000000000055511151231257827", "-0.00000001", "1e3", "12E-2"]
)
def test_numbers_and_numeric_strings_are_exact(text: str) -> None:
    for raw in (GOOD % text.encode(), GOOD % f'"{text}"'.encode()):
        assert bodies.decode(raw, NewOrder).price == Decimal(text)


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b'{"side": "buy", "price": 1}x',
        b'{"side": "buy", "price": NaN}',
        b'{"side": "buy", "price": Infinity}',
        b'{"side": "buy", "price": -Infinity}',
        b"{'side': 'buy'}",
        b'{"side": "b\xff"}',
        b"\xef\xbb\xbf{}",
        b'{"side": "buy", "price": 1,}',
        b'{"side": "buy", "price": 1, "metadata": ' + b'{"a":' * 5_000,
        b'{"side": "buy", "price": 1, "metadata": {"a": ' + b"[" * 900_000,
    ],
)
def test_malformed_json(raw: bytes) -> None:
    with pytest.raises(MalformedJson):
        bodies.decode(raw, NewOrder)


@pytest.mark.parametrize(
    "text",
    [
        "1_000",
        " 5",
        "5 ",
        "5\\n",
        "+5",
        ".5",
        "5.",
        "007",
        "0x10",
        "1,5",
        "1e",
        "٣",
        "--1",
        "1 000",
        "true",
        "null",
        "1e1.5",
    ],
)
def test_a_string_that_is_no_json_number(text: str) -> None:
    assert fault_of(GOOD % f'"{text}"'.encode()) == ("price", "WRONG_FORMAT")
    with pytest.raises(InvalidParameters) as caught:
        bodies.decode_number(f'"{text}"'.encode(), "bidPrice")
    assert [(one["field"], one["code"]) for one in caught.value.extensions["errors"]] == [("bidPrice", "WRONG_FORMAT")]


@pytest.mark.parametrize("size", [1, 5_000])
@pytest.mark.parametrize(
    "twice", [b'"price": 1, "price": 2', b'"price": 1, "pri\\u0063e": 2', b'"price" :1,"price" :2']
)
def test_a_name_given_twice_in_bodies_of_any_size(size: int, twice: bytes) -> None:
    entries = b",".join([b'{"price": 1, "size": null}'] * size)
    assert fault_of(b"[" + entries + b", {" + twice + b"}]", list[Level]) == ("price", "REPEATED")
    said = b'{"side": "buy", "price": 1, "levels": [' + entries + b'], "side": "buy", "clientOrderId": "side: \\"}'
    assert fault_of(said.replace(b"\\", b"")) == ("side", "REPEATED")


def test_names_are_looked_at_one_by_one_only_where_there_is_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "refuse_repeated_names", pytest.fail)
    entries = b", ".join([b'{"price": 1.50, "size": 2}'] * 500)
    assert len(bodies.decode(b"[" + entries + b"]", list[Level])) == 500
    assert bodies.decode(b'{"side": "buy", "price": 1, "count": 2, "clientOrderId": "a:{,"}', NewOrder).count == 2


def test_an_operation_without_a_body_takes_none(alpha: Party) -> None:
    answer = alpha.caller().call("DELETE", "/orders", b"{}")
    assert (answer.status_code, answer.json()["code"]) == (400, "UNEXPECTED_BODY")


def test_a_body_that_is_too_large(alpha: Party) -> None:
    answer = alpha.caller().post("/orders", b" " * 1_048_577)
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")
    assert answer.json()["limit"] == 1_048_576


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("Application/JSON", 200),
        ("", 200),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
    ],
)
def test_content_types(alpha: Party, content_type: str, status: int) -> None:
    answer = alpha.caller().post("/orders", GOOD % b"1", **{"Content-Type": content_type})
    assert answer.status_code == status


def test_raw_bodies_are_left_alone(alpha: Party) -> None:
    answer = alpha.caller().call("PUT", "/any/x", b"\x00\xff", {"Content-Type": "application/sbe"})
    assert answer.json() == {"length": 2}
