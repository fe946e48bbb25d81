"""Ids, numbers and times as they are written outside."""

from decimal import Decimal

import pytest

from venue.engine.terms import first_id
from venue.markets import OffGrid, TooLarge, to_units
from venue.notation import amount, entity_id, entity_number, moment, number


@pytest.mark.parametrize("text", ["0.00", "49900.00", "1E+3", "1E-8", "0E-12", "-0.5"])
def test_numbers_never_have_an_exponent(text: str) -> None:
    written = bytes(number(Decimal(text))).decode()
    assert "E" not in written
    assert Decimal(written) == Decimal(text)


@pytest.mark.parametrize(
    ("value", "text"), [("0.000000", "0"), ("25.050000", "25.05"), ("100", "100"), ("1E+2", "100"), ("-1.50", "-1.5")]
)
def test_amounts_have_no_idle_zeros(value: str, text: str) -> None:
    assert bytes(amount(Decimal(value))).decode() == text


def test_ids_read_back() -> None:
    numbered = first_id(7) + 255
    assert entity_id("quote", numbered) == "quote_0070000000ff"
    assert entity_number("quote", "quote_0070000000ff") == numbered


@pytest.mark.parametrize(
    "text",
    [
        "",
        "quote_",
        "quote_0070000000fF",
        "quote_0070000000ff ",
        " quote_0070000000ff",
        "quote_0x70000000ff",
        "quote_0_70000000ff",
        "order_0070000000ff",
        "quote_70000000ff",
        "quote_000000000001",
    ],
)
def test_what_is_no_id_of_a_quote(text: str) -> None:
    assert entity_number("quote", text) is None


@pytest.mark.parametrize(
    ("millis", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1705312200007, "2024-01-15T09:50:00.007Z"),
        (253402300799999, "9999-12-31T23:59:59.999Z"),
    ],
)
def test_moments(millis: int, text: str) -> None:
    assert moment(millis) == text


@pytest.mark.parametrize("step", ["0.01", "0.0001", "1", "0.05", "0.00000001", "1000"])
def test_units_are_exact_both_ways(step: str) -> None:
    for units in (1, 3, 10**15):
        assert to_units(units * Decimal(step), Decimal(step)) == units


@pytest.mark.parametrize("value", ["1e16", "1e24", "9e29", "1000000000000001"])
def test_units_too_large(value: str) -> None:
    with pytest.raises(TooLarge):
        to_units(Decimal(value), Decimal(1))


@pytest.mark.parametrize("value", ["0.005", "49900.001", "0.0100000000000000000000000000001", "1e-30"])
def test_between_two_units(value: str) -> None:
    with pytest.raises(OffGrid) as caught:
        to_units(Decimal(value), Decimal("0.01"))
    assert caught.value.below < Decimal(value) < caught.value.above
    assert caught.value.above - caught.value.below == Decimal("0.01")
