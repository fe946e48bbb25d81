"""What is wrong with a new order is a 400 that names the field, and no order."""

from typing import Any

import pytest

from venue.tests.cast import Trader

FUTURE = "2099-01-01T00:00:00Z"


def faults(beta: Trader, changes: dict[str, Any]) -> list[tuple[str, str]]:
    body = {**beta.order_body("buy", 1, 49000), **changes}
    answer = beta.post("/api/v1/orders", {name: value for name, value in body.items() if value is not None})
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETERS"), answer.text
    return answer.faults


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"market": None}, ("market", "REQUIRED")),
        ({"side": None}, ("side", "REQUIRED")),
        ({"type": None}, ("type", "REQUIRED")),
        ({"size": None}, ("size", "REQUIRED")),
        ({"price": None}, ("price", "REQUIRED")),
        ({"market": "NOPE-USD"}, ("market", "UNKNOWN_MARKET")),
        ({"market": "x" * 33}, ("market", "TOO_LONG")),
        ({"side": "BUY"}, ("side", "INVALID_VALUE")),
        ({"type": "stop"}, ("type", "INVALID_VALUE")),
        ({"size": 0}, ("size", "NOT_POSITIVE")),
        ({"size": -1}, ("size", "NOT_POSITIVE")),
        ({"size": "NaN"}, ("size", "OUT_OF_RANGE")),
        ({"size": 0.00015}, ("size", "OFF_LOT")),
        ({"price": 49000.001}, ("price", "OFF_TICK")),
        ({"timeInForce": "DAY"}, ("timeInForce", "INVALID_VALUE")),
        ({"timeInForce": "GTD"}, ("expiresAt", "REQUIRED")),
        ({"expiresAt": FUTURE}, ("expiresAt", "NOT_ALLOWED")),
        ({"timeInForce": "IOC", "expiresAt": FUTURE}, ("expiresAt", "NOT_ALLOWED")),
        ({"timeInForce": "GTD", "expiresAt": "tomorrow"}, ("expiresAt", "WRONG_FORMAT")),
        ({"timeInForce": "GTD", "expiresAt": "2099-01-01T00:00:00"}, ("expiresAt", "WRONG_TYPE")),
        ({"timeInForce": "GTD", "expiresAt": 4070908800000}, ("expiresAt", "WRONG_TYPE")),
        ({"postOnly": "yes"}, ("postOnly", "WRONG_TYPE")),
        ({"postOnly": True, "timeInForce": "IOC"}, ("postOnly", "NOT_ALLOWED")),
        ({"postOnly": True, "timeInForce": "FOK"}, ("postOnly", "NOT_ALLOWED")),
        ({"selfTradePrevention": "none"}, ("selfTradePrevention", "INVALID_VALUE")),
        ({"clientOrderId": "x" * 65}, ("clientOrderId", "TOO_LONG")),
        ({"clientOrderId": ""}, ("clientOrderId", "TOO_SHORT")),
        ({"clientOrderId": "é"}, ("clientOrderId", "WRONG_FORMAT")),
        ({"leverage": 10}, ("leverage", "UNKNOWN_FIELD")),
    ],
)
def test_each_parameter(beta: Trader, changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert faults(beta, changes) == [expected]
    assert beta.get("/api/v1/orders").body["pagination"]["total"] == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("price", "NOT_ALLOWED")),
        ({"price": None, "timeInForce": "GTC"}, ("timeInForce", "NOT_ALLOWED")),
        ({"price": None, "postOnly": True}, ("postOnly", "NOT_ALLOWED")),
    ],
)
def test_what_a_market_order_cannot_have(beta: Trader, changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert faults(beta, {"type": "market", **changes}) == [expected]


def test_all_contradictions_at_once(beta: Trader) -> None:
    assert faults(beta, {"type": "market", "timeInForce": "GTD", "postOnly": True}) == [
        ("price", "NOT_ALLOWED"),
        ("timeInForce", "NOT_ALLOWED"),
        ("expiresAt", "REQUIRED"),
        ("postOnly", "NOT_ALLOWED"),
    ]
