"""A key does what its scopes say."""

import pytest

from accounts.scopes import Scope
from accounts.tests.cast import Party


@pytest.mark.parametrize(
    ("method", "target", "scope"),
    [("GET", "/orders", Scope.READ), ("POST", "/orders", Scope.TRADE), ("POST", "/batch", Scope.MARKET_MAKING)],
)
def test_insufficient_scope(alpha: Party, method: str, target: str, scope: Scope) -> None:
    caller = alpha.caller(tuple(other for other in Scope.values if other != scope))
    answer = caller.call(method, target)
    assert (answer.status_code, answer.json()["code"]) == (403, "INSUFFICIENT_SCOPE")
    assert answer.json()["required"] == scope


def test_the_one_scope_suffices(alpha: Party) -> None:
    assert alpha.caller((Scope.READ,)).get("/orders").status_code == 200
    assert alpha.caller((Scope.TRADE,)).post("/orders", {"side": "sell", "price": 1}).status_code == 200


def test_scope_comes_before_the_body(alpha: Party) -> None:
    answer = alpha.caller((Scope.READ,)).post("/orders", b"{not json")
    assert answer.json()["code"] == "INSUFFICIENT_SCOPE"
