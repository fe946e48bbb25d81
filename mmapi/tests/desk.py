"""What tests of sessions ask for, in one line each."""

from datetime import datetime
from typing import Any

from venue.tests.cast import Answer, Trader, wait_until

SESSIONS = "/api/v1/mm/sessions"
COD = f"{SESSIONS}/cancel-on-disconnect"
HEARTBEAT = f"{SESSIONS}/heartbeat"
UNLOCK = f"{SESSIONS}/unlock"
DRILL = f"{COD}/drill"


def named(session: str) -> dict[str, str]:
    return {"X-MM-Session": session} if session else {}


def post(trader: Trader, target: str, body: Any = b"", session: str = "") -> Answer:
    return trader.call("POST", target, body, **named(session))


def arm(trader: Trader, timeout_ms: int, scope: str = "account", session: str = "", **more: Any) -> Any:
    """A setting that must be accepted."""
    answer = post(trader, COD, {"timeoutMs": timeout_ms, "scope": scope, **more}, session)
    assert answer.status == 200, answer.text
    return answer.body


def order(trader: Trader, price: float = 49000, session: str = "", **more: Any) -> str:
    """The id of an order that must be accepted."""
    answer = post(trader, "/api/v1/orders", trader.order_body("buy", 1, price, **more), session)
    assert answer.status == 201, answer.text
    return str(answer.body["orderId"])


def sessions(trader: Trader, by: str = "observer") -> dict[str | None, Any]:
    """All sessions of the account by name, read by another session than those that are watched."""
    answer = trader.call("GET", SESSIONS, **named(by))
    assert answer.status == 200, answer.text
    return {one["session"]: one for one in answer.body["sessions"]}


def status_of(trader: Trader, order_id: str, by: str = "observer") -> tuple[str, str | None]:
    found = trader.call("GET", f"/api/v1/orders/{order_id}", **named(by)).body
    return found["status"], found.get("reason")


def await_firing(trader: Trader, session: str | None = None, seconds: float = 5.0) -> Any:
    """The receipt, once there is one."""
    wait_until(lambda: sessions(trader)[session]["lastFiring"] is not None, seconds)
    return sessions(trader)[session]["lastFiring"]


def millis(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1_000)
