"""DELETE /mm/sessions closes the session of the call: its settings end with it, what rests of it stays."""

import time

from mmapi.tests.desk import SESSIONS, arm, named, order, post, sessions, status_of
from venue.tests.cast import Answer, Trader


def close(trader: Trader, session: str) -> Answer:
    return trader.call("DELETE", SESSIONS, **named(session))


def test_a_closed_session_fires_no_more(alpha: Trader) -> None:
    mine = order(alpha, session="s")
    arm(alpha, 300, session="s")
    answer = close(alpha, "s")
    assert (answer.status, answer.body["state"], answer.body["openOrders"]) == (200, "closed", 1)
    time.sleep(0.6)
    assert status_of(alpha, mine) == ("open", None)
    found = sessions(alpha)["s"]
    assert (found["state"], found["cancelOnDisconnect"], found["deadline"]) == ("closed", [], None)
    assert found["closedAt"] >= found["openedAt"]


def test_its_name_opens_a_new_one(alpha: Trader) -> None:
    order(alpha, session="s")
    close(alpha, "s")
    order(alpha, session="s")
    states = [one["state"] for one in alpha.get(SESSIONS).body["sessions"] if one["session"] == "s"]
    assert states == ["active", "closed"]


def test_what_is_not_open_cannot_be_closed(alpha: Trader, gamma: Trader) -> None:
    post(alpha, "/api/v1/mm/sessions/heartbeat", session="s")
    for trader, name in ((alpha, "t"), (gamma, "s")):
        answer = close(trader, name)
        assert (answer.status, answer.code) == (404, "UNKNOWN_SESSION")
