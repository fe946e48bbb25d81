"""Query parameters are typed; what is unknown, repeated or malformed is a 400."""

import pytest

from accounts.tests.cast import Party


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("colour=1", "colour", "UNKNOWN_FIELD"),
        ("limit=abc", "limit", "WRONG_TYPE"),
        ("limit=", "limit", "WRONG_TYPE"),
        ("limit=1.5", "limit", "WRONG_TYPE"),
        ("limit=5.0", "limit", "WRONG_TYPE"),
        ("limit=1e1", "limit", "WRONG_TYPE"),
        ("limit=1_0", "limit", "WRONG_TYPE"),
        ("limit=%205", "limit", "WRONG_TYPE"),
        ("limit=%D9%A3", "limit", "WRONG_TYPE"),
        ("limit=null", "limit", "WRONG_TYPE"),
        ("limit=0", "limit", "OUT_OF_RANGE"),
        ("limit=101", "limit", "OUT_OF_RANGE"),
        ("limit=5&limit=6", "limit", "REPEATED"),
        ("side=hold", "side", "INVALID_VALUE"),
        ("side=null", "side", "INVALID_VALUE"),
        ("price=NaN", "price", "OUT_OF_RANGE"),
        ("price=1_0", "price", "WRONG_FORMAT"),
        ("price=null", "price", "WRONG_FORMAT"),
        ("since=1700000000", "since", "WRONG_FORMAT"),
        ("since=null", "since", "WRONG_FORMAT"),
        ("since=2026-01-01", "since", "WRONG_FORMAT"),
        ("since=2026-01-01T00:00:00", "since", "WRONG_TYPE"),
        ("open=1", "open", "WRONG_TYPE"),
    ],
)
def test_a_parameter_at_fault(alpha: Party, query: str, field: str, code: str) -> None:
    answer = alpha.caller().get(f"/orders?{query}")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "INVALID_PARAMETERS")
    assert [(fault["field"], fault["code"]) for fault in problem["errors"]] == [(field, code)]


def test_parameters_are_read_from_their_text(alpha: Party) -> None:
    answer = alpha.caller().get("/orders?limit=7&side=sell&price=1.50&open=true&since=2026-01-01T02:00:00%2B02:00")
    assert answer.json()["query"] == {
        "limit": 7,
        "side": "sell",
        "price": "1.50",
        "since": "2026-01-01T02:00:00+02:00",
        "open": True,
    }


def test_an_operation_without_parameters_takes_none(alpha: Party) -> None:
    answer = alpha.caller().post("/orders?dryRun=true", {"side": "buy", "price": 1})
    assert answer.json()["errors"][0]["field"] == "dryRun"
